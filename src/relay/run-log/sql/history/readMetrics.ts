import { sql } from 'kysely';
import { createMetricsSum } from '../../../history/metricsSum.ts';
import type { MetricDimension, Metrics, MetricsQuery } from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';
import { measureWhere, runMeasureWhere } from './measureWhere.ts';

const columnOf = {
  agent: 'measure.agent',
  tool: 'measure.tool',
  model: 'measure.model',
  user: 'measure.user_id',
} as const satisfies Record<MetricDimension, string>;
const binNames = { run: 'runLatencyMs', call: 'callLatencyMs', tool: 'toolLatencyMs' } as const;

/** Sums by bucket, series and kind come from the database; they are added up here as those of a log in memory are. */
export async function readMetrics(store: LogStore, pid: number, query: MetricsQuery): Promise<Metrics> {
  const sum = createMetricsSum(query);
  const { bucketMs, offsetMs } = query;
  const bucket = sql<number>`floor((measure.at_ms - ${sql.lit(offsetMs)}) / ${sql.lit(bucketMs)})`;
  const startOf = (index: number) => Number(index) * bucketMs + offsetMs;
  // a kind at a time: its index has the order of time in it
  for (const which of ['call', 'tool', 'error', 'run'] as const) {
    const rows = await (which === 'run' ? runRows(store, pid, query) : spanRows(store, pid, query, which))
      .select([bucket.as('bucket'), 'measure.kind', 'measure.bin'])
      .select(({ fn }) => [
        fn.countAll<number>().as('count'),
        fn.sum<number>('measure.failed').as('failed'),
        fn.sum<number>('measure.input_tokens').as('inputTokens'),
        fn.sum<number>('measure.output_tokens').as('outputTokens'),
        fn.sum<number>('measure.total_tokens').as('totalTokens'),
        fn.sum<number | null>('measure.cost').as('cost'),
        fn.count<number>('measure.cost').as('priced'),
      ])
      .groupBy(['name', bucket, 'measure.kind', 'measure.bin'])
      .execute();
    for (const row of rows) {
      const name = row.name ?? undefined;
      const atMs = startOf(row.bucket);
      const count = Number(row.count);
      const failed = Number(row.failed);
      if (row.kind === 'error') sum.add(name, atMs, { errors: count });
      else if (row.kind === 'tool') sum.add(name, atMs, { toolCalls: count, failedToolCalls: failed });
      else if (row.kind === 'run') sum.add(name, atMs, { runs: count, failedRuns: failed });
      else {
        sum.add(name, atMs, {
          calls: count,
          inputTokens: Number(row.inputTokens),
          outputTokens: Number(row.outputTokens),
          totalTokens: Number(row.totalTokens),
          costNanoUsd: Number(row.cost ?? 0),
          unpricedCalls: count - Number(row.priced),
        });
      }
      const bins = row.kind === 'error' ? undefined : binNames[row.kind as keyof typeof binNames];
      if (bins && row.bin !== null) sum.addLatency(name, atMs, bins, row.bin, count);
    }
  }
  return sum.read();
}

function spanRows({ db }: LogStore, pid: number, query: MetricsQuery, kind: 'call' | 'tool' | 'error') {
  const { by } = query;
  return db
    .selectFrom('measure')
    .select((by ? sql<string | null>`${sql.ref(columnOf[by])}` : sql<string | null>`null`).as('name'))
    .where('measure.pid', '=', pid)
    .where('measure.kind', '=', kind)
    .where((eb) => eb.and(measureWhere(eb, pid, query)));
}

/** A run counts once in each series whose name it has. */
function runRows({ db, kind }: LogStore, pid: number, query: MetricsQuery) {
  const { by } = query;
  const isFacet = by === 'agent' || by === 'tool' || by === 'model';
  const name = isFacet
    ? sql<string | null>`facet.name`
    : by === 'user'
      ? sql<string | null>`measure.user_id`
      : sql<string | null>`null`;
  const facets = sql<{
    run: string;
    name: string;
  }>`(select run, name from run_facet where pid = ${pid} and kind = ${by ?? ''}${
    by === 'model' ? undatedOnly(kind) : sql``
  })`;
  return db
    .selectFrom('measure')
    .$call((rows) =>
      isFacet
        ? rows.leftJoin(facets.as('facet'), (join) => join.on(sql`facet.run`, '=', sql.ref('measure.run')))
        : rows,
    )
    .select(name.as('name'))
    .where('measure.pid', '=', pid)
    .where('measure.kind', '=', 'run')
    .where((eb) => eb.and(runMeasureWhere(eb as never, pid, query)));
}

/** A model stands in the facets with and without its date, see `modelName.ts`: here it counts once. */
const undatedOnly = (kind: LogStore['kind']) =>
  kind === 'postgres'
    ? sql` and name !~ '-([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})$'`
    : sql` and not (name glob ${`*-${digits(4)}-${digits(2)}-${digits(2)}`} or name glob ${`*-${digits(8)}`})`;
const digits = (count: number): string => '[0-9]'.repeat(count);
