import type { AgentTimers } from './agentTimers.ts';
import type { EventQueue, QueuedEvent } from './eventQueue.ts';
import type { PostOutcome } from './postEvents.ts';

/** Wire rule 24, with room for the frame around the events. */
const MAX_BATCH_EVENTS = 1_000;
const MAX_BATCH_BYTES = 1024 * 1024 - 4096;
/** Full jitter from here up to {@link MAX_BACKOFF_MS}. */
const MIN_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 20_000;
/** How often a relay that refuses our credentials is asked again: its operator may mend it. */
const BARRED_RETRY_MS = 30_000;
/** Verdict of a relay that lets log lines and updates go first (wire rule 25). */
const SHED_CODE = 'ingest.shed';
/** Between two tries while somebody waits for the flush. */
const FLUSH_RETRY_MS = 250;

export interface SenderOptions {
  readonly queue: EventQueue;
  readonly post: (events: readonly QueuedEvent[]) => Promise<PostOutcome>;
  /** How long an event waits for company, ms. */
  readonly flushEveryMs: number;
  readonly timers: AgentTimers;
  readonly now: () => number;
  /** [0, 1) */
  readonly random: () => number;
  /** A POST that did not get through, or events that were refused. */
  readonly onTrouble: (trouble: { readonly kind: 'later' | 'barred' | 'refused'; readonly code: string }) => void;
}

export interface EventSender {
  readonly sentEvents: number;
  /** Events that the relay refused for good. */
  readonly refusedEvents: number;
  /** Events that the relay let go because it had too much to take in. */
  readonly shedEvents: number;
  /** The last batch did not get through. */
  readonly isFailing: boolean;
  /** Taken out of the queue and not acknowledged yet. */
  readonly inFlightEvents: number;
  /** They themselves, oldest first. */
  listInFlight(): QueuedEvent[];
  /** There is something to send: it goes soon. */
  nudge(): void;
  /** Sends all that waits, trying again until it is through or the time is up. */
  flush(timeoutMs: number): Promise<void>;
  /** Ends the timers; what waits stays in the queue. */
  stop(): void;
}

/** One batch at a time, in order; a batch that did not get through is sent again as it was, so ids tell repeats. */
export function createEventSender(options: SenderOptions): EventSender {
  const { queue, post, timers, now, random, onTrouble } = options;
  /** Taken out of the queue, oldest first: the batch under way, or the parts of one that was refused as a whole. */
  let held: QueuedEvent[][] = [];
  let timer: unknown;
  let pumping: Promise<void> | undefined;
  let failures = 0;
  let notBeforeMs = 0;
  /** How long a flush waits before it tries again; `undefined`: it is no use. */
  let flushRetryMs: number | undefined = FLUSH_RETRY_MS;
  let sentEvents = 0;
  let refusedEvents = 0;
  let shedEvents = 0;

  /** Somebody waits until everything is sent. */
  let flushing = 0;

  const hasWork = () => held.length > 0 || queue.size > 0;
  const isBatchFull = () => queue.size >= MAX_BATCH_EVENTS || queue.sizeBytes >= MAX_BATCH_BYTES;

  function schedule(delayMs: number): void {
    timer ??= timers.setTimeout(
      () => {
        timer = undefined;
        void pump();
      },
      delayMs,
      false,
    );
  }

  function unschedule(): void {
    if (timer !== undefined) timers.clearTimeout(timer);
    timer = undefined;
  }

  /** Sends until nothing is left that has waited for company, or a batch does not get through. */
  function pump(): Promise<void> {
    pumping ??= drain().finally(() => {
      pumping = undefined;
      if (hasWork()) schedule(Math.max(notBeforeMs - now(), options.flushEveryMs));
    });
    return pumping;
  }

  async function drain(): Promise<void> {
    // a POST costs the agent's thread as much as a hundred events: what came meanwhile waits for company again
    for (let isFirst = true; hasWork(); isFirst = false) {
      if (!isFirst && held.length === 0 && flushing === 0 && !isBatchFull()) return;
      if (held.length === 0) held.push(queue.take(MAX_BATCH_EVENTS, MAX_BATCH_BYTES));
      const batch = held[0] ?? [];
      const outcome = await post(batch);
      if (outcome.kind === 'taken') {
        held.shift();
        failures = 0;
        notBeforeMs = 0;
        sentEvents += batch.length - outcome.refused.length;
        const bad = outcome.refused.filter(({ code }) => code !== SHED_CODE);
        shedEvents += outcome.refused.length - bad.length;
        countRefused(bad.length, bad[0]?.code);
      } else if (outcome.kind === 'refused') {
        held.splice(0, 1, ...partsOf(batch, outcome.code));
      } else {
        onTrouble(outcome);
        failures += 1;
        const waitMs = waitAfter(outcome);
        notBeforeMs = now() + waitMs;
        flushRetryMs = outcome.kind === 'barred' ? undefined : Math.max(FLUSH_RETRY_MS, outcome.afterMs ?? 0);
        return;
      }
    }
  }

  function countRefused(count: number, code = 'event.refused'): void {
    if (count === 0) return;
    refusedEvents += count;
    onTrouble({ kind: 'refused', code });
  }

  /** The relay refuses the batch as a whole: halves it until the fault stands alone; that one gives up its content, then itself. */
  function partsOf(batch: readonly QueuedEvent[], code: string): QueuedEvent[][] {
    const [first] = batch;
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      return [batch.slice(0, middle), batch.slice(middle)];
    }
    if (first?.content !== undefined) return [[{ id: first.id, type: first.type, head: first.head }]];
    countRefused(1, code);
    return [];
  }

  function waitAfter(outcome: Extract<PostOutcome, { kind: 'later' | 'barred' }>): number {
    if (outcome.kind === 'barred') return BARRED_RETRY_MS;
    const ceiling = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** Math.min(failures, 16));
    return Math.max(outcome.afterMs ?? 0, MIN_BACKOFF_MS + random() * (ceiling - MIN_BACKOFF_MS));
  }

  return {
    get sentEvents() {
      return sentEvents;
    },
    get refusedEvents() {
      return refusedEvents;
    },
    get shedEvents() {
      return shedEvents;
    },
    listInFlight: () => held.flat(),
    get isFailing() {
      return failures > 0;
    },
    get inFlightEvents() {
      return held.reduce((sum, batch) => sum + batch.length, 0);
    },
    nudge() {
      if (pumping) return; // it looks at the queue again before it ends
      if (failures === 0 && isBatchFull()) void pump();
      else schedule(Math.max(notBeforeMs - now(), options.flushEveryMs));
    },
    async flush(timeoutMs) {
      const endMs = now() + timeoutMs;
      flushing += 1;
      try {
        while (hasWork()) {
          unschedule();
          await raceTime(pump(), endMs - now(), timers);
          if (!hasWork() || flushRetryMs === undefined || now() + flushRetryMs >= endMs) return;
          await pause(flushRetryMs, timers);
        }
      } finally {
        flushing -= 1;
      }
    },
    stop: unschedule,
  };
}

const pause = (ms: number, timers: AgentTimers): Promise<void> =>
  new Promise((resolve) => {
    timers.setTimeout(resolve, ms, true);
  });

/** Waits for the work, but no longer than this. */
async function raceTime(work: Promise<void>, ms: number, timers: AgentTimers): Promise<void> {
  let timer: unknown;
  const timeUp = new Promise<void>((resolve) => {
    timer = timers.setTimeout(resolve, Math.max(0, ms), true);
  });
  await Promise.race([work, timeUp]);
  timers.clearTimeout(timer);
}
