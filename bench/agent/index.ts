import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createSpanlightProcessor } from 'spanlight/agent';
import { compare, measureRounds } from '../measure.ts';
import type { BenchRow } from '../types.ts';

/** What a callback may cost the agent's own thread, us. */
const BUDGET_US = 20;
const SPANS = 4000;
const SPANS_A_TURN = 20;
const ROUNDS = 5;

/** A span as the SDK hands it over: a tool call with some content. */
const spanOf = (index: number) => {
  const span_data = {
    type: 'function',
    name: 'search_docs',
    input: JSON.stringify({ query: `how do I return order ${index}`, limit: 5 }),
    output: JSON.stringify({
      hits: ['returns.md', 'shipping.md'],
      text: 'You can return it within 30 days. '.repeat(4),
    }),
  };
  const spanId = `span_${index.toString(16).padStart(24, '0')}`;
  const traceId = `trace_${(index >> 5).toString(16).padStart(32, '0')}`;
  const startedAt = '2026-11-21T00:00:00.000Z';
  const endedAt = '2026-11-21T00:00:01.000Z';
  return {
    type: 'trace.span',
    spanId,
    traceId,
    parentId: null,
    startedAt,
    endedAt,
    spanData: span_data,
    error: null,
    toJSON: () => ({
      object: 'trace.span',
      id: spanId,
      trace_id: traceId,
      parent_id: null,
      started_at: startedAt,
      ended_at: endedAt,
      span_data,
      error: null,
    }),
  };
};

type RelayState = 'up' | 'slow' | 'gone';

async function startRelay(state: RelayState): Promise<{ readonly url: string; close(): void }> {
  if (state === 'gone') return { url: 'http://127.0.0.1:9', close: () => undefined };
  const child = fork(fileURLToPath(new URL('./relayProcess.ts', import.meta.url)), [state]);
  const [port] = (await once(child, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}`, close: () => child.disconnect() };
}

const cpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

interface Callbacks {
  onSpanStart(span: unknown): unknown;
  onSpanEnd(span: unknown): unknown;
}

/**
 * CPU that the process spends on one callback, us, with turns of the event loop in between as an agent has them. Not the time on
 * the clock: that also tells what else the machine does. The collector's threads are in it, so the agent's own pays less.
 */
async function runAgent(callbacks: Callbacks, flush: () => Promise<void>): Promise<number> {
  const before = cpuUs();
  for (let index = 0; index < SPANS; index += 1) {
    const span = spanOf(index);
    void callbacks.onSpanStart(span);
    void callbacks.onSpanEnd(span);
    if (index % SPANS_A_TURN === 0) await new Promise(setImmediate);
  }
  await flush();
  return (cpuUs() - before) / (2 * SPANS);
}

/** Everything that reporting adds: the callbacks, and the sending of what they left. */
async function measureReporting(state: RelayState): Promise<number> {
  const relay = await startRelay(state);
  const processor = createSpanlightProcessor({ url: relay.url, flushOnExit: false, onTrouble: () => undefined });
  try {
    return await runAgent(processor, () => processor.shutdown(state === 'up' ? 10_000 : 50));
  } finally {
    relay.close();
  }
}
const measureNothing = () =>
  runAgent({ onSpanStart: () => undefined, onSpanEnd: () => undefined }, () => Promise.resolve());

export async function run(): Promise<readonly BenchRow[]> {
  const figures = await measureRounds(
    {
      nothing: measureNothing,
      up: () => measureReporting('up'),
      slow: () => measureReporting('slow'),
      gone: () => measureReporting('gone'),
    },
    ROUNDS,
    2,
  );
  return (['up', 'slow', 'gone'] as const).map((state) =>
    compare({
      name: `one callback of the agent's process and its sending, relay ${state}: CPU against ${BUDGET_US} us`,
      goal: 'agent',
      ours: figures[state].map((us, round) => us - (figures.nothing[round] ?? 0)),
      theirs: figures[state].map(() => BUDGET_US),
      limit: 1,
      better: 'lower',
      unit: 'us',
    }),
  );
}
