import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { asRunId, asSpanId } from '../../../src/model/ids.ts';
import type {
  EntitiesQuery,
  ErrorsQuery,
  HistoryRunFilter,
  LogsQuery,
  MetricsQuery,
  RunHistory,
  RunsQuery,
} from '../../../src/relay/history/RunHistory.ts';
import { nameKinds } from '../../../src/relay/history/RunHistory.ts';
import { openSqliteStore } from '../../../src/relay/run-log/sql/sqliteStore.ts';
import { sqlLog } from '../describeSqlRunLog.ts';
import { eventsOf, FIRST_MS, lineEvent, planRuns } from '../history/planRuns.ts';
import { onEnd } from '../support.ts';
import { type AskedPlans, openAskedPlans } from './askedPlans.ts';

type Ask = (history: RunHistory) => Promise<unknown>;
type Asked = readonly (readonly [name: string, ask: Ask])[];

const range = { fromMs: FIRST_MS, toMs: FIRST_MS + 100_000 };
const scope = { userId: 'mary', sessionId: 'session-1', tags: ['vip'] };
const runIds = [asRunId('trace_a')];
const after = [FIRST_MS, 5];

const places: readonly object[] = [{}, { range }, { after }, { range, after }, { scope }];

/** Every filter alone, with a range, from a place on, and in a scope, in every order. */
const everyRuns: Asked = (['newest', 'oldest', 'longest', 'dearest'] as const).flatMap((order) => {
  const filters: readonly (HistoryRunFilter | undefined)[] = [
    undefined,
    { statuses: ['failed'] },
    { statuses: ['failed', 'running'] },
    { statuses: ['waiting'] },
    { statuses: ['failed', 'waiting'] },
    { agentNames: ['Triage'] },
    { toolNames: ['refund', 'search_docs'] },
    { modelNames: ['claude-4'] },
    { userIds: ['mary'] },
    { sessionIds: ['session-1'] },
    { groupIds: ['nobody'] },
    { minDurationMs: 300 },
    { minCostNanoUsd: 1 },
    { text: 'support' },
    { text: 'support', statuses: ['failed'], agentNames: ['Triage'] },
  ];
  return variants<RunsQuery>(
    `runs ${order}`,
    { order, limit: 5 },
    filters.map((filter) => ({ filter })),
    (query) => (history) => history.runs('p', query),
    order === 'newest' || order === 'longest' ? places : [{}, { after }], // the others go the same ways
  );
});
const everyLogs: Asked = (['newest', 'oldest'] as const).flatMap((order) => {
  const filters: readonly Partial<LogsQuery>[] = [
    {},
    { levels: ['warn'] },
    { levels: ['warn', 'error'] },
    { sourceNames: ['worker'] },
    { sourceNames: ['worker', 'another'] },
    { levels: ['warn'], sourceNames: ['worker'] },
    { runIds },
    { runIds: [...runIds, asRunId('trace_b')] },
    { spanIds: [asSpanId('s1')] },
    { runIds, spanIds: [asSpanId('s1')] },
    { ids: ['line-1', 'line-2'] },
    { text: 'hello' },
  ];
  return variants<LogsQuery>(
    `logs ${order}`,
    { order, limit: 5, withMessage: true },
    filters,
    (query) => (history) => history.logs('p', query),
  );
});
const everyEntities: Asked = (['approval', 'score', 'alert'] as const).flatMap((kind) =>
  (['newest', 'oldest'] as const).flatMap((order) => {
    const filters: readonly Partial<EntitiesQuery>[] = [
      {},
      { names: ['refund'] },
      { names: ['refund', 'polite'] },
      ...(kind === 'score'
        ? []
        : [{ states: ['pending' as const] }, { states: ['pending' as const, 'approved' as const] }]),
      ...(kind === 'alert' ? [{ severities: ['critical' as const] }] : [{ runIds }]),
    ];
    return variants<EntitiesQuery>(
      `${kind}s ${order}`,
      { kind, order, limit: 5 },
      filters,
      (query) => (history) => history.entities('p', query),
      kind === 'alert' ? places.filter((place) => !('scope' in place)) : places, // alerts are in no scope
    );
  }),
);
const names = [
  {},
  { agentNames: ['Triage'] },
  { toolNames: ['refund'] },
  { modelNames: ['claude-4'] },
  { userIds: ['mary'] },
];
const everySum: Asked = [
  ...variants<ErrorsQuery>(
    'errors',
    { grain: 'message', order: 'last', limit: 5 },
    [...names, { runIds }],
    (query) => (history) => history.errors('p', query),
  ),
  ...([undefined, 'agent', 'tool', 'model', 'user'] as const).flatMap((by) =>
    variants<MetricsQuery>(
      `metrics by ${by}`,
      { range, bucketMs: 1000, offsetMs: 0, limit: 5, by },
      names,
      (query) => (history) => history.metrics('p', query),
      [{}, { scope }],
    ),
  ),
  ...nameKinds.flatMap(
    (kind): Asked => [
      [`names of ${kind}`, (history) => history.names('p', { kind, limit: 5 })],
      [`names of ${kind}, later ones`, (history) => history.names('p', { kind, after: 'b', limit: 5 })],
      [`names of ${kind} in a scope`, (history) => history.names('p', { kind, scope, limit: 5 })],
    ],
  ),
];

