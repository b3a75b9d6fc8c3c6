import type { SeededRandom } from '../../simulator/seededRandom.ts';

export const agentNames = {
  support: 'Support Agent',
  billing: 'Billing Agent',
  research: 'Research Agent',
  operations: 'Operations Agent',
} as const;
export type AgentId = keyof typeof agentNames;

export interface ScriptedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What the model answers in one turn: calls, or the last words. */
export type ScriptedTurn = { readonly calls: readonly ScriptedCall[] } | { readonly say: string };

export interface Scenario {
  readonly id: string;
  /** How often it comes, against the others. */
  readonly weight: number;
  readonly start: AgentId;
  readonly workflowName: string;
  /** A phrase of the user's text by which the scripted model knows the scenario again. */
  readonly mark: string;
  readonly ask: (random: SeededRandom) => string;
  /** Turns of each agent, in order. A turn is over once all its calls have been answered. */
  readonly turns: Readonly<Partial<Record<AgentId, readonly ScriptedTurn[]>>>;
  /** HTTP errors that the model answers before it works, in order, at a turn of an agent. */
  readonly faults?: { readonly agent: AgentId; readonly turn: number; readonly statuses: readonly number[] };
  /** What the scripted operator decides about calls that wait. */
  readonly decision?: 'approved' | 'rejected';
}

const handoff = (to: AgentId): ScriptedCall => ({
  tool: `transfer_to_${agentNames[to].replaceAll(' ', '_')}`,
  args: {},
});
const order = (random: SeededRandom) => `A-${random.whole(1000, 9999)}`;

