import type { Browser, Page } from 'playwright';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds; `tdur`: of the thread's own work. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The tasks of a page's main thread from a mark on. */
export interface TaskTimes {
  /** Longest by the clock: with what other processes took of the machine meanwhile. */
  readonly longestMs: number;
  /** Longest by what the thread itself worked. */
  readonly longestWorkMs: number;
  /** Tasks of 50 ms and more by the clock. */
  readonly longTasks: number;
}

/** Lets the browser itself write down all tasks of the main thread while something runs. */
export async function traceTasks<T>(
  browser: Browser,
  page: Page,
  markName: string,
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly times: TaskTimes }> {
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
  const result = await run();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const mark = traceEvents.findLast(({ name }) => name === markName);
  if (!mark) throw new Error(`The page set no mark ${markName}, or the browser's trace does not have it.`);
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid, ts }) =>
      ph === 'X' && pid === mark.pid && tid === mark.tid && ts > mark.ts && name.endsWith('RunTask'),
  );
  const longest = (read: (task: TraceEvent) => number | undefined) =>
    tasks.reduce((most, task) => Math.max(most, (read(task) ?? 0) / 1000), 0);
  return {
    result,
    times: {
      longestMs: longest(({ dur }) => dur),
      longestWorkMs: longest(({ tdur }) => tdur),
      longTasks: tasks.filter(({ dur = 0 }) => dur >= 50_000).length,
    },
  };
}
