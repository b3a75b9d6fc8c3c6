import { setTimeout as wait } from 'node:timers/promises';
import type { Runner } from '@openai/agents';
import type { SpanlightProcessor } from '../../agent/index.ts';
import type { SeededRandom } from '../../simulator/seededRandom.ts';
import type { AgentsSdk, DemoAgents } from './demoAgents.ts';
import { openingScenario, pickScenario, type Scenario } from './scenarios.ts';

export interface TrafficOptions {
  readonly sdk: AgentsSdk;
  readonly agents: DemoAgents;
  /** For the agents on the Responses API. */
  readonly responses: Runner;
  /** For those on Chat Completions. */
  readonly chat: Runner;
  readonly processor: SpanlightProcessor;
  readonly random: SeededRandom;
  readonly pace: number;
  /** Runs at once, at most. */
  readonly maxRuns: number;
  readonly signal: AbortSignal;
}

/** Starts runs, now more and now fewer at once, until the signal comes. Never throws for what a run does. */
export async function runTraffic(options: TrafficOptions): Promise<void> {
  const { random, pace, signal, maxRuns } = options;
  const open = new Set<Promise<void>>();
  let count = 0;
  while (!signal.aborted) {
    if (open.size < maxRuns) {
      const scenario = openingScenario(count) ?? pickScenario(random);
      const run = runScenario(scenario, (count += 1), options).finally(() => open.delete(run));
      open.add(run);
    }
    // The first few come quickly, so that there is something to see.
    const pauseMs = count < 6 ? 900 : random.whole(1500, 7000);
    await sleep(pauseMs * Math.max(pace, 0.02), signal);
  }
}

async function runScenario(scenario: Scenario, count: number, options: TrafficOptions): Promise<void> {
  const { sdk, agents, processor, random, signal } = options;
  const customer = random.whole(1, 40);
  const traceId = sdk.generateTraceId();
  const trace = sdk.getGlobalTraceProvider().createTrace({
    traceId,
    name: scenario.workflowName,
    groupId: `conversation_${customer}_${Math.ceil(count / 8)}`,
    metadata: {
      user_id: `customer_${customer}`,
      session_id: `session_${customer}_${Math.ceil(count / 5)}`,
      environment: 'demo',
      scenario: scenario.id,
    },
  });
  try {
    await sdk.withTrace(trace, () => converse(scenario, options));
  } catch (error) {
    if (signal.aborted) return;
    const what = error instanceof Error ? error.name : String(error);
    processor.reportLog('error', `run failed: ${what}`, { runId: traceId, sourceName: agents[scenario.start].name });
    processor.reportRunFailure(error, { runId: traceId });
  }
}

/** One conversation: the run, and as often as a call waits for a person, the decision and the rest of the run. */
async function converse(scenario: Scenario, options: TrafficOptions): Promise<void> {
  const { agents, processor, random, signal } = options;
  const agent = agents[scenario.start];
  const runner = scenario.start === 'research' ? options.chat : options.responses;
  processor.reportLog('info', `${scenario.workflowName}: a new conversation`, { sourceName: agent.name });
  let result = await streamed(runner, agent, scenario.ask(random), options);
  while (processor.reportInterruptions(result) > 0 && !signal.aborted) {
    processor.reportLog('warn', 'waits for a person', { sourceName: agent.name });
    await sleep(random.whole(6_000, 20_000) * options.pace, signal); // a person takes a while
    if (signal.aborted) return;
    const decision = scenario.decision ?? 'approved';
    for (const call of result.interruptions ?? []) {
      processor.reportLog('info', `${call.name} was ${decision} by the operator`, { sourceName: call.agent.name });
      if (decision === 'approved') result.state.approve(call);
      else result.state.reject(call);
      const reason = decision === 'approved' ? 'Within the rules.' : 'Above the limit for goodwill.';
      processor.reportDecision(call, { decision, decidedBy: 'demo operator', reason });
    }
    result = await streamed(runner, agent, result.state as never, options);
  }
}

/** Who has the run open sees the answer being written. */
async function streamed(
  runner: Runner,
  agent: DemoAgents['support'],
  input: string,
  { processor, signal }: TrafficOptions,
) {
  const result = await runner.run(agent, input, { stream: true, signal });
  for await (const _event of processor.reportStream(result)) if (signal.aborted) break;
  await result.completed;
  return result;
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined);
