import type { Detail, DetailRefs } from './detail.ts';
import type { RunId, SpanId } from './ids.ts';

/** `waiting` = nothing is open and an approval is pending. `stale` is no status: it is computed from (run, now), see `isRunStale`. */
export const runStatuses = ['running', 'waiting', 'completed', 'failed', 'cancelled'] as const;
/** How a run stands. */
export type RunStatus = (typeof runStatuses)[number];

/** Tokens and money of a group of charged spans. */
export interface Charges {
  /** Charged spans: model calls, or turns where a source has no calls. */
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly totalTokens: number;
  /** Sum over the priced calls, in nano-dollars: a lower bound while `unpricedCalls` > 0. */
  readonly costNanoUsd: number;
  /** The part of `costNanoUsd` that the source itself reported. */
  readonly reportedCostNanoUsd: number;
  readonly unpricedCalls: number;
  /** Input and output tokens of the unpriced calls. */
  readonly unpricedTokens: number;
}

/** A sum that is being added up. */
export type ChargeSum = { -readonly [Name in keyof Charges]: Charges[Name] };

export const noCharges = (): ChargeSum => ({
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

export const chargeNames = Object.keys(noCharges()) as readonly (keyof Charges)[];

/** Tokens, money and calls of a run. */
export interface RunTotals extends Charges {
  /** `held`: derived here from all spans. `relay`: derived by the same fold in the relay, the spans are not all here. */
  readonly source: 'held' | 'relay';
  /** `false`: the source says nothing about tokens; show unknown, not 0. */
  readonly isUsageKnown: boolean;
  readonly llmCalls: number;
  readonly failedLlmCalls: number;
  readonly toolCalls: number;
}

/** A line of a breakdown; `name` is `undefined` for charges that belong to no agent, tool or model. */
export interface ChargeLine extends Charges {
  readonly name: string | undefined;
}

export const chargeDimensions = ['agent', 'model', 'tool'] as const;
/** What tokens and money are split by. */
export type ChargeDimension = (typeof chargeDimensions)[number];

/** One trace: what was declared for it and what its spans add up to. Immutable like a span. */
export interface Run {
  readonly runId: RunId;
  /** Workflow name. */
  readonly name?: string | undefined;
  readonly source?: string | undefined;
  readonly groupId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly userId?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly producerId?: string | undefined;
  readonly status: RunStatus;
  /** Declared, else its earliest span's. */
  readonly startedAtMs?: number | undefined;
  /** Latest end; `undefined` while a span is open. */
  readonly endedAtMs?: number | undefined;
  readonly spanCount: number;
  readonly openSpanCount: number;
  readonly errorSpanCount: number;
  readonly pendingApprovalCount: number;
  readonly agentNames: readonly string[];
  /** The span that names the failure, when the run failed. */
  readonly failedSpanId?: SpanId | undefined;
  readonly errorType?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly totals: RunTotals;
  /** Latest sign of life of this run, epoch ms by the receiver's clock where it is known, else by the agent's. */
  readonly lastEventAtMs: number;
  /** Held from before the relay started anew: may be incomplete, will not be updated. */
  readonly isBeforeRestart: boolean;
  readonly detail?: Detail | undefined;
  readonly detailRefs?: DetailRefs | undefined;
  readonly revision: number;
}
