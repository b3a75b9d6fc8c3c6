import { MonitorError } from '../model/errors.ts';
import type { RunExportQuery } from '../model/exportQuery.ts';
import type {
  AlertHistoryQuery,
  ApprovalHistoryQuery,
  ErrorHistoryQuery,
  HistoryNames,
  LogHistoryQuery,
  MetricsHistoryQuery,
  RunHistoryQuery,
  ScoreHistoryQuery,
} from '../model/history.ts';
import type { HistoryCalls } from './types.ts';

export interface AskedAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** The path and query of an export. */
export function exportPathOf({ format, runIds, content, ...query }: RunExportQuery): string {
  const params = { ...paramsOfRuns(query), format, run: runIds, content: content ? 'true' : undefined };
  return `/v1/export?${queryOf(params)}`;
}

/** The fault of an answer that is none. */
export const faultOfStatus = (status: number): MonitorError => fault(codeByStatus[status] ?? 'history.unreachable');
export const unreachableHistory = (cause: unknown): MonitorError => fault('history.unreachable', cause);

/** @param ask - a GET with the token; rejects when there is no answer */
export function createHistoryCalls(ask: (path: string, signal?: AbortSignal) => Promise<AskedAnswer>): HistoryCalls {
  const load = async <Answer>(
    path: string,
    params: Params,
    signal: AbortSignal | undefined,
    isAnswer: (body: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<Answer> => {
    const query = queryOf(params);
    let answer: AskedAnswer;
    try {
      answer = await ask(query === '' ? path : `${path}?${query}`, signal);
    } catch (cause) {
      throw fault('history.unreachable', cause);
    }
    const { status, body } = answer;
    if (status === 200 && typeof body === 'object' && body !== null && isAnswer(body as Record<string, unknown>)) {
      return body as Answer;
    }
    throw fault(codeByStatus[status] ?? 'history.unreachable');
  };

  return {
    loadRuns: (query, { cursor, signal } = {}) =>
      load('/v1/runs', { ...paramsOfRuns(query), cursor }, signal, ({ runs }) => Array.isArray(runs)),
    loadRunFacts: (runId, { cursor, signal, limit } = {}) =>
      load(
        `/v1/runs/${encodeURIComponent(runId)}`,
        { limit, cursor },
        signal,
        ({ facts, run }) => Array.isArray(facts) && typeof run === 'object',
      ),
    loadLogs: (query, { cursor, signal } = {}) =>
      load('/v1/logs', { ...paramsOfLogs(query), cursor }, signal, ({ lines }) => Array.isArray(lines)),
    loadApprovals: (query, { cursor, signal } = {}) =>
      load('/v1/approvals', { ...paramsOfApprovals(query), cursor }, signal, ({ approvals }) =>
        Array.isArray(approvals),
      ),
    loadScores: (query, { cursor, signal } = {}) =>
      load('/v1/scores', { ...paramsOfScores(query), cursor }, signal, ({ scores }) => Array.isArray(scores)),
    loadAlerts: (query, { cursor, signal } = {}) =>
      load('/v1/alerts', { ...paramsOfAlerts(query), cursor }, signal, ({ alerts }) => Array.isArray(alerts)),
    loadErrors: (query, { signal } = {}) =>
      load('/v1/errors', paramsOfErrors(query), signal, ({ groups }) => Array.isArray(groups)),
    loadMetrics: (query, { signal } = {}) =>
      load('/v1/metrics', paramsOfMetrics(query), signal, ({ series }) => Array.isArray(series)),
  };
}

type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

function queryOf(params: Params): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === '') continue;
    if (typeof value === 'object') for (const one of value) search.append(name, one);
    else search.append(name, String(value));
  }
  return search.toString();
}

const paramsOfNames = ({ agents, tools, models, users, sessions, groups }: HistoryNames): Params => ({
  agent: agents,
  tool: tools,
  model: models,
  user: users,
  session: sessions,
  group: groups,
});
const paramsOfRuns = (query: RunHistoryQuery): Params => {
  const { fromMs, toMs, statuses, minDurationMs, minCostNanoUsd, text, order, limit } = query;
  const rest = { status: statuses, minDurationMs, minCostNanoUsd, text: text?.slice(0, MAX_TEXT), order, limit };
  return { from: fromMs, to: toMs, ...paramsOfNames(query), ...rest };
};
const paramsOfLogs = ({
  fromMs,
  toMs,
  levels,
  sources,
  runIds,
  spanIds,
  ids,
  text,
  order,
  limit,
}: LogHistoryQuery): Params => ({
  from: fromMs,
  to: toMs,
  level: levels,
  source: sources,
  run: runIds,
  span: spanIds,
  id: ids,
  text: text?.slice(0, MAX_TEXT),
  order,
  limit,
});
const paramsOfApprovals = ({ fromMs, toMs, states, tools, runIds, order, limit }: ApprovalHistoryQuery): Params => ({
  from: fromMs,
  to: toMs,
  state: states,
  tool: tools,
  run: runIds,
  order,
  limit,
});
const paramsOfScores = ({ fromMs, toMs, names, runIds, order, limit }: ScoreHistoryQuery): Params => ({
  from: fromMs,
  to: toMs,
  name: names,
  run: runIds,
  order,
  limit,
});
const paramsOfAlerts = ({ fromMs, toMs, states, severities, rules, order, limit }: AlertHistoryQuery): Params => ({
  from: fromMs,
  to: toMs,
  state: states,
  severity: severities,
  rule: rules,
  order,
  limit,
});
const paramsOfErrors = (query: ErrorHistoryQuery): Params => {
  const { fromMs, toMs, runIds, order, limit, bucketMs } = query;
  return { from: fromMs, to: toMs, ...paramsOfNames(query), run: runIds, order, limit, bucketMs };
};
const paramsOfMetrics = (query: MetricsHistoryQuery): Params => {
  const { fromMs, toMs, bucketMs, offsetMs, by, limit } = query;
  return { from: fromMs, to: toMs, bucketMs, offsetMs, by, ...paramsOfNames(query), limit };
};
/** The relay takes no longer text. */
const MAX_TEXT = 200;

const codeByStatus: Readonly<Record<number, string>> = {
  400: 'history.bad-query',
  401: 'history.forbidden',
  403: 'history.forbidden',
  404: 'history.not-found',
  429: 'history.busy',
  503: 'history.busy',
};

const wordsByCode: Readonly<Record<string, { readonly happened: string; readonly todo: string }>> = {
  'history.forbidden': { happened: 'The relay refused to hand out its history.', todo: 'Sign in again.' },
  'history.not-found': {
    happened: 'The relay holds no such run.',
    todo: 'Check its retention, and whether the token may see the run.',
  },
  'history.bad-query': {
    happened: 'The relay did not take a question to its history.',
    todo: 'Check the filters; a cursor is good for the question it came with only.',
  },
  'history.busy': { happened: 'The relay was asked too often.', todo: 'Wait some seconds, then try again.' },
  'history.unreachable': { happened: 'The relay did not answer.', todo: 'Try again when it is reachable.' },
};
const fault = (code: string, cause?: unknown) =>
  new MonitorError(
    code,
    {
      happened: 'A question to the history failed.',
      todo: 'Try again.',
      ...wordsByCode[code],
      follows: 'What is older is not shown.',
    },
    { cause },
  );
