import type { SpanKind } from '../../model/span.ts';
import { nanoUsdFromUsd } from '../../model/units.ts';
import type { Usage } from '../../model/usage.ts';
import { parseRecord } from '../content.ts';
import { readCostDetails, readUsageDetails } from '../langfuse/readUsageDetails.ts';
import { normaliseUsage, type UsageCounts } from '../normaliseUsage.ts';
import { slotOf } from './attributeTable.ts';

const input = slotOf('inputTokens');
const output = slotOf('outputTokens');
const cached = slotOf('cachedInputTokens');
const written = slotOf('cacheWriteTokens');
const reasoning = slotOf('reasoningTokens');
const total = slotOf('totalTokens');
const scopeSlot = slotOf('usageScope');
const details = slotOf('usageDetails');
const costUsd = slotOf('costUsd');
const inputCostUsd = slotOf('inputCostUsd');
const outputCostUsd = slotOf('outputCostUsd');
const costDetails = slotOf('costDetails');

/** Kinds that say what they used themselves; all others repeat what stands below them. */
const scopeOf = (kind: SpanKind): Usage['scope'] => (kind === 'llm' || kind === 'speech' ? 'leaf' : 'aggregate');

/** @returns `undefined` when no attribute names a count: unknown is not 0 */
export function readUsage(values: readonly unknown[], kind: SpanKind): Usage | undefined {
  const inputTokens = values[input] as number | undefined;
  const outputTokens = values[output] as number | undefined;
  const totalTokens = values[total] as number | undefined;
  const scope = values[scopeSlot] === 'leaf' || values[scopeSlot] === 'aggregate' ? values[scopeSlot] : scopeOf(kind);
  const cachedInputTokens = values[cached] as number | undefined;
  const cacheWriteTokens = values[written] as number | undefined;
  const reasoningTokens = values[reasoning] as number | undefined;
  if (inputTokens === undefined && outputTokens === undefined && totalTokens === undefined) {
    if (values[details] !== undefined) return withScope(readUsageDetails(parseRecord(values[details])), scope);
    const isEmpty = cachedInputTokens === undefined && cacheWriteTokens === undefined && reasoningTokens === undefined;
    if (isEmpty && values[scopeSlot] === undefined) return undefined;
  }
  // The fields that nearly every call has are one shape; absent ones are left out below.
  const usage: { -readonly [Name in keyof Usage]: Usage[Name] } =
    inputTokens !== undefined && outputTokens !== undefined ? { scope, inputTokens, outputTokens } : { scope };
  if (outputTokens === undefined && inputTokens !== undefined) usage.inputTokens = inputTokens;
  if (inputTokens === undefined && outputTokens !== undefined) usage.outputTokens = outputTokens;
  if (cachedInputTokens !== undefined) usage.cachedInputTokens = cachedInputTokens;
  if (cacheWriteTokens !== undefined) usage.cacheWriteTokens = cacheWriteTokens;
  if (reasoningTokens !== undefined) usage.reasoningTokens = reasoningTokens;
  if (totalTokens !== undefined) usage.totalTokens = totalTokens;
  else if (
    (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0) <= (inputTokens ?? Infinity) &&
    (reasoningTokens ?? 0) <= (outputTokens ?? Infinity)
  )
    return usage;
  return values[scopeSlot] === undefined ? { ...normaliseUsage(usage), scope } : usage;
}

const withScope = (counts: UsageCounts | undefined, scope: Usage['scope']): Usage | undefined =>
  counts && { scope, ...counts };

/** One side alone is no cost of the call, but where there is no other side. */
function sumOf(inputUsd: unknown, outputUsd: unknown, hasNoOutput: boolean): number | undefined {
  if (typeof inputUsd !== 'number') return undefined;
  if (typeof outputUsd === 'number') return inputUsd + outputUsd;
  return hasNoOutput ? inputUsd : undefined;
}

/** What the source itself says the span cost, nano-dollars. @param hasNoOutput - e.g. of an embedding */
export function readCost(values: readonly unknown[], hasNoOutput: boolean): number | undefined {
  const usd =
    values[costUsd] ?? sumOf(values[inputCostUsd], values[outputCostUsd], hasNoOutput || values[output] === 0);
  if (usd !== undefined) return nanoUsdFromUsd(usd);
  return values[costDetails] === undefined ? undefined : readCostDetails(parseRecord(values[costDetails]));
}