function variants<Query>(
  name: string,
  base: Query,
  filters: readonly Partial<Query>[],
  askOf: (query: Query) => Ask,
  at: readonly object[] = places,
): Asked {
  return filters.flatMap((filter) =>
    at.map(
      (place) =>
        [`${name} ${JSON.stringify({ ...filter, ...place })}`, askOf({ ...base, ...filter, ...place })] as const,
    ),
  );
}

const tables = 'run|event|log_line|measure|entity|content|run_facet|scoped|tagged|named|facet';
const wholeTable = new RegExp(`^SCAN (?:${tables})\\b`);
/** Found by a key that few rows have. */
const byFewKeys = /\((?:pid=\? AND (?:run|seq|id)=\?)/;
/** Along the order of an index, of which a page takes the beginning. */
const alongAnOrder = /INDEX \w+_(?:at_ms_n|ts_seq|first_seq) \(pid=\?\)/;

/** What must not be in a plan: it would take the longer, the more there is. */
function faultsOf(plan: readonly string[]): readonly string[] {
  const isFew = byFewKeys.test(plan.find((step) => step.startsWith('SEARCH')) ?? '');
  return plan.filter(
    (step) =>
      wholeTable.test(step) ||
      step.includes('AUTOMATIC') ||
      (step.includes('TEMP B-TREE FOR ORDER BY') && !isFew) ||
      (step.endsWith('(pid=?)') && !alongAnOrder.test(step)),
  );
}

/** Rows that a page looks through: so few that every way of reading is taken in a small log, too. */
const SCAN_ROWS = 3;

interface SomeLog {
  openPlans(): Promise<AskedPlans>;
  drop(index: string): Promise<void>;
}

async function someLog(): Promise<SomeLog> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-plans-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const store = await openSqliteStore({ folder, durability: 'process' });
  const { log } = sqlLog(store);
  onEnd(() => log.close());
  const lines = Array.from({ length: 60 }, (_, index) => lineEvent({ ts: FIRST_MS + index * 1000 }));
  await log.append('p', [...planRuns(60, 7).flatMap(eventsOf), ...lines]);
  await log.history.runs('p', { order: 'newest', limit: 1 }); // the tables have everything
  return {
    openPlans: () => openAskedPlans(store, folder, SCAN_ROWS),
    drop: (index) => store.write([sql`drop index ${sql.id(index)}`.compile(store.db)]),
  };
}

