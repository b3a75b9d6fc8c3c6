import type {
  BatchFrame,
  Cursor,
  GapFrame,
  HelloFrame,
  LiveFrame,
  RowsFrame,
  SnapFrame,
  Subscription,
  WelcomeFrame,
} from '../../model/wire.ts';
import type { TransportSink } from '../types.ts';
import { createBesideMarks } from './besideMarks.ts';
import { createCursorTracker } from './cursorTracker.ts';
import { createWholeTopics } from './wholeTopics.ts';

/** Frames that carry what is to be shown; the others speak of the line. */
export type DataFrame = BatchFrame | SnapFrame | GapFrame | RowsFrame | LiveFrame;

/** What was received so far, of the log and beside it: what a hello says of it, and what the next frame adds. */
export interface HeldState {
  /** Everything up to here was delivered. */
  readonly cursor: Cursor | undefined;
  readonly epoch: string | undefined;
  readonly seq: number;
  /** A snapshot was announced and is not whole yet. */
  readonly isAwaitingSnapshot: boolean;
  /** What a hello says, so that only what is missing is sent. */
  read(): Pick<HelloFrame, 'cursor' | 'whole' | 'rows' | 'live'>;
  /** These are asked for by the hello that is said now. */
  onHello(subs: readonly Subscription[]): void;
  /** @returns whether the log is another one than before */
  onWelcome(welcome: WelcomeFrame): boolean;
  /**
   * Hands on what is new.
   * @returns `'moved'`: one step nearer to the head; `'beside'`: nothing of the log; `'suspect'`: something is missing, ask again
   */
  take(frame: DataFrame, sink: TransportSink | undefined): 'moved' | 'beside' | 'suspect';
  /** Other topics are let go: their tail stops. */
  keep(subs: readonly Subscription[]): void;
  /** Asks for a snapshot next time. */
  forgetCursor(): void;
  /** Another reader takes over: nothing is known any more. */
  reset(): void;
}

export function createHeldState(): HeldState {
  const tracker = createCursorTracker();
  const topics = createWholeTopics();
  const beside = createBesideMarks();

  return {
    get cursor() {
      return tracker.cursor;
    },
    get epoch() {
      return tracker.epoch;
    },
    get seq() {
      return tracker.seq;
    },
    get isAwaitingSnapshot() {
      return tracker.isAwaitingSnapshot;
    },
    read: () => ({
      cursor: tracker.cursor,
      ...(tracker.cursor !== undefined && { whole: topics.list(), ...beside.read() }),
    }),
    onHello: (subs) => topics.onHello(subs),
    onWelcome(welcome) {
      if (welcome.resume === 'snapshot') {
        topics.clear();
        beside.clear();
      }
      return tracker.welcome(welcome);
    },
    take(frame, sink) {
      switch (frame.t) {
        case 'batch': {
          const taken = tracker.takeBatch(frame);
          if (taken === 'suspect') return 'suspect';
          if (taken === 'duplicate') return 'beside';
          sink?.onBatch(taken);
          return 'moved';
        }
        case 'snap': {
          const taken = tracker.takeSnapshot(frame);
          if (taken === 'suspect') {
            tracker.forgetCursor();
            return 'suspect';
          }
          if (taken === 'done') topics.onSnapshot(frame.scope);
          sink?.onSnapshot(frame);
          return 'moved';
        }
        case 'gap':
          sink?.onGap(frame);
          return 'beside';
        case 'rows':
          beside.onRows(frame);
          if (frame.runs.length > 0) topics.onRows();
          sink?.onRows(frame);
          return 'beside';
        case 'live':
          beside.onLive(frame);
          sink?.onLive(frame);
          return 'beside';
      }
    },
    keep: (subs) => topics.keep(subs),
    forgetCursor: () => tracker.forgetCursor(),
    reset() {
      tracker.reset();
      topics.clear();
      beside.clear();
    },
  };
}
