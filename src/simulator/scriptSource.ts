import type { EventFeed, Sent } from './createTraffic.ts';
import { type Draft, shiftDraft } from './draft.ts';
import { createProducer } from './producer.ts';

/** One scenario, played once; its process goes on beating afterwards. */
export function createScriptSource(drafts: readonly Draft[], seed: number, startAtMs: number): EventFeed {
  const producer = createProducer(seed, startAtMs);
  let waiting = [...drafts];
  let beatAtMs = startAtMs;
  let hasGreeted = false;

  return {
    takeUntil(atMs) {
      const sent: Sent[] = [];
      const firstAtMs = Math.min(startAtMs, waiting[0]?.emitAtMs ?? startAtMs);
      if (!hasGreeted && atMs >= firstAtMs) {
        hasGreeted = true;
        sent.push({ atMs: firstAtMs, event: producer.hello(firstAtMs) });
      }
      const due = waiting.findIndex(({ emitAtMs }) => emitAtMs > atMs);
      const now = due === -1 ? waiting : waiting.slice(0, due);
      waiting = due === -1 ? [] : waiting.slice(due);
      for (const draft of now) sent.push({ atMs: draft.emitAtMs, event: producer.number(draft), live: draft.live });
      for (; beatAtMs + producer.beatEveryMs <= atMs; ) {
        beatAtMs += producer.beatEveryMs;
        sent.push({ atMs: beatAtMs, event: producer.beat(beatAtMs) });
      }
      return sent.sort((left, right) => left.atMs - right.atMs);
    },
    shift(fromMs, byMs) {
      waiting = waiting.map((draft) => shiftDraft(draft, fromMs, byMs));
      beatAtMs += byMs;
    },
  };
}
