import type { MonitorEvent } from '../../model/event.ts';
import type { LiveText } from '../../model/wire.ts';
import type { DependencyState } from '../health/DependencyState.ts';

/** A project's log grew by `(from, to]`. */
export interface News {
  readonly project: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  /** The new events themselves, all of them; absent when only the wake-up travels: the log has them. */
  readonly events?: readonly MonitorEvent[] | undefined;
}

/** What running model calls of a project have written since. Of use at this moment only: no log has it. */
export interface LiveNews {
  readonly project: string;
  readonly texts: readonly LiveText[];
}

/**
 * Tells every relay process that a log grew. It is a wake-up, never the truth: news may be lost, repeated or late,
 * and a listener that sees a hole reads the log. Kinds: memory, Redis.
 */
export interface FanOut {
  publish(news: News): void;
  /** @returns unsubscribe */
  subscribe(listener: (news: News) => void): () => void;
  /** Text of running model calls, to every relay, this one too. It may be lost; one call's texts keep their order. */
  publishLive(news: LiveNews): void;
  /** @returns unsubscribe */
  subscribeLive(listener: (news: LiveNews) => void): () => void;
  /** Other processes store into the same log. */
  readonly isShared: boolean;
  /** Whether news reaches the other processes now. While it does not, they go by the log alone. */
  readonly state: DependencyState;
  /** @returns unsubscribe */
  onState(listener: (state: DependencyState) => void): () => void;
  readonly figures: FanOutFigures;
  close(): Promise<void>;
}

export interface FanOutFigures {
  /** Messages that were let go on their way out. */
  readonly droppedMessages: number;
  /** Messages that came in and were not signed by a relay of this log, or not lately. */
  readonly refusedMessages: number;
}
