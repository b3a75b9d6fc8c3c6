/** Times and sizes of the wire; each is an option with this value. Source: wire rules 7 to 29. */
export interface WireTimings {
  /** A connection that has not said hello by then is closed, ms. */
  readonly helloMs: number;
  /** Data heartbeat, ms. */
  readonly heartbeatMs: number;
  /** No answer to a ping for this long ends a connection, ms. */
  readonly pongMs: number;
  /** How long a full window may stay without draining, ms. */
  readonly drainMs: number;
  /** The same for a reader that holds a snapshot, once more is held for such readers than is easy to spare; less for still more, ms. */
  readonly stalledMs: number;
  /** How often authority is looked at again, ms. */
  readonly recheckMs: number;
  /** Shortest time between two flushes, ms. */
  readonly flushMs: number;
  /** How often a log is asked for its head, in case a wake-up was lost, ms. */
  readonly pollMs: number;
  /** Shortest time between two rows of the same run, ms. */
  readonly rowsMs: number;
  /** How long a snapshot that was built serves later readers, ms. */
  readonly snapshotForMs: number;
  /** A hole in a producer's numbers that is not filled by then is recorded, ms. */
  readonly holeMs: number;
  /** Least and greatest wait that a closing relay asks for, ms. */
  readonly restartMs: readonly [number, number];
  /** Time between two readers that a closing relay sends away, ms: eight a second, so that where they go is not run over by them and by those of older releases, who come when they like. */
  readonly returnStepMs: number;
}

export const defaultTimings: WireTimings = {
  helloMs: 5000,
  heartbeatMs: 10_000,
  pongMs: 20_000,
  drainMs: 30_000,
  stalledMs: 4000,
  recheckMs: 30_000,
  flushMs: 16,
  pollMs: 2000,
  rowsMs: 500,
  snapshotForMs: 1000,
  holeMs: 5000,
  restartMs: [5000, 30_000],
  returnStepMs: 125,
};

/** An empty batch only moves a cursor: often enough that no reader takes itself for late (2 s), no more. */
export const EMPTY_BATCH_EVERY_MS = 250;
export const BATCH_EVENTS = 128;
export const BATCH_BYTES = 64 * 1024;
export const FRAME_BYTES = 256 * 1024;
/** Part of a snapshot: a reader that stops in the middle of one holds its window and no more. */
export const SNAPSHOT_PART_BYTES = 64 * 1024;
/** Send window of a connection: nothing is pulled above the first, pulled again below the second. */
export const WINDOW_FULL_BYTES = 64 * 1024;
export const WINDOW_LOW_BYTES = 16 * 1024;
/** Events of other runs that one batch of a narrow subscription looks through. */
export const SCAN_EVENTS = 4096;
