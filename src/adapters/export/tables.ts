import type { ChargeLine } from '../../model/run.ts';
import type { Span } from '../../model/span.ts';
import { type CsvValue, csvLine } from './csv.ts';
import type { RunToExport } from './exportFormats.ts';

const NANO_USD = 1_000_000_000;

const isoOf = (timeMs: number | undefined): string | undefined => {
  if (timeMs === undefined) return undefined;
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
};
/** Nano-dollars as dollars with all their digits, never in scientific notation. */
const usdOf = (nanoUsd: number | undefined): string | undefined =>
  nanoUsd === undefined ? undefined : (nanoUsd / NANO_USD).toFixed(9).replace(/\.?0+$/, '');

type Column<Row> = readonly [name: string, read: (row: Row, run: RunToExport['run']) => CsvValue];

const runColumns: readonly Column<unknown>[] = [
  ['run_id', (_row, run) => run.runId],
  ['run_name', (_row, run) => run.name],
  ['run_status', (_row, run) => run.status],
  ['user', (_row, run) => run.userId],
  ['session', (_row, run) => run.sessionId],
];

const spanColumns: readonly Column<Span>[] = [
  ...runColumns,
  ['span_id', ({ spanId }) => spanId],
  ['parent_id', ({ parentId }) => parentId],
  ['kind', ({ kind }) => kind],
  ['name', ({ name }) => name],
  ['agent', ({ agentName }) => agentName],
  ['status', ({ status }) => status],
  ['started_at', ({ startedAtMs }) => isoOf(startedAtMs)],
  ['ended_at', ({ endedAtMs }) => isoOf(endedAtMs)],
  [
    'duration_ms',
    ({ startedAtMs, endedAtMs }) =>
      startedAtMs === undefined || endedAtMs === undefined
        ? undefined
        : Number(Math.max(0, endedAtMs - startedAtMs).toFixed(3)),
  ],
  ['model', ({ model }) => model],
  ['provider', ({ provider }) => provider],
  ['input_tokens', ({ usage }) => usage?.inputTokens],
  ['output_tokens', ({ usage }) => usage?.outputTokens],
  ['cached_input_tokens', ({ usage }) => usage?.cachedInputTokens],
  ['cache_write_tokens', ({ usage }) => usage?.cacheWriteTokens],
  ['reasoning_tokens', ({ usage }) => usage?.reasoningTokens],
  ['cost_usd', ({ costNanoUsd }) => usdOf(costNanoUsd)],
  ['cost_source', ({ costSource }) => costSource],
  ['error_type', ({ errorType }) => errorType],
  ['error_code', ({ errorCode }) => errorCode],
];

/** One line a run and model: what was charged. Costs are lower bounds where `unpriced_calls` is above 0. */
const costColumns: readonly Column<ChargeLine>[] = [
  ...runColumns,
  ['started_at', (_line, run) => isoOf(run.startedAtMs)],
  ['model', ({ name }) => name],
  ['calls', ({ calls }) => calls],
  ['input_tokens', ({ inputTokens }) => inputTokens],
  ['output_tokens', ({ outputTokens }) => outputTokens],
  ['cached_input_tokens', ({ cachedInputTokens }) => cachedInputTokens],
  ['reasoning_tokens', ({ reasoningTokens }) => reasoningTokens],
  ['cost_usd', ({ calls, unpricedCalls, costNanoUsd }) => (calls === unpricedCalls ? undefined : usdOf(costNanoUsd))],
  ['unpriced_calls', ({ unpricedCalls }) => unpricedCalls],
  ['unpriced_tokens', ({ unpricedTokens }) => unpricedTokens],
];

const headOf = (columns: readonly Column<never>[]): string => csvLine(columns.map(([name]) => name));

export const spansHead = headOf(spanColumns);
export const costsHead = headOf(costColumns);

export function writeSpanRows({ run, spans }: RunToExport): string {
  let text = '';
  for (const span of spans) if (!span.isPlaceholder) text += csvLine(spanColumns.map(([, read]) => read(span, run)));
  return text;
}

export const writeCostRows = ({ run, modelLines }: RunToExport): string =>
  modelLines.map((line) => csvLine(costColumns.map(([, read]) => read(line, run)))).join('');
