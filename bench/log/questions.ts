import type {
  HistoryPosition,
  HistoryRunFilter,
  LogsQuery,
  RunHistory,
  RunOrderName,
} from '../../src/relay/history/RunHistory.ts';
import { FIRST_MS, MS_A_ROW } from './logLoad.ts';

export interface AskedLog {
  readonly history: RunHistory;
  readonly project: string;
  readonly rows: number;
}

/** What operators ask of the history. */
export interface Question {
  readonly name: string;
  /** @returns asks it once; looks for the place in the log first, where it has one */
  prepare(log: AskedLog): Promise<() => Promise<unknown>>;
}

const HOUR_MS = 3_600_000;
const middleOf = ({ rows }: AskedLog): HistoryPosition => [FIRST_MS + (rows / 2) * MS_A_ROW, 0];
/** The same number of runs, whatever there is before it. */
const lastHourOf = ({ rows }: AskedLog) => {
  const toMs = FIRST_MS + rows * MS_A_ROW;
  return { fromMs: toMs - HOUR_MS, toMs };
};

interface Place {
  /** From the middle of all that there is, where nothing is at hand; default: the second page. */
  readonly isFromMiddle?: boolean;
}

const ofRuns = (
  name: string,
  { filter, order = 'newest', isFromMiddle }: Place & { filter?: HistoryRunFilter; order?: RunOrderName } = {},
): Question => ({
  name,
  async prepare(log) {
    const ask = (after?: HistoryPosition) => log.history.runs(log.project, { order, filter, after, limit: 50 });
    const after = isFromMiddle ? middleOf(log) : (await ask()).next;
    return () => ask(after);
  },
});

const ofLines = (name: string, { isFromMiddle, ...query }: Place & Partial<LogsQuery> = {}): Question => ({
  name,
  async prepare(log) {
    const ask = (after?: HistoryPosition) =>
      log.history.logs(log.project, { withMessage: true, order: 'newest', limit: 50, ...query, after });
    const after = isFromMiddle ? middleOf(log) : (await ask()).next;
    return () => ask(after);
  },
});

export const questions: readonly Question[] = [
  ofRuns('a page of 50 runs, newest first'),
  ofRuns('50 runs from the middle of the log', { isFromMiddle: true }),
  ofRuns('the longest 50 runs', { order: 'longest' }),
  ofRuns('the dearest 50 runs', { order: 'dearest' }),
  ofRuns('50 runs that failed, one in 25', { filter: { statuses: ['failed'] } }),
  ofRuns('50 runs that failed or run', { filter: { statuses: ['failed', 'running'] } }),
  ofRuns('50 runs of one agent', { filter: { agentNames: ['Agent 3'] } }),
  ofRuns('50 runs of one agent, from the middle', { filter: { agentNames: ['Agent 3'] }, isFromMiddle: true }),
  ofRuns('50 runs of at least 10 ms', { filter: { minDurationMs: 10 } }),
  ofRuns('50 runs with a text', { filter: { text: 'customer' } }),
  ofRuns('50 runs with a text that one in 25 has', { filter: { text: 'refund' } }),
  ofRuns('50 runs with a text that one in 25 has, from the middle', { filter: { text: 'refund' }, isFromMiddle: true }),
  ofLines('a page of 50 lines, newest first'),
  ofLines('50 lines from the middle of the log', { isFromMiddle: true }),
  ofLines('50 lines of one level, one in 25', { levels: ['error'] }),
  ofLines('50 lines of one level, from the middle', { levels: ['error'], isFromMiddle: true }),
  ofLines('50 lines with a text', { text: 'customer' }),
  ofLines('50 lines with a text that one in 25 has', { text: 'refund' }),
  {
    name: 'the lines of one run, from the middle of the log',
    async prepare(log) {
      const { history, project } = log;
      const { items } = await history.runs(project, { order: 'newest', after: middleOf(log), limit: 1 });
      const runIds = items.map(({ run }) => run.runId);
      return () => history.logs(project, { withMessage: true, order: 'newest', runIds, limit: 50 });
    },
  },
  {
    name: 'the errors of an hour',
    async prepare(log) {
      const query = { range: lastHourOf(log), grain: 'code', order: 'last', limit: 50 } as const;
      return () => log.history.errors(log.project, query);
    },
  },
  {
    name: 'the figures of an hour, by agent',
    async prepare(log) {
      const query = { range: lastHourOf(log), bucketMs: 60_000, offsetMs: 0, by: 'agent', limit: 20 } as const;
      return () => log.history.metrics(log.project, query);
    },
  },
];
