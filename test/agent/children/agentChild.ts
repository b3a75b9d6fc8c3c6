// A real agent process for the process tests: what it does is its first argument, the model's address stands in MODEL_URL.
import * as sdk from '@openai/agents';
import * as z from 'zod';
import { createSpanlightProcessor } from '../../../src/agent/index.ts';
import { createDemoAgents } from '../../../src/cli/demo/demoAgents.ts';
import { createSeededRandom } from '../../../src/simulator/seededRandom.ts';

const [task = '', traceId = ''] = process.argv.slice(2);
const processor = createSpanlightProcessor({
  flushEveryMs: Number(process.env.FLUSH_EVERY_MS ?? 20),
  beatEveryMs: Number(process.env.BEAT_EVERY_MS ?? 100),
  exitFlushMs: 1_000,
});
sdk.setTraceProcessors([processor]);
const modelProvider = new sdk.OpenAIProvider({
  baseURL: process.env.MODEL_URL,
  apiKey: 'scripted',
  useResponses: true,
});
const runner = new sdk.Runner({ modelProvider });
const agents = createDemoAgents({ sdk, random: createSeededRandom(1), pace: 0 });
const say = (line: string) => void process.stdout.write(`${line}\n`);
const inTrace = (work: () => Promise<unknown>) =>
  sdk.withTrace(sdk.getGlobalTraceProvider().createTrace({ traceId, name: 'Two processes' }), work);

const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
  /** One run, then nothing holds the process. */
  'run-and-end': async () => {
    await runner.run(agents.support, 'hello, where is my order A-1');
    say('done');
  },
  /** A tool that never answers: the parent kills the process in the middle. */
  hang: () => {
    const forever = sdk.tool({
      name: 'wait_forever',
      description: 'Never answers.',
      parameters: z.object({}),
      execute: () => new Promise<string>(() => undefined),
    });
    setInterval(() => undefined, 1_000);
    return inTrace(() =>
      sdk.withAgentSpan(
        async () => {
          say('hanging');
          await sdk.withFunctionSpan(() => forever.invoke(undefined as never, '{}'), {
            data: { name: 'wait_forever' },
          });
        },
        { data: { name: 'Support Agent' } },
      ),
    );
  },
  /** Takes the same trace up again. */
  continue: () => inTrace(() => runner.run(agents.support, 'hello, where is my order A-1')),
  /** Lives until a signal ends it. */
  live: async () => {
    await runner.run(agents.support, 'hello, where is my order A-1');
    setInterval(() => undefined, 1_000);
    say('living');
  },
  /** As `live`, with a signal listener of its own that takes a while. */
  'live-with-listener': async () => {
    process.on('SIGTERM', () => setTimeout(() => process.exit(7), 200));
    await tasks.live?.();
  },
};
await tasks[task]?.();
