import { beforeEach, expect } from 'vitest';
import type { HistoryPosition, RunHistory, RunsQuery } from '../../../src/relay/history/RunHistory.ts';
import type { RunLog } from '../../../src/relay/run-log/RunLog.ts';
import { onEnd } from '../support.ts';
import { eventsOf, type PlannedRun } from './planRuns.ts';

const MAX_PAGES = 10_000;

/** The project that is asked for where a test does not say another. */
export const project = 'p';

/** A log of its own for each test, and its history. */
export interface HistoryUnderTest {
  readonly log: RunLog;
  readonly history: RunHistory;
  append(plans: readonly PlannedRun[], to?: string): Promise<void>;
  runsOf(
    query?: Partial<RunsQuery>,
    between?: () => Promise<unknown>,
  ): Promise<Awaited<ReturnType<RunHistory['runs']>>['items']>;
  idsOf(query: Partial<RunsQuery>, between?: () => Promise<unknown>): Promise<string[]>;
  /** Another log in the place of this one. */
  renew(): Promise<void>;
}

/** Begins each test of this block with another log. */
export function useHistory(create: () => Promise<RunLog>): HistoryUnderTest {
  let log: RunLog;
  const begin = async () => {
    const own = await create();
    onEnd(() => own.close());
    log = own;
  };
  beforeEach(begin);
  const runsOf: HistoryUnderTest['runsOf'] = (query = {}, between) =>
    eachPage((after) => log.history.runs(project, { order: 'newest', limit: 7, ...query, after }), between);
  return {
    get log() {
      return log;
    },
    get history() {
      return log.history;
    },
    async append(plans, to = project) {
      const events = plans.flatMap(eventsOf);
      for (let from = 0; from < events.length; from += 500) await log.append(to, events.slice(from, from + 500));
    },
    runsOf,
    idsOf: async (query, between) => (await runsOf(query, between)).map(({ run }) => run.runId as string),
    async renew() {
      await log.close();
      await begin();
    },
  };
}

export async function eachPage<Item>(
  ask: (after: HistoryPosition | undefined) => Promise<{ items: readonly Item[]; next?: HistoryPosition | undefined }>,
  between: () => Promise<unknown> = async () => {},
): Promise<Item[]> {
  const all: Item[] = [];
  let after: HistoryPosition | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, next } = await ask(after);
    all.push(...items);
    if (next === undefined) return all;
    expect(items.length).toBeGreaterThan(0);
    expect(next.every((number) => Number.isFinite(number))).toBe(true);
    after = next;
    await between();
  }
  throw new Error('the pages do not end');
}
