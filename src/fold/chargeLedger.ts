import type { ChargeDimension, ChargeLine, Charges } from '../model/run.ts';
import { chargeDimensions } from '../model/run.ts';
import type { Draft } from './spanNode.ts';

/** What one span adds to its run: whole numbers, so that sums do not depend on their order. */
export interface Charge {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly totalTokens: number;
  readonly costNanoUsd: number | undefined;
  readonly isReported: boolean;
  readonly agent: string | undefined;
  readonly model: string | undefined;
  readonly tool: string | undefined;
}

export const isSameCharge = (left: Charge, right: Charge): boolean =>
  left.inputTokens === right.inputTokens &&
  left.outputTokens === right.outputTokens &&
  left.cachedInputTokens === right.cachedInputTokens &&
  left.cacheWriteTokens === right.cacheWriteTokens &&
  left.reasoningTokens === right.reasoningTokens &&
  left.totalTokens === right.totalTokens &&
  left.costNanoUsd === right.costNanoUsd &&
  left.isReported === right.isReported &&
  left.agent === right.agent &&
  left.model === right.model &&
  left.tool === right.tool;

const noCharges = (): Draft<Charges> => ({
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  costNanoUsd: 0,
  reportedCostNanoUsd: 0,
  unpricedCalls: 0,
  unpricedTokens: 0,
});

function add(sum: Draft<Charges>, charge: Charge, sign: 1 | -1): void {
  sum.calls += sign;
  sum.inputTokens += sign * charge.inputTokens;
  sum.outputTokens += sign * charge.outputTokens;
  sum.cachedInputTokens += sign * charge.cachedInputTokens;
  sum.cacheWriteTokens += sign * charge.cacheWriteTokens;
  sum.reasoningTokens += sign * charge.reasoningTokens;
  sum.totalTokens += sign * charge.totalTokens;
  if (charge.costNanoUsd === undefined) {
    sum.unpricedCalls += sign;
    sum.unpricedTokens += sign * (charge.inputTokens + charge.outputTokens);
  } else {
    sum.costNanoUsd += sign * charge.costNanoUsd;
    if (charge.isReported) sum.reportedCostNanoUsd += sign * charge.costNanoUsd;
  }
}

/** Dearest first; equal cost goes by tokens, then by name, so that the order never depends on arrival. */
const compareLines = (left: ChargeLine, right: ChargeLine): number =>
  right.costNanoUsd - left.costNanoUsd ||
  right.totalTokens - left.totalTokens ||
  right.calls - left.calls ||
  ((left.name ?? '') < (right.name ?? '') ? -1 : 1);

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

  apply(charge: Charge, sign: 1 | -1): void {
    add(this.sum, charge, sign);
    for (const dimension of chargeDimensions) this.applyToLine(this.lines[dimension], charge[dimension], charge, sign);
    this.published = {};
  }

  /** The same list until a charge changes. O(lines log lines) once, then O(1). */
  linesBy(dimension: ChargeDimension): readonly ChargeLine[] {
    this.published[dimension] ??= [...this.lines[dimension].values()].map((line) => ({ ...line })).sort(compareLines);
    return this.published[dimension];
  }

  private applyToLine(lines: Lines, name: string | undefined, charge: Charge, sign: 1 | -1): void {
    let line = lines.get(name);
    if (!line) {
      line = { name, ...noCharges() };
      lines.set(name, line);
    }
    add(line, charge, sign);
    if (line.calls === 0) lines.delete(name);
  }
}
