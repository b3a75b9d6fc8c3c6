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
  const add = (...rows: readonly string[]) => {
    const state = { said: 'waits' };
    log.add(rows).then(
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

it('refuses what comes on top of fifty thousand rows that wait, and takes as much again when those are through', async () => {
  const { add, end } = silentLog();
  const rows = (count: number) => Array.from({ length: count }, (_, index) => `row ${index}`);
  const alone = add(...rows(60_000)); // a single append may have any size
  await vi.advanceTimersByTimeAsync(1);
  const many = add(...rows(49_999));
  const last = add('fits');
  const more = add('too much');
  await vi.advanceTimersByTimeAsync(1);
  expect([many.said, last.said, more.said]).toEqual(['waits', 'waits', 'LOG_BUSY']);
  for (let round = 0; round < 3; round += 1) {
    end();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect([alone, many, last].map(({ said }) => said.split(',').length)).toEqual([60_000, 49_999, 1]);
  expect(last.said).toBe('fits');
  add('under way');
  await vi.advanceTimersByTimeAsync(1);
  const again = add(...rows(49_999));
  const alsoFits = add('fits');
  await vi.advanceTimersByTimeAsync(1);
  expect([again.said, alsoFits.said]).toEqual(['waits', 'waits']);
});

it('has room again for as much as it refused out of impatience', async () => {
  const { add, end } = silentLog();
  const rows = Array.from({ length: 50_000 }, (_, index) => `row ${index}`);
  add('first');
  await vi.advanceTimersByTimeAsync(1);
  const impatient = add(...rows);
  await vi.advanceTimersByTimeAsync(10_001);
  end(new Error('silent'));
  await vi.advanceTimersByTimeAsync(1);
  expect(impatient.said).toBe('silent');
  const next = add(...rows);
  await vi.advanceTimersByTimeAsync(1);
  expect(next.said).toBe('waits');
});
