import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSpanlightProcessor } from 'spanlight/agent';
import { compare, measureRounds } from '../measure.ts';
import type { BenchRow } from '../types.ts';

/** What a callback may cost the agent's own thread, us. */
const BUDGET_US = 20;
const CALLBACKS = 4000;
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
  const server: Server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      if (state === 'up') response.end('{"durable":"memory","events":[]}'); // a slow one never answers
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Mean time of one callback, us, with turns of the event loop in between as an agent has them. */
async function measureCallback(state: RelayState): Promise<number> {
  const relay = await startRelay(state);
  const processor = createSpanlightProcessor({ url: relay.url, flushOnExit: false, onTrouble: () => undefined });
  let spentMs = 0;
  for (let index = 0; index < CALLBACKS; index += 1) {
    const span = spanOf(index);
    const startMs = performance.now();
    void processor.onSpanStart(span);
    void processor.onSpanEnd(span);
    spentMs += performance.now() - startMs;
    if (index % 20 === 0) await new Promise(setImmediate);
  }
  await processor.shutdown(50);
  relay.close();
  return (spentMs * 1000) / (2 * CALLBACKS);
}

export async function run(): Promise<readonly BenchRow[]> {
  const figures = await measureRounds(
    { up: () => measureCallback('up'), slow: () => measureCallback('slow'), gone: () => measureCallback('gone') },
    ROUNDS,
    2,
  );
  return (['up', 'slow', 'gone'] as const).map((state) =>
    compare({
      name: `one callback of the agent's process, relay ${state}, against ${BUDGET_US} us`,
      goal: 'agent',
      ours: figures[state],
      theirs: figures[state].map(() => BUDGET_US),
      limit: 1,
      better: 'lower',
      unit: 'us',
    }),
  );
}
