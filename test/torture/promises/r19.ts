import { parseHello, parsePostedHello, parseSubChange } from '../../../src/relay/wire/clientFrames.ts';
import { parseFrame } from '../../../src/transport/session/parseFrame.ts';
import { readGoldenSessions, replayAmongNovelties, replayGolden } from '../../transport/support/goldenSessions.ts';
import { sizeText } from '../rig/findings.ts';
import { startFleet } from '../rig/fleet.ts';
import type { AnyFrame } from '../rig/skews.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { pause } from '../rig/waitUntil.ts';

const SAMPLE_MS = 100;

interface Sample {
  /** By the clock: the process of 200 readers takes its samples when it has time. */
  readonly atMs: number;
  /** How many have come back up to then. */
  readonly count: number;
}

/** The most between two samples that lie a second apart, or more where the process had no time for one in between. */
function mostInOneSecond(samples: readonly Sample[]): number {
  let most = 0;
  let from = 0;
  for (const { atMs, count } of samples) {
    while (from + 1 < samples.length && (samples[from + 1]?.atMs ?? atMs) <= atMs - 1000) from += 1;
    most = Math.max(most, count - (samples[from]?.count ?? count));
  }
  return most;
}

/** Every frame that a release ever sent, to the reader and the relay of today. */
async function replayGoldenFrames({ findings }: TortureContext): Promise<void> {
  const sessions = readGoldenSessions();
  const bad: string[] = [];
  let frames = 0;
  for (const session of sessions) {
    frames += session.server.length + session.client.length;
    if (session.server.some((frame) => parseFrame(frame) !== frame)) bad.push(`${session.name}: a frame of the relay`);
    const plain = await replayGolden(session, session.server);
    if (plain.issues.some((code) => code.startsWith('transport.'))) bad.push(`${session.name}: ${plain.issues.join()}`);
    const among = await replayAmongNovelties(session);
    if (JSON.stringify(among) !== JSON.stringify(plain)) bad.push(`${session.name}: among frames nobody knows`);
    for (const frame of session.client as AnyFrame[]) {
      const text = JSON.stringify(frame);
      const parseFirst = session.wire === 'websocket' ? parseHello : parsePostedHello;
      const isBroken = frame.t === 'hello' && !Array.isArray(frame['v']); // it was refused then, too
      const parsed = frame.t === 'hello' ? parseFirst(text) : parseSubChange(text);
      if ((parsed === undefined || parsed === 'bad') !== isBroken)
        bad.push(`${session.name}: ${frame.t} of the reader`);
    }
  }
  findings.none(
    'golden frames that are not understood',
    bad.length,
    bad[0] ?? `${sizeText(frames, 'frames')} in ${sessions.length} sessions`,
  );
}

export const r19: TorturePromise = {
  id: 'R19',
  bar: 'Relays are killed and restarted one by one under load, readers and relays of other releases among them: 0 divergence over all wires; readers come back at most 20 a second after a graceful stop; every golden frame is understood.',
  async run(context) {
    const { findings } = context;
    const readerCount = context.pick({ small: 12, default: 200, full: 200 });
    const relayCount = context.pick({ small: 2, default: 3, full: 3 });
    await replayGoldenFrames(context);
    const fleet = await startFleet(context, { relays: relayCount, readers: readerCount, hasSkew: true });
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
    const samples: Sample[] = [];
    const sampler = setInterval(() => samples.push({ atMs: performance.now(), count: returns() }), SAMPLE_MS);
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
      mostInOneSecond(samples),
      20,
      `${restarts.length} graceful restarts, ${readerCount} readers`,
    );
    const skewed = readers.filter(({ skew }) => skew).length;
    findings.least(
      'readers at a relay of another release',
      skewed,
      Math.floor(readerCount / 3),
      'newer and older, over all wires',
    );
    findings.note(
      'There is one release of version 1: the newer and the older relay are this one, with what it may add and without what it may leave away.',
    );
  },
};
