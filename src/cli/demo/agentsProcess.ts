import { setMaxListeners } from 'node:events';
import { createSpanlightProcessor, type SpanlightProcessor } from '../../agent/index.ts';
import { createSeededRandom } from '../../simulator/seededRandom.ts';
import type { Io } from '../io.ts';
import { agentsEnv } from './agentsEnv.ts';
import { type AgentsSdk, createDemoAgents } from './demoAgents.ts';
import { runTraffic } from './runTraffic.ts';

/**
 * The agents of the demo, in a process of their own as agents have it: real runs of the real SDK against the scripted model,
 * reported by the processor that everybody uses.
 */
export async function runAgentsProcess(io: Io): Promise<number> {
  const sdk: AgentsSdk = await import('@openai/agents');
  const baseURL = io.env[agentsEnv.modelUrl];
  const pace = Number(io.env[agentsEnv.pace] ?? 1);
  const random = createSeededRandom(Number(io.env[agentsEnv.seed] ?? 1));
  const agents = createDemoAgents({
    sdk,
    random,
    pace,
    onTool: (level, text, sourceName) => processor.reportLog(level, text, { sourceName }),
  });
  const processor: SpanlightProcessor = createSpanlightProcessor({
    service: 'demo-agents',
    agents: Object.values(agents),
  });
  sdk.setTracingDisabled(false); // the SDK traces nothing under NODE_ENV=test
  sdk.setTraceProcessors([processor]); // in place of the exporter to OpenAI: the demo talks to nobody outside
  const runnerOn = (useResponses: boolean) =>
    new sdk.Runner({ modelProvider: new sdk.OpenAIProvider({ baseURL, apiKey: 'scripted', useResponses }) });
  const stopped = new AbortController();
  setMaxListeners(0, stopped.signal); // every run in flight listens
  const stop = () => stopped.abort();
  io.signal.addEventListener('abort', stop, { once: true });
  process.once('disconnect', stop); // the demo is gone, however it ended
  await runTraffic({
    sdk,
    agents,
    responses: runnerOn(true),
    chat: runnerOn(false),
    processor,
    random,
    pace,
    maxRuns: 6,
    signal: stopped.signal,
  });
  await processor.shutdown(2_000);
  if (process.connected) process.disconnect();
  return 0;
}
