import type { MonitorEvent } from '../../model/event.ts';

/** A project's log grew by `(from, to]`. */
export interface News {
  readonly project: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  /** The new events themselves, all of them; absent when only the wake-up travels: the log has them. */
  readonly events?: readonly MonitorEvent[] | undefined;
}

/**
 * Tells every relay process that a log grew. It is a wake-up, never the truth: news may be lost, repeated or late,
 * and a listener that sees a hole reads the log. Kinds: memory.
 */
export interface FanOut {
  publish(news: News): void;
  /** @returns unsubscribe */
  subscribe(listener: (news: News) => void): () => void;
  close(): Promise<void>;
}
