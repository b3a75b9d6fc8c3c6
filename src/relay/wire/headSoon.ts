import type { LogHead } from '../run-log/RunLog.ts';

/**
 * Where a log stands: its answer or, where that does not come soon, the one before. Who is greeted needs no more: what the log let go
 * of meanwhile is found when it is read. So a log that is away or slow keeps nobody from hearing that it is.
 * @param epoch - what is known now: an earlier answer of another one says nothing
 */
export type HeadSoon = (epoch: string) => Promise<LogHead>;

/** A log that stands by answers within this time, ms. */
const PATIENCE_MS = 250;

/** @param ask - asked once at a time, however many wait. Its first answer is waited for, and its first failure is one. */
export function createHeadSoon(ask: () => Promise<LogHead>): HeadSoon {
  let last: LogHead | undefined;
  let asking: Promise<LogHead> | undefined;

  const askOnce = (): Promise<LogHead> => {
    asking ??= ask()
      .then((head) => (last = head))
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  return (epoch) => {
    const before = last;
    const answer = askOnce();
    if (before?.epoch !== epoch) return answer;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(before), PATIENCE_MS);
      void answer
        .catch(() => before)
        .then((head) => {
          clearTimeout(timer);
          resolve(head);
        });
    });
  };
}
