import { runStatuses } from '../model/run.ts';
import type { RunRow } from '../model/wire.ts';

const counts = ['spanCount', 'openSpanCount', 'errorSpanCount', 'pendingApprovalCount', 'lastEventAtMs'];
const sums = [
  'calls',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'costNanoUsd',
  'unpricedCalls',
  'llmCalls',
  'toolCalls',
];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const areNumbers = (value: Record<string, unknown>, names: readonly string[]) =>
  names.every((name) => typeof value[name] === 'number');

/** What the parts read of a row is there and of its type; a row that is not is counted and left out. */
export function isRunRow(value: unknown): value is RunRow {
  if (!isObject(value)) return false;
  const run = value['run'];
  if (!isObject(run) || typeof run['runId'] !== 'string' || run['runId'] === '') return false;
  const { status, agentNames, totals } = run;
  if (!(runStatuses as readonly unknown[]).includes(status) || !areNumbers(run, counts)) return false;
  if (!Array.isArray(agentNames) || !agentNames.every((name) => typeof name === 'string')) return false;
  return isObject(totals) && areNumbers(totals, sums);
}
