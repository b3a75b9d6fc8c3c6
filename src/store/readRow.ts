import { type MetricBucket, metricCounts } from '../model/metricBucket.ts';
import { type ChargeLine, chargeDimensions, chargeNames, type Run, runStatuses } from '../model/run.ts';
import type { RunRow } from '../model/wire.ts';

type Fields = Record<string, unknown>;

const runCounts = ['spanCount', 'openSpanCount', 'errorSpanCount', 'pendingApprovalCount'];
const totalCounts = [...chargeNames, 'llmCalls', 'failedLlmCalls', 'toolCalls'];

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** What is left out is 0. @returns `undefined` where something else stands in the place of a count */
function withCounts(value: unknown, names: readonly string[]): Fields | undefined {
  if (!isObject(value)) return undefined;
  const filled: Fields = { ...value };
  for (const name of names) {
    const count = value[name] ?? 0;
    if (!isCount(count)) return undefined;
    filled[name] = count;
  }
  return filled;
}

/** A run's row as it came; `undefined` for one that lacks what the parts read or has it of another type. */
export function readRunRow(value: unknown): RunRow | undefined {
  const given = isObject(value) ? value['run'] : undefined;
  const run = withCounts(given, runCounts);
  const totals = withCounts(run?.['totals'], totalCounts);
  if (!run || !totals) return undefined;
  const { runId, status, agentNames, lastEventAtMs } = run;
  if (typeof runId !== 'string' || runId === '' || !(runStatuses as readonly unknown[]).includes(status))
    return undefined;
  if (!isCount(lastEventAtMs)) return undefined;
  if (!Array.isArray(agentNames) || !agentNames.every((name) => typeof name === 'string')) return undefined;
  totals['isUsageKnown'] = totals['isUsageKnown'] === true;
  const lines = readLines(isObject(value) ? value['lines'] : undefined);
  return { run: { ...run, isBeforeRestart: false, revision: 0, totals } as unknown as Run, lines };
}

function readLines(value: unknown): RunRow['lines'] {
  if (!isObject(value)) return undefined;
  const lines: { -readonly [Key in keyof NonNullable<RunRow['lines']>]: readonly ChargeLine[] } = {};
  for (const dimension of chargeDimensions) {
    const list = value[dimension];
    if (!Array.isArray(list)) continue;
    lines[dimension] = list.flatMap(
      (line) => (withCounts(line, chargeNames) as unknown as ChargeLine | undefined) ?? [],
    );
  }
  return lines;
}

/** A metric bucket as it came; `undefined` for one that is none. */
export function readMetricBucket(value: unknown): MetricBucket | undefined {
  const bucket = withCounts(value, [...metricCounts, 'activeAgents']);
  if (!bucket || !isCount(bucket['startMs']) || !isCount(bucket['sizeMs'])) return undefined;
  const { agentName } = bucket;
  return agentName === undefined || typeof agentName === 'string' ? (bucket as unknown as MetricBucket) : undefined;
}

/** A run as the relay summed it up: its spans need not be here. */
export const fromRelay = (run: Run): Run => ({ ...run, totals: { ...run.totals, source: 'relay' } });
