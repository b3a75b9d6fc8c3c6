import { undatedModelName } from '../model/modelName.ts';
import { type ChargeDimension, type ChargeLine, type ChargeSum, noCharges } from '../model/run.ts';
import type { Span } from '../model/span.ts';
import { type Usage, usageCounts } from '../model/usage.ts';
import type { Draft } from './spanNode.ts';

/** Tokens of a charge, whole numbers, so that sums do not depend on their order. */
export type TokenCounts = { readonly [Count in (typeof usageCounts)[number]]: number };

/** What one span adds to its run. It keeps the span as it was charged, so that it can be taken back exactly. */
export interface Charge {
  readonly span: Span;
  /** What is left of the span's own tokens, for a turn that repeats those of nested agents. */
  readonly counts: TokenCounts | undefined;
  readonly tool: string | undefined;
}

const wholeOf = (count: number | undefined): number => Math.round(count ?? 0);

export function countsOf(usage: Usage | undefined): TokenCounts {
  const inputTokens = wholeOf(usage?.inputTokens);
  const outputTokens = wholeOf(usage?.outputTokens);
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: wholeOf(usage?.cachedInputTokens),
    cacheWriteTokens: wholeOf(usage?.cacheWriteTokens),
    reasoningTokens: wholeOf(usage?.reasoningTokens),
    totalTokens: usage?.totalTokens === undefined ? inputTokens + outputTokens : wholeOf(usage.totalTokens),
  };
}

const areSameCounts = (left: TokenCounts | undefined, right: TokenCounts | undefined): boolean =>
  left === right ||
  (left !== undefined && right !== undefined && usageCounts.every((count) => left[count] === right[count]));

export const isSameCharge = (left: Charge, right: Charge): boolean =>
  left.tool === right.tool &&
  areSameCounts(left.counts, right.counts) &&
  (left.span === right.span ||
    (left.span.usage === right.span.usage &&
      left.span.costNanoUsd === right.span.costNanoUsd &&
      left.span.costSource === right.span.costSource &&
      left.span.agentName === right.span.agentName &&
      modelOf(left.span) === modelOf(right.span)));

function modelOf({ model, requestModel }: Span): string | undefined {
  const name = model ?? requestModel;
  return name === undefined ? undefined : undatedModelName(name);
}

/** A span that pays, and what it pays for: the totals of a run are the sum of these. */
export interface SpanCharge {
  readonly span: Span;
  readonly counts: TokenCounts;
  readonly agentName: string | undefined;
  /** Without its date. */
  readonly modelName: string | undefined;
  /** The tool it was made in. */
  readonly toolName: string | undefined;
}

export const spanChargeOf = (span: Span, { counts, tool }: Charge): SpanCharge => ({
  span,
  counts: counts ?? countsOf(span.usage),
  agentName: span.agentName,
  modelName: modelOf(span),
  toolName: tool,
});

function add(sum: ChargeSum, { costNanoUsd, costSource }: Span, tokens: TokenCounts, sign: 1 | -1): void {
  sum.calls += sign;
  sum.inputTokens += sign * tokens.inputTokens;
  sum.outputTokens += sign * tokens.outputTokens;
  sum.cachedInputTokens += sign * tokens.cachedInputTokens;
  sum.cacheWriteTokens += sign * tokens.cacheWriteTokens;
  sum.reasoningTokens += sign * tokens.reasoningTokens;
  sum.totalTokens += sign * tokens.totalTokens;
  if (costNanoUsd === undefined) {
    sum.unpricedCalls += sign;
    sum.unpricedTokens += sign * (tokens.inputTokens + tokens.outputTokens);
  } else {
    sum.costNanoUsd += sign * costNanoUsd;
    if (costSource === 'reported') sum.reportedCostNanoUsd += sign * costNanoUsd;
  }
}

/** An empty name is a name; none at all comes last. */
const compareNames = (left: string | undefined, right: string | undefined): number => {
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? 1 : -1;
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Dearest first; equal cost goes by tokens, then by name, so that the order never depends on arrival. */
const compareLines = (left: ChargeLine, right: ChargeLine): number =>
  right.costNanoUsd - left.costNanoUsd ||
  right.totalTokens - left.totalTokens ||
  right.calls - left.calls ||
  compareNames(left.name, right.name);

type Lines = Map<string | undefined, Draft<ChargeLine>>;

/** Running totals of a run: a charge is added once and can be taken back. */
export class ChargeLedger {
  readonly sum = noCharges();
  private readonly lines: Readonly<Record<ChargeDimension, Lines>> = {
    agent: new Map(),
    model: new Map(),
    tool: new Map(),
  };
  private published: Partial<Record<ChargeDimension, readonly ChargeLine[]>> = {};

  apply({ span, counts, tool }: Charge, sign: 1 | -1): void {
    const tokens = counts ?? countsOf(span.usage);
    add(this.sum, span, tokens, sign);
    this.applyToLine('agent', span.agentName, span, tokens, sign);
    this.applyToLine('model', modelOf(span), span, tokens, sign);
    this.applyToLine('tool', tool, span, tokens, sign);
    this.published = {};
  }

  /** The same list until a charge changes. O(lines log lines) once, then O(1). */
  linesBy(dimension: ChargeDimension): readonly ChargeLine[] {
    this.published[dimension] ??= [...this.lines[dimension].values()].map((line) => ({ ...line })).sort(compareLines);
    return this.published[dimension];
  }

  private applyToLine(
    dimension: ChargeDimension,
    name: string | undefined,
    span: Span,
    tokens: TokenCounts,
    sign: 1 | -1,
  ): void {
    const lines = this.lines[dimension];
    let line = lines.get(name);
    if (!line) {
      line = { name, ...noCharges() };
      lines.set(name, line);
    }
    add(line, span, tokens, sign);
    if (line.calls === 0) lines.delete(name);
  }
}
