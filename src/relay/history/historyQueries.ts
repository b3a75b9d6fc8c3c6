import * as z from 'zod';
import { exportFormatNames } from '../../adapters/index.ts';
import { alertSeverities, alertStates } from '../../model/alert.ts';
import { approvalStates } from '../../model/approval.ts';
import { metricDimensions, runOrders } from '../../model/history.ts';
import { MAX_NAME_LENGTH } from '../../model/limits.ts';
import { logLevels } from '../../model/log.ts';
import { runStatuses } from '../../model/run.ts';
import { MAX_TIME_MS } from '../../model/units.ts';

/** Alternatives of one parameter. */
const MAX_VALUES = 20;
const MAX_IDS = 100;
const MAX_BUCKETS = 1000;

const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,16}(?:\.\d{1,12})?$/, 'must be a number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);
const whole = (min: number, max: number) =>
  number(min, max).refine((value) => Number.isInteger(value), 'must be a whole number');
const timeMs = number(0, MAX_TIME_MS);
const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, `must be one of ${values.join(', ')}`);

/** A parameter that may stand there several times: `agent=A&agent=B`. */
const several = <T extends z.ZodType<unknown, string>>(item: T, max = MAX_VALUES) =>
  z.array(item).min(1).max(max, `may stand there ${max} times at most`);
/** No log holds it, and PostgreSQL refuses the whole question. */
const withoutNul = (value: string) => !value.includes('\0');
const holdsNul = 'holds U+0000';
const name = z.string().max(MAX_NAME_LENGTH, `may be ${MAX_NAME_LENGTH} characters long`).refine(withoutNul, holdsNul);
const cursor = z.string().max(200, 'must be the `next` of the page before');
const text = z.string().max(200, 'may be 200 characters long').refine(withoutNul, holdsNul);

const range = { from: timeMs.optional(), to: timeMs.optional() };
const names = {
  agent: several(name).optional(),
  tool: several(name).optional(),
  model: several(name).optional(),
  user: several(name).optional(),
  session: several(name).optional(),
  group: several(name).optional(),
};

const runsQuery = z.object({
  ...range,
  ...names,
  status: several(oneOf(runStatuses)).optional(),
  minDurationMs: number(0, MAX_TIME_MS).optional(),
  minCostNanoUsd: whole(0, Number.MAX_SAFE_INTEGER).optional(),
  text: text.optional(),
  order: oneOf(runOrders).default('newest'),
  limit: whole(1, 200).default(50),
  cursor: cursor.optional(),
});

const runQuery = z.object({ limit: whole(1, 2000).default(1000), cursor: cursor.optional() });

const logsQuery = z.object({
  ...range,
  level: several(oneOf(logLevels)).optional(),
  source: several(name).optional(),
  run: several(name).optional(),
  span: several(name).optional(),
  id: several(name, MAX_IDS).optional(),
  text: text.optional(),
  order: oneOf(['newest', 'oldest']).default('newest'),
  limit: whole(1, 500).default(100),
  cursor: cursor.optional(),
});

const entities = {
  ...range,
  order: oneOf(['newest', 'oldest']).default('newest'),
  limit: whole(1, 200).default(50),
  cursor: cursor.optional(),
};
const approvalsQuery = z.object({
  ...entities,
  state: several(oneOf(approvalStates)).optional(),
  tool: several(name).optional(),
  run: several(name).optional(),
});
const scoresQuery = z.object({ ...entities, name: several(name).optional(), run: several(name).optional() });
const alertsQuery = z.object({
  ...entities,
  state: several(oneOf(alertStates)).optional(),
  severity: several(oneOf(alertSeverities)).optional(),
  rule: several(name).optional(),
});

const errorsQuery = z.object({
  ...range,
  ...names,
  run: several(name).optional(),
  order: oneOf(['last', 'count']).default('last'),
  limit: whole(1, 200).default(50),
  bucketMs: whole(1000, MAX_TIME_MS).optional(),
});

const metricsQuery = z
  .object({
    ...names,
    from: timeMs,
    to: timeMs,
    bucketMs: whole(1000, MAX_TIME_MS),
    offsetMs: whole(-86_400_000, 86_400_000).default(0),
    by: oneOf(metricDimensions).optional(),
    limit: whole(1, 100).default(20),
  })
  .refine(({ from, to }) => to > from, { path: ['to'], error: 'must be after `from`' })
  .refine(({ from, to, bucketMs }) => (to - from) / bucketMs <= MAX_BUCKETS, {
    path: ['bucketMs'],
    error: `must be wide enough: the range has ${MAX_BUCKETS} buckets at most`,
  });

const { cursor: _noCursor, limit: _noLimit, ...runsFilters } = runsQuery.shape;
const exportQuery = z.object({
  ...runsFilters,
  format: oneOf(exportFormatNames).default('spanlight'),
  /** These runs only. */
  run: several(name, MAX_IDS).optional(),
  /** With inputs, outputs and the rest of the content. */
  content: oneOf(['true', 'false'])
    .transform((value) => value === 'true')
    .default(false),
  /** Runs. */
  limit: whole(1, 10_000).default(1000),
});

export const historyQueries = {
  runs: runsQuery,
  run: runQuery,
  logs: logsQuery,
  approvals: approvalsQuery,
  scores: scoresQuery,
  alerts: alertsQuery,
  errors: errorsQuery,
  metrics: metricsQuery,
  export: exportQuery,
};
export type HistoryQueries = { readonly [Name in keyof typeof historyQueries]: z.infer<(typeof historyQueries)[Name]> };

/** What is wrong with a query, in constant words: nothing that was sent stands in it but the name of a parameter we know. */
export interface QueryFault {
  readonly code: 'query.bad-parameter' | 'query.unknown-parameter' | 'query.missing-parameter';
  readonly param?: string | undefined;
  readonly message: string;
}

/** Reads the parameters of a URL; every one must be known, and stand there once unless it is a list. */
export function parseHistoryQuery<Name extends keyof HistoryQueries>(
  name: Name,
  params: URLSearchParams,
): { readonly query: HistoryQueries[Name] } | { readonly fault: QueryFault } {
  const schema = historyQueries[name];
  const known = Object.keys(schema.shape);
  const given: Record<string, string | string[]> = {};
  for (const key of new Set(params.keys())) {
    if (!known.includes(key)) {
      const message = `The query has a parameter that this path does not know. It takes: ${known.join(', ')}.`;
      return { fault: { code: 'query.unknown-parameter', message } };
    }
    const values = params.getAll(key);
    if (isList(schema.shape[key as keyof typeof schema.shape])) given[key] = values;
    else if (values.length === 1) given[key] = values[0] ?? '';
    else return { fault: badParameter(key, 'may stand there once') };
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return { query: parsed.data as HistoryQueries[Name] };
  const issue = parsed.error.issues[0];
  const param = String(issue?.path[0] ?? '');
  if (!Object.hasOwn(given, param)) {
    return {
      fault: { code: 'query.missing-parameter', param, message: `The query lacks the parameter \`${param}\`.` },
    };
  }
  return { fault: badParameter(param, issue?.message ?? 'is not valid') };
}

export const badParameter = (param: string, what: string): QueryFault => ({
  code: 'query.bad-parameter',
  param,
  message: `The parameter \`${param}\` ${what}.`,
});

function isList(schema: z.ZodType): boolean {
  return schema instanceof z.ZodOptional ? isList(schema.unwrap() as z.ZodType) : schema instanceof z.ZodArray;
}
