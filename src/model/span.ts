import type { Detail, DetailRefs } from './detail.ts';
import type { RunId, SpanId, SpanKey } from './ids.ts';
import type { Usage } from './usage.ts';

export const spanKinds = [
  'agent',
  'llm',
  'tool',
  'handoff',
  'guardrail',
  'retrieval',
  'mcp',
  'speech',
  'task',
  'turn',
  'eval',
  'approval',
  'custom',
] as const;
/** What a span is: it decides icon, colour and what the inspector shows. */
export type SpanKind = (typeof spanKinds)[number];

/** `waiting` = an approval is pending; a rejected call is `error` with code `approval.rejected` and was not executed. */
export const spanStatuses = ['running', 'waiting', 'ok', 'error', 'cancelled'] as const;
/** How a span stands. */
export type SpanStatus = (typeof spanStatuses)[number];

/** What a span has to do with another one, in this or another run. */
export interface SpanLink {
  readonly runId: RunId;
  readonly spanId?: SpanId | undefined;
  /** What the other end is to this span, e.g. `retry-of`, `resumes`, `link`. */
  readonly relation: string;
}

export const costSources = ['reported', 'override', 'computed'] as const;
/** Who said the cost, strongest first: the event itself, the host's price, the price table. */
export type CostSource = (typeof costSources)[number];

/**
 * One step of a run, merged from all its events. Immutable: a touched span is a new object after the next flush.
 * Absent is `undefined`. Times are epoch ms with fraction by the agent's clock.
 */
export interface Span {
  readonly key: SpanKey;
  readonly runId: RunId;
  readonly spanId: SpanId;
  /** As the source gave it; whether that span is here is another question, see `isOrphan`. */
  readonly parentId?: SpanId | undefined;
  readonly kind: SpanKind;
  /** Empty until the source said it (an end that came before its start can lack it). */
  readonly name: string;
  /** The agent it belongs to: its own name for an agent span, else what the source said, else its nearest agent ancestor's. */
  readonly agentName?: string | undefined;
  readonly startedAtMs?: number | undefined;
  readonly endedAtMs?: number | undefined;
  readonly status: SpanStatus;
  readonly usage?: Usage | undefined;
  readonly model?: string | undefined;
  readonly requestModel?: string | undefined;
  readonly provider?: string | undefined;
  /** Nano-dollars. `undefined` = unknown or unpriced, never 0 for unknown. */
  readonly costNanoUsd?: number | undefined;
  readonly costSource?: CostSource | undefined;
  readonly priceVersion?: string | undefined;
  readonly errorType?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly attempt?: number | undefined;
  readonly operation?: string | undefined;
  readonly turn?: number | undefined;
  readonly fromAgent?: string | undefined;
  readonly toAgent?: string | undefined;
  readonly triggered?: boolean | undefined;
  readonly server?: string | undefined;
  readonly callId?: string | undefined;
  readonly finishReason?: string | undefined;
  readonly firstTokenAtMs?: number | undefined;
  /** `false`: the action never ran (rejected, or a placeholder that the SDK wrote before a decision). */
  readonly isExecuted?: boolean | undefined;
  readonly sourceType?: string | undefined;
  readonly toolNames?: readonly string[] | undefined;
  readonly handoffNames?: readonly string[] | undefined;
  readonly links?: readonly SpanLink[] | undefined;
  /** Content, only where it came inline (a file, the command line). */
  readonly detail?: Detail | undefined;
  /** What content exists, see {@link DetailRefs}. */
  readonly detailRefs?: DetailRefs | undefined;
  /** It names a parent that has not been received. */
  readonly isOrphan: boolean;
  /** Only known through its children: no event of its own has come. */
  readonly isPlaceholder: boolean;
  /** Its parent chain ran in a circle and was cut here. */
  readonly isCycleCut: boolean;
  /** Grows with each change of this span. */
  readonly revision: number;
}
