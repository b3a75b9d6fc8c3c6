import { setTimeout as wait } from 'node:timers/promises';
import type * as sdkTypes from '@openai/agents';
import type { Agent, ModelSettings, Tool } from '@openai/agents';
import * as z from 'zod';
import type { LogLevel } from '../../model/log.ts';
import type { SeededRandom } from '../../simulator/seededRandom.ts';
import { agentNames } from './scenarios.ts';

/** The SDK, loaded when the demo runs: the package itself works without it. */
export type AgentsSdk = typeof sdkTypes;

export interface DemoAgents {
  readonly support: Agent;
  readonly billing: Agent;
  readonly research: Agent;
  readonly operations: Agent;
}

export interface DemoAgentsOptions {
  readonly sdk: AgentsSdk;
  readonly random: SeededRandom;
  /** 1 is the pace of people, 0 answers at once. */
  readonly pace: number;
  /** Hears what tools do, as the log of a service would say it. */
  readonly onTool?: ((level: LogLevel, text: string, toolName: string) => void) | undefined;
}

/** Four agents with tools, hand-offs, a guardrail, an agent as a tool, a tool that fails and calls that need a person. */
export function createDemoAgents({ sdk, random, pace, onTool }: DemoAgentsOptions): DemoAgents {
  const { Agent, tool } = sdk;

  function simpleTool<T extends z.ZodObject>(
    name: string,
    description: string,
    parameters: T,
    answer: (input: z.infer<T>) => unknown,
    needsApproval?: (input: z.infer<T>) => boolean,
  ): Tool {
    return tool({
      name,
      description,
      parameters: parameters as z.ZodObject,
      needsApproval: async (_context, input) => needsApproval?.(input as z.infer<T>) ?? false,
      async execute(input) {
        const waitMs = random.whole(150, 1800);
        await wait(waitMs * pace);
        try {
          const result = answer(input as z.infer<T>);
          onTool?.('info', `${name} answered in ${waitMs} ms`, name);
          return result;
        } catch (error) {
          onTool?.('error', `${name}: ${error instanceof Error ? error.message : String(error)}`, name);
          throw error;
        }
      },
    }) as Tool;
  }

  /** Asks again on 429 and 5xx: each attempt is a model call of its own in the trace. */
  const modelSettings: ModelSettings = {
    retry: {
      maxRetries: 3,
      backoff: { initialDelayMs: 600 * pace, maxDelayMs: 3000, multiplier: 2, jitter: false },
      policy: ({ normalized }) => [429, 500, 502, 503].includes(normalized.statusCode ?? 0),
    },
  };

  const research = new Agent({
    name: agentNames.research,
    model: 'gpt-4.1-mini',
    modelSettings,
    instructions: `You are the ${agentNames.research}. Find sources, read them, and answer in three sentences.`,
    tools: [
      simpleTool('web_search', 'Searches the web.', z.object({ query: z.string() }), ({ query }) => ({
        query,
        results: [`Report on ${query}`, `Interview about ${query}`],
      })),
      simpleTool('fetch_document', 'Fetches a document.', z.object({ url: z.string() }), ({ url }) => {
        if (url.includes('unreachable')) throw new Error('the document server did not answer');
        return { url, pages: 12, summary: 'Growth of about a tenth a year.' };
      }),
    ],
  });

  const billing = new Agent({
    name: agentNames.billing,
    model: 'gpt-5.4',
    modelSettings,
    instructions: `You are the ${agentNames.billing}. Check invoices before you refund anything.`,
    tools: [
      simpleTool(
        'lookup_invoice',
        'Looks up invoices.',
        z.object({ customer: z.string(), month: z.string() }),
        ({ month }) => ({ month, invoices: [{ id: 'INV-2291', amount_usd: 129 }] }),
      ),
      simpleTool('check_payment_status', 'Checks payments.', z.object({ customer: z.string() }), () => ({
        payments: [
          { id: 'pay_1', amount_usd: 129, status: 'settled' },
          { id: 'pay_2', amount_usd: 129, status: 'settled' },
        ],
      })),
      simpleTool(
        'issue_refund',
        'Pays money back.',
        z.object({ amount_usd: z.number(), reason: z.string() }),
        ({ amount_usd }) => ({ refunded_usd: amount_usd, status: 'sent' }),
        ({ amount_usd }) => amount_usd > 50,
      ),
    ],
  });

  const operations = new Agent({
    name: agentNames.operations,
    model: 'o4-mini',
    modelSettings,
    instructions: `You are the ${agentNames.operations}. Find out what is wrong and mend it with the least risk.`,
    tools: [
      simpleTool('check_service_health', 'Checks a service.', z.object({ service: z.string() }), ({ service }) => ({
        service,
        p95_ms: random.whole(120, 4200),
        error_rate: random.whole(0, 400) / 10_000,
      })),
      simpleTool(
        'read_metrics',
        'Reads metrics.',
        z.object({ service: z.string(), window_minutes: z.number() }),
        ({ window_minutes }) => ({ window_minutes, cache_hit_rate: 0.41, connections: 812 }),
      ),
      simpleTool(
        'restart_service',
        'Restarts a service.',
        z.object({ service: z.string() }),
        ({ service }) => ({ service, restarted: true }),
        () => true,
      ),
      research.asTool({ toolName: 'ask_research', toolDescription: 'Asks the research agent.' }) as Tool,
    ],
  });

  const support = Agent.create({
    name: agentNames.support,
    model: 'gpt-5.4-mini',
    modelSettings,
    instructions: `You are the ${agentNames.support}. Answer what you can, hand money to billing and outages to operations.`,
    handoffs: [billing, operations],
    inputGuardrails: [
      {
        name: 'Data protection',
        runInParallel: false,
        async execute({ input }) {
          await wait(random.whole(80, 300) * pace);
          const text = JSON.stringify(input).toLowerCase();
          return { tripwireTriggered: text.includes('another customer'), outputInfo: { checked: true } };
        },
      },
    ],
    tools: [
      simpleTool('search_knowledge_base', 'Searches help articles.', z.object({ query: z.string() }), ({ query }) => ({
        query,
        hits: [{ id: 'kb-114', title: 'What to do when something looks wrong' }],
      })),
      simpleTool('get_order_status', 'Looks up an order.', z.object({ order_id: z.string() }), ({ order_id }) => ({
        order_id,
        status: 'on its way',
        eta: 'tomorrow before noon',
      })),
    ],
  });

  return { support: support as Agent, billing, research, operations };
}
