import { asRunId, asSpanId, type RunId, type SpanId } from '../model/ids.ts';
import type { Draft } from './draft.ts';
import { createSeededRandom, type SeededRandom } from './seededRandom.ts';

/** What a scenario writes into: chance, ids, and the list of what will be sent. */
export interface World {
  readonly random: SeededRandom;
  /** When the scenario begins, epoch ms. */
  readonly startAtMs: number;
  /** Whether prices follow the calls, as a relay would append them. */
  readonly hasPrices: boolean;
  readonly drafts: Draft[];
  /** UUIDv7 of a moment. */
  eventId(atMs: number): string;
  /** @param fixed - what it is called where the scenario stands alone; in traffic it comes again and again */
  runId(fixed?: string): RunId;
  spanId(): SpanId;
}

export interface WorldOptions {
  readonly seed: number;
  readonly startAtMs: number;
  readonly hasPrices: boolean;
  /** Runs that have a name of their own keep it. */
  readonly keepsNames: boolean;
}

export function createWorld({ seed, startAtMs, hasPrices, keepsNames }: WorldOptions): World {
  const random = createSeededRandom(seed);
  // Ids have chance of their own, drawn from the start time too: the same seed at another time is another run.
  const ids = createSeededRandom(seed, startAtMs);
  return {
    random,
    startAtMs,
    hasPrices,
    drafts: [],
    eventId: (atMs) => uuidV7(atMs, ids),
    runId: (fixed) => asRunId(keepsNames && fixed ? fixed : `trace_${ids.hex(32)}`),
    spanId: () => asSpanId(`span_${ids.hex(24)}`),
  };
}

/** Source: RFC 9562, section 5.7. */
function uuidV7(atMs: number, random: SeededRandom): string {
  const time = Math.max(0, Math.trunc(atMs)).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.hex(3)}-${random.whole(8, 11).toString(16)}${random.hex(3)}-${random.hex(12)}`;
}
