import type { PriceTable } from '../prices/priceTable.ts';

/** Names of the simulated company's agents, tools and models: what its processes declare when they start. */
export const agentNames = [
  'Triage Agent',
  'Billing Agent',
  'Shipping Agent',
  'Catalog Agent',
  'Export Agent',
  'Research Agent',
  'Outreach Agent',
] as const;
export type AgentName = (typeof agentNames)[number];

export const toolNames = [
  'search_knowledge_base',
  'get_invoice',
  'refund_policy.lookup',
  'issue_refund',
  'cancel_subscription',
  'order_status',
  'track_parcel',
  'inventory.check',
  'catalog.fetch_page',
  'export_ledger',
  'send_bulk_email',
  'web_search',
  'ask_research_agent',
] as const;
export type ToolName = (typeof toolNames)[number];

export const guardrailNames = ['pii_check', 'injection_check'] as const;
export const workflowNames = [
  'Support triage',
  'Order lookup',
  'Subscription change',
  'Catalog sync',
  'Invoice export',
  'Market brief',
  'Outreach draft',
] as const;

/** What the simulated agents may ask for, with the name under which it answers and who serves it. */
export const models = {
  'gpt-4o': { answersAs: 'gpt-4o-2024-08-06', provider: 'openai' },
  'gpt-4o-mini': { answersAs: 'gpt-4o-mini-2024-07-18', provider: 'openai' },
  'gpt-5': { answersAs: 'gpt-5-2025-08-07', provider: 'openai' },
  'gpt-5-mini': { answersAs: 'gpt-5-mini-2025-08-07', provider: 'openai' },
  'claude-sonnet-4-5': { answersAs: 'claude-sonnet-4-5-20250929', provider: 'anthropic' },
} as const satisfies Readonly<Record<string, { answersAs: string; provider: string }>>;
export type ModelName = keyof typeof models;

/** List prices of these models when this was written: the simulator loads no price table. */
export const simulatorPrices: PriceTable = {
  models: {
    'gpt-4o': { input: 2.5, cached_input: 1.25, output: 10 },
    'gpt-4o-mini': { input: 0.15, cached_input: 0.075, output: 0.6 },
    'gpt-5': { input: 1.25, cached_input: 0.125, output: 10 },
    'gpt-5-mini': { input: 0.25, cached_input: 0.025, output: 2 },
    'claude-sonnet-4-5': { input: 3, cached_input: 0.3, cache_write: 3.75, output: 15 },
  },
};
/** Stands beside the costs that {@link simulatorPrices} gave. */
export const simulatorPriceVersion = 'simulator';
