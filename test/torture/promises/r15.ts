import { sizeText } from '../rig/findings.ts';
import { readHeld } from '../rig/heldState.ts';
import { launchChromium, openDashboard, startHostSite } from '../rig/hostPage.ts';
import { prepareLog } from '../rig/logs.ts';
import { Producer } from '../rig/producer.ts';
import { startRelayProcess } from '../rig/relayProcess.ts';
import { differenceOf, foldOfLog, hashOf } from '../rig/stateHash.ts';
import { openStoreReader } from '../rig/storeReader.ts';
import { tokens } from '../rig/tokens.ts';
import type { TorturePromise } from '../rig/types.ts';
import { mustHold, pause, waitUntil } from '../rig/waitUntil.ts';

const HOUR_MS = 3_600_000;
/** How far each producer's clock is off; the last steps back by an hour in the middle of its runs. */
const offsetsMs = [24 * HOUR_MS, -24 * HOUR_MS, HOUR_MS, -90_000, 0];
/** A number with a minus before a unit of time. */
const NEGATIVE = /(?:^|[\s(])[-−]\d[\d.,]*\s?(?:ms|s|m|min|h|d)\b/;

export const r15: TorturePromise = {
  id: 'R15',
  bar: 'Clocks may lie: the order is that of the log, whatever producers and relays think the time is; no negative duration is shown.',
  async run(context) {
    const { findings } = context;
    const rounds = context.pick({ small: 6, default: 60, full: 300 });
    const site = await startHostSite(context);
    const log = await prepareLog(context, 'sqlite');
    const relay = await startRelayProcess(context, { env: { ...log.env, SPANLIGHT_ALLOWED_ORIGINS: site.origin } });
    let stepMs = 0;
    const producers = offsetsMs.map(
      (offsetMs, index) =>
        new Producer({
          id: `clock-${index}`,
          url: () => relay.url,
          random: context.random(index),
          now: () => Date.now() + offsetMs + (index === offsetsMs.length - 1 ? stepMs : 0),
        }),
    );
    const readers = (['developer', 'viewer'] as const).map((role) => ({
      role,
      reader: openStoreReader({ url: relay.url, token: tokens[role], wire: 'websocket', topics: ['overview', 'runs'] }),
    }));
    for (const { reader } of readers) context.onEnd(() => reader.close());
    const relayOffsets = [0, HOUR_MS, -HOUR_MS, 0];
    let head = 0;
    let disorder = 0;
    for (let round = 0; round < rounds; round += 1) {
      stepMs = round % 2 === 0 ? 0 : -HOUR_MS;
      await relay.bendClock(relayOffsets[round % relayOffsets.length] ?? 0);
      for (const producer of producers) {
        const answer = await producer.send(producer.take(12));
        for (const { seq = 0 } of answer?.events ?? []) {
          if (seq <= head) disorder += 1;
          head = Math.max(head, seq);
        }
      }
    }
    for (const producer of producers) producer.close();
    await waitUntil(() => readers.every(({ reader }) => reader.seq >= head), 20_000);
    await pause(200);
    const events = await log.readEvents();
    const divergences = readers.flatMap(({ role, reader }) => {
      reader.store.flush();
      const expected = readHeld(foldOfLog(events, role === 'viewer' ? 'shape' : 'names'));
      const held = readHeld(reader.store.getState().entities);
      return hashOf(held) === hashOf(expected) ? [] : [`${role} ${reader.phase}: ${differenceOf(expected, held)}`];
    });
    await relay.bendClock(0);

    const page = await (await launchChromium(context)).newPage({ viewport: { width: 1440, height: 900 } });
    await openDashboard(page, site, { relayUrl: relay.url, token: tokens.developer });
    await mustHold(
      () => page.evaluate(() => window.monitorStore.getState().runIds.length > 0),
      20_000,
      'the page holds runs',
    );
    const runIds = await page.evaluate(() => window.monitorStore.getState().runIds);
    const negatives: string[] = [];
    const looked = runIds.slice(0, context.pick({ small: 10, default: 60, full: 200 }));
    for (const runId of looked) {
      await page.evaluate((id) => window.openSelection({ runId: id }), runId);
      await pause(60);
      const text = await page.evaluate(() => document.body.innerText);
      const found = NEGATIVE.exec(text)?.[0];
      if (found) negatives.push(`${runId}: ${found.trim()}`);
    }

    const size = `${sizeText(events.length, 'events')} of ${offsetsMs.length} producers off by up to 24 h, relay off by 1 h both ways`;
    findings.none('acks out of the order of the log', disorder, size);
    findings.none('readers that diverge from the fold of the log', divergences.length, divergences[0] ?? size);
    findings.none(
      'negative durations on the screen',
      negatives.length,
      negatives[0] ?? sizeText(looked.length, 'runs looked at'),
    );
    findings.none('crashes', relay.crashes, size);
    findings.note('The day of a budget goes by the clock of the store: budgets come later, and are tried with them.');
  },
};