/** Everything that happens in the demo, and how often. */
export const scenarios: readonly [Scenario, ...Scenario[]] = [
  {
    id: 'order-status',
    weight: 5,
    start: 'support',
    workflowName: 'Customer support',
    mark: 'where is my order',
    ask: (random) => `Hello, where is my order ${order(random)}? It should have been here on Monday.`,
    turns: {
      support: [
        { calls: [{ tool: 'get_order_status', args: { order_id: 'from the message' } }] },
        {
          say: 'Your parcel left the depot this morning and arrives tomorrow before noon. I have sent you the tracking link.',
        },
      ],
    },
  },
  {
    id: 'double-charge',
    weight: 3,
    start: 'support',
    workflowName: 'Customer support',
    mark: 'charged me twice',
    ask: (random) => `I think you charged me twice last month, order ${order(random)}. Please look into it.`,
    turns: {
      support: [
        { calls: [{ tool: 'search_knowledge_base', args: { query: 'charged twice' } }] },
        { calls: [handoff('billing')] },
      ],
      billing: [
        {
          calls: [
            { tool: 'lookup_invoice', args: { customer: 'current', month: 'last' } },
            { tool: 'check_payment_status', args: { customer: 'current' } },
          ],
        },
        { calls: [{ tool: 'issue_refund', args: { amount_usd: 129, reason: 'duplicate charge' } }] },
        { say: 'You were right: the card was charged twice. The second payment of $129.00 is on its way back to you.' },
      ],
    },
    decision: 'approved',
  },
  {
    id: 'refund-refused',
    weight: 1,
    start: 'billing',
    workflowName: 'Billing desk',
    mark: 'full refund for the year',
    ask: () => 'I want a full refund for the year, I did not use the service much.',
    turns: {
      billing: [
        { calls: [{ tool: 'lookup_invoice', args: { customer: 'current', month: 'all' } }] },
        { calls: [{ tool: 'issue_refund', args: { amount_usd: 1188, reason: 'goodwill' } }] },
        { say: 'I cannot refund the whole year. I can offer two months of credit instead.' },
      ],
    },
    decision: 'rejected',
  },
  {
    id: 'market-brief',
    weight: 3,
    start: 'research',
    workflowName: 'Research brief',
    mark: 'brief on',
    ask: (random) =>
      `Write a brief on ${random.pick(['heat pumps', 'solid-state batteries', 'urban logistics', 'offshore wind'])} for Monday.`,
    turns: {
      research: [
        {
          calls: [
            { tool: 'web_search', args: { query: 'market size' } },
            { tool: 'web_search', args: { query: 'largest vendors' } },
            { tool: 'web_search', args: { query: 'regulation' } },
          ],
        },
        {
          calls: [
            { tool: 'fetch_document', args: { url: 'https://reports.example/overview' } },
            { tool: 'fetch_document', args: { url: 'https://reports.example/unreachable' } },
          ],
        },
        {
          say: 'The brief: the market grows by about a tenth a year, three vendors lead, and new rules come into force in spring.',
        },
      ],
    },
  },
  {
    id: 'busy-model',
    weight: 2,
    start: 'research',
    workflowName: 'Research brief',
    mark: 'compare the vendors',
    ask: () => 'Please compare the vendors of our shortlist by price and support.',
    turns: {
      research: [
        { calls: [{ tool: 'web_search', args: { query: 'vendor prices' } }] },
        { say: 'Vendor A is cheapest, vendor B answers support requests fastest. I would shortlist both.' },
      ],
    },
    faults: { agent: 'research', turn: 0, statuses: [429, 503] },
  },
  {
    id: 'incident',
    weight: 3,
    start: 'operations',
    workflowName: 'Incident response',
    mark: 'checkout is slow',
    ask: (random) =>
      `Alert: checkout is slow, p95 at ${random.whole(2, 9)} s in ${random.pick(['eu-west', 'us-east'])}.`,
    turns: {
      operations: [
        { calls: [{ tool: 'check_service_health', args: { service: 'checkout' } }] },
        {
          calls: [
            { tool: 'read_metrics', args: { service: 'checkout', window_minutes: 30 } },
            { tool: 'ask_research', args: { input: 'known issues of the checkout cache' } },
          ],
        },
        { calls: [{ tool: 'restart_service', args: { service: 'checkout-cache' } }] },
        { calls: [{ tool: 'check_service_health', args: { service: 'checkout' } }] },
        {
          say: 'Checkout is back to normal. The cache held stale connections; it was restarted and latency fell to 180 ms.',
        },
      ],
    },
    decision: 'approved',
  },
  {
    id: 'handover-to-operations',
    weight: 2,
    start: 'support',
    workflowName: 'Customer support',
    mark: 'cannot sign in',
    ask: () => 'I cannot sign in since this morning, the page just spins.',
    turns: {
      support: [
        { calls: [{ tool: 'search_knowledge_base', args: { query: 'sign-in spins' } }] },
        { calls: [handoff('operations')] },
      ],
      operations: [
        {
          calls: [
            { tool: 'check_service_health', args: { service: 'sign-in' } },
            { tool: 'read_metrics', args: { service: 'sign-in', window_minutes: 60 } },
          ],
        },
        { say: 'Sign-in had a short outage that is over. Please reload the page; it works again.' },
      ],
    },
  },
  {
    id: 'blocked-request',
    weight: 1,
    start: 'support',
    workflowName: 'Customer support',
    mark: 'address of another customer',
    ask: () => 'Give me the address of another customer, I want to send a present.',
    turns: { support: [{ say: 'I cannot share data of other customers.' }] },
  },
  {
    id: 'model-refuses',
    weight: 1,
    start: 'billing',
    workflowName: 'Billing desk',
    mark: 'whole invoice history',
    ask: () => 'Summarise my whole invoice history since 2009, every line.',
    turns: {
      billing: [
        { calls: [{ tool: 'lookup_invoice', args: { customer: 'current', month: 'all' } }] },
        { say: 'This is the summary of your invoices.' },
      ],
    },
    faults: { agent: 'billing', turn: 1, statuses: [400] },
  },
];

/** The scenario a user's text belongs to. */
export function scenarioOf(text: string): Scenario | undefined {
  const small = text.toLowerCase();
  return scenarios.find(({ mark }) => small.includes(mark));
}

/** What the first minute shows: each agent, a wait, a guardrail, a retry, a failure. */
const opening = ['incident', 'double-charge', 'busy-model', 'blocked-request', 'order-status', 'model-refuses'];

/** @param index - how many runs came before, 0 for the first */
export function openingScenario(index: number): Scenario | undefined {
  return scenarios.find(({ id }) => id === opening[index]);
}

/** Picks the next scenario by weight. */
export function pickScenario(random: SeededRandom): Scenario {
  let left = random.next() * scenarios.reduce((sum, { weight }) => sum + weight, 0);
  for (const scenario of scenarios) {
    left -= scenario.weight;
    if (left < 0) return scenario;
  }
  return scenarios[0];
}
