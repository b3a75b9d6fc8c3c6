import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createGroupCommit } from '../../src/relay/run-log/sql/groupCommit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A log of which each transaction fails, or ends, when the test says so. */
function silentLog() {
  const ends: ((fault?: Error) => void)[] = [];
  const log = createGroupCommit<string, readonly string[], string>({
    commit: (rows) =>
      new Promise((resolve, reject) => {
        ends.push((fault) => (fault ? reject(fault) : resolve(rows)));
      }),
    answerOf: (rows, start, count) => rows.slice(start, start + count).join(),
    atOnce: 1,
  });
  const add = (row: string) => {
    const state = { said: 'waits' };
    log.add([row]).then(
      (answer) => Object.assign(state, { said: answer }),
      (fault: Error) => Object.assign(state, { said: fault.message }),
    );
    return state;
  };
  return { add, end: (fault?: Error) => ends.shift()?.(fault) };
}

it('refuses with a transaction that failed who has waited behind it for long, and nobody else', async () => {
  const { add, end } = silentLog();
  const first = add('first');
  await vi.advanceTimersByTimeAsync(1000);
  const early = add('early');
  await vi.advanceTimersByTimeAsync(9000);
  const late = add('late');
  await vi.advanceTimersByTimeAsync(5000);
  end(new Error('silent'));
  await vi.advanceTimersByTimeAsync(10);
  expect([first.said, early.said, late.said]).toEqual(['silent', 'silent', 'waits']);
  end();
  await vi.advanceTimersByTimeAsync(10);
  expect(late.said).toBe('late');
});

it('keeps who came lately, whatever made a transaction fail', async () => {
  const { add, end } = silentLog();
  const first = add('first');
  await vi.advanceTimersByTimeAsync(10);
  const next = add('next');
  end(new Error('refused'));
  await vi.advanceTimersByTimeAsync(10);
  end();
  await vi.advanceTimersByTimeAsync(10);
  expect([first.said, next.said]).toEqual(['refused', 'next']);
});