describe('what SQLite does for a question to the history', () => {
  it.each([
    [
      'runs',
      everyRuns,
      [
        'run_at_ms_first_seq',
        'run_cost_first_seq',
        'run_duration_ms_first_seq',
        'run_facet_run',
        'run_pending',
        'run_status_at_ms_first_seq',
      ],
    ],
    [
      'lines of the log',
      everyLogs,
      [
        'log_line_id',
        'log_line_level_ts_seq',
        'log_line_run_ts_seq',
        'log_line_source_ts_seq',
        'log_line_ts_seq',
        'run_facet_run',
      ],
    ],
    [
      'approvals, scores and alerts',
      everyEntities,
      [
        'alert_at_ms_n',
        'alert_state_at_ms_n',
        'approval_at_ms_n',
        'approval_state_at_ms_n',
        'run_facet_run',
        'score_at_ms_n',
        'score_name_at_ms_n',
      ],
    ],
    ['sums and names', everySum, ['log_line_source_ts_seq', 'measure_kind_at_ms', 'run_facet_run']],
  ])(
    'is never a look at a whole table, and no sort but of few rows, for every filter in every order: %s',
    async (_of, every, indexes) => {
      const plans = await (await someLog()).openPlans();
      const used = new Set<string>();
      const faults: unknown[] = [];
      for (const [name, ask] of every) {
        await ask(plans.history);
        const asked = plans.take();
        if (asked.length === 0) faults.push({ name, asked });
        for (const plan of asked) if (faultsOf(plan).length > 0) faults.push({ name, plan });
        for (const step of asked.flat()) used.add(/INDEX ((?!sqlite_)\w+)/.exec(step)?.[1] ?? '');
      }
      expect(faults).toEqual([]);
      expect([...used].filter((index) => index !== '').toSorted()).toEqual(indexes);
    },
  );

  it('goes along the index that is made for it', async () => {
    const plans = await (await someLog()).openPlans();
    const planOf = async (ask: Ask) => {
      await ask(plans.history);
      return plans.take().flat();
    };
    const runs = (query: Partial<RunsQuery>) =>
      planOf((history) => history.runs('p', { order: 'newest', limit: 5, ...query }));
    const logs = (query: Partial<LogsQuery>) =>
      planOf((history) => history.logs('p', { order: 'newest', limit: 5, withMessage: false, ...query }));
    const entities = (kind: EntitiesQuery['kind'], query: Partial<EntitiesQuery> = {}) =>
      planOf((history) => history.entities('p', { kind, order: 'newest', limit: 5, ...query }));
    const event = 'SEARCH event USING PRIMARY KEY (pid=? AND seq=?)';
    expect(await runs({})).toEqual(['SEARCH run USING INDEX run_at_ms_first_seq (pid=?)']);
    expect(await runs({ range })).toEqual([
      'SEARCH run USING INDEX run_at_ms_first_seq (pid=? AND at_ms>? AND at_ms<?)',
    ]);
    expect(await runs({ order: 'longest' })).toEqual(['SEARCH run USING INDEX run_duration_ms_first_seq (pid=?)']);
    expect(await runs({ order: 'dearest', after })).toEqual([
      'SEARCH run USING INDEX run_cost_first_seq (pid=? AND (cost,first_seq)<(?,?))',
    ]);
    const ofStatus = 'SEARCH run USING INDEX run_status_at_ms_first_seq (pid=? AND status=?)';
    expect(await runs({ filter: { statuses: ['failed'] } })).toEqual([ofStatus]);
    expect(await runs({ filter: { statuses: ['failed', 'running'] } })).toEqual([ofStatus]); // once for each
    const fewOfScope = await runs({ filter: { statuses: ['failed', 'running'] }, scope });
    expect(fewOfScope).toContain('SEARCH run USING COVERING INDEX run_at_ms_first_seq (pid=?)'); // to where it looks
    expect(await logs({})).toEqual(['SEARCH log_line USING INDEX log_line_ts_seq (pid=?)', event]);
    for (const [column, filter] of [
      ['level', { levels: ['warn'] }],
      ['source', { sourceNames: ['worker'] }],
      ['run', { runIds }],
    ] as const) {
      const found = `SEARCH log_line USING INDEX log_line_${column}_ts_seq (pid=? AND ${column}=?`;
      expect(await logs(filter)).toEqual([`${found})`, event]);
      expect(await logs({ ...filter, range })).toEqual([`${found} AND ts>? AND ts<?)`, event]);
    }
    for (const kind of ['approval', 'score', 'alert'] as const) {
      expect(await entities(kind)).toEqual([`SEARCH entity USING INDEX ${kind}_at_ms_n (pid=?)`]);
      const [column, filter] =
        kind === 'score' ? ['name', { names: ['polite'] }] : ['state', { states: ['pending' as const] }];
      expect(await entities(kind, filter)).toEqual([
        `SEARCH entity USING INDEX ${kind}_${column}_at_ms_n (pid=? AND ${column}=?)`,
      ]);
    }
    const ofRange = 'SEARCH measure USING INDEX measure_kind_at_ms (pid=? AND kind=? AND at_ms>? AND at_ms<?)';
    const errors = { grain: 'code', order: 'last', limit: 5, range } as const;
    expect(await planOf((history) => history.errors('p', errors))).toEqual([ofRange]);
    const figures = await planOf((history) =>
      history.metrics('p', { range, bucketMs: 1000, offsetMs: 0, by: 'agent', limit: 5 }),
    );
    expect(figures.filter((step) => step.startsWith('SEARCH'))).toEqual([
      ofRange,
      ofRange,
      'SEARCH run_facet USING COVERING INDEX run_facet_run (pid=? AND run=? AND kind=?) LEFT-JOIN',
    ]);
  });

  it('is told from what it would do without an index', async () => {
    const { openPlans, drop } = await someLog();
    for (const [index, ask] of [
      ['run_at_ms_first_seq', (history) => history.runs('p', { order: 'newest', limit: 5 })],
      ['run_duration_ms_first_seq', (history) => history.runs('p', { order: 'longest', limit: 5 })],
      ['log_line_ts_seq', (history) => history.logs('p', { order: 'newest', withMessage: false, limit: 5 })],
      ['alert_at_ms_n', (history) => history.entities('p', { kind: 'alert', order: 'newest', limit: 5 })],
    ] as readonly (readonly [string, Ask])[]) {
      await drop(index);
      const plans = await openPlans();
      await ask(plans.history);
      const asked = plans.take();
      expect({ index, asked, isFound: asked.flatMap(faultsOf).length > 0 }).toEqual({ index, asked, isFound: true });
    }
  });
});
