import { sizeText } from '../rig/findings.ts';
import { startFleet } from '../rig/fleet.ts';
import type { TorturePromise } from '../rig/types.ts';
import { pause } from '../rig/waitUntil.ts';

const SAMPLE_MS = 100;

export const r19: TorturePromise = {
  id: 'R19',
  bar: 'Relays are killed and restarted one by one under load: 0 divergence over all wires; readers come back at most 20 a second after a graceful stop.',
  async run(context) {
    const { findings } = context;
    const readerCount = context.pick({ small: 12, default: 200, full: 200 });
    const relayCount = context.pick({ small: 2, default: 3, full: 3 });
    const fleet = await startFleet(context, { relays: relayCount, readers: readerCount });
    const { relays, readers } = fleet;
    await fleet.send(200, 0);
    const first = await fleet.catchUp(60_000);
    const stop = new AbortController();
    /** Posts to whoever is up, as a process behind a balancer would. */
    const load = (async () => {
      for (let turn = 0; !stop.signal.aborted; turn += 1) {
        const up = relays.findIndex((relay, index) => relay.isUp && index >= turn % relayCount);
        if (up >= 0) await fleet.send(20, up);
        await pause(100);
      }
    })();
    for (const relay of relays) {
      await pause(500);
      await relay.stop('SIGKILL');
      await pause(500);
      await relay.start();
    }
    const afterKills = await fleet.catchUp(60_000);
    context.say(`killed each of ${relayCount}; caught up after ${Math.round(afterKills ?? -1)} ms`);

    const returns = () => readers.reduce((sum, { reader }) => sum + reader.store.getState().reconnects, 0);
    const samples: number[] = [];
    const sampler = setInterval(() => samples.push(returns()), SAMPLE_MS);
    const restarts = relays.slice(0, context.pick({ small: 1, default: 2, full: 2 }));
    let afterRestarts: number | undefined = 0;
    for (const relay of restarts) {
      await relay.stop('SIGTERM');
      await relay.start();
      await pause(500);
      afterRestarts = await fleet.catchUp(90_000);
      context.say(`restarted one; caught up after ${Math.round(afterRestarts ?? -1)} ms`);
      if (afterRestarts === undefined) break;
    }
    stop.abort();
    await load;
    const settled = await fleet.catchUp(60_000);
    clearInterval(sampler);
    const perSecond = samples.map((count, at) => count - (samples[at - 1000 / SAMPLE_MS] ?? samples[0] ?? 0));
    await pause(500);
    const divergences = await fleet.divergences();
    const events = await fleet.log.readEvents();
    const stored = new Set(events.map(({ id }) => id));
    const lost = fleet.producer.sent.filter(({ id }) => !stored.has(id)).length;

    const size = `${relayCount} relays on one PostgreSQL and Redis, ${readerCount} readers, ${sizeText(events.length, 'events')}`;
    findings.none('events lost', lost, size);
    findings.none('readers that diverge', divergences.length, divergences[0] ?? size);
    const waits = [first, afterKills, afterRestarts, settled];
    findings.none('times the readers did not catch up', waits.filter((took) => took === undefined).length, size);
    findings.told('catch-up after the last kill, ms', afterKills ?? -1, `${relayCount} kills`);
    findings.most(
      'most readers that came back in one second',
      Math.max(0, ...perSecond),
      20,
      `${restarts.length} graceful restarts, ${readerCount} readers`,
    );
    findings.note(
      'There is no release before this one: skew of versions and golden frames of an older release are not tried yet.',
    );
  },
};
