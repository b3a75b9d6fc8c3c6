/** Tokens of a trace; 0 where `usage_known` is `false`. */
export interface TokenSummary {
  readonly input: number;
  readonly output: number;
  readonly cached_input: number;
  readonly cache_write: number;
  readonly reasoning: number;
  readonly total: number;
}

export interface ModelSummary {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
}

export interface ApprovalSummary {
  readonly requested: number;
  readonly approved: number;
  readonly rejected: number;
  readonly pending: number;
  readonly tools: readonly string[];
}

/**
 * The answers about one trace. Sums are 0 where nothing is known, other absent values are `null`.
 * Definitions: `docs/reference/summarize.md`.
 */
export interface TraceSummary {
  readonly trace_id: string;
  readonly name: string | null;
  readonly group_or_session: string | null;
  readonly user: string | null;
  readonly status: 'running' | 'waiting_approval' | 'completed' | 'failed' | 'cancelled';
  readonly span_count: number;
  readonly roots: number;
  readonly orphans: number;
  readonly max_depth: number;
  readonly agents: readonly string[];
  readonly agent_spans: number;
  readonly llm_spans: number;
  readonly failed_llm_spans: number;
  readonly tool_spans: Readonly<Record<string, number>>;
  readonly tools_executed: Readonly<Record<string, number>>;
  readonly handoffs: readonly (readonly [from: string | null, to: string | null])[];
  readonly guardrails: readonly (readonly [name: string, triggered: boolean | null])[];
  readonly usage_known: boolean;
  readonly error_spans: number;
  readonly unfinished_spans: number;
  readonly tokens: TokenSummary;
  readonly models: Readonly<Record<string, ModelSummary>>;
  readonly cost_usd_sample_prices: number;
  readonly unpriced_tokens: number;
  readonly cost_usd_reported: number | null;
  readonly duration_ms: number | null;
  readonly root_duration_ms: number | null;
  readonly spans_outside_parent: number;
  readonly approvals: ApprovalSummary | null;
}

export interface FileSummary {
  readonly format: string;
  readonly traces: readonly TraceSummary[];
}
