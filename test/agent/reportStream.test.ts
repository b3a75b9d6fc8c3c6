import { createSpanlightProcessor, type SpanlightProcessor, type SpanlightProcessorOptions } from 'spanlight/agent';
import { createRelay, type Relay } from 'spanlight/relay';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asRunId } from '../../src/model/ids.ts';
import type { LiveText } from '../../src/model/wire.ts';
import { createMemoryFanOut } from '../../src/relay/fan-out/memoryFanOut.ts';
import { type DemoRig, startDemoRig } from './support.ts';

let rig: DemoRig;
const cleanUps: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  rig = await startDemoRig();
});
afterAll(() => rig.model.close());
afterEach(async () => {
  rig.sdk.setTraceProcessors([]);
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Watch {
  readonly relay: Relay;
  readonly processor: SpanlightProcessor;
  readonly texts: readonly LiveText[];
  /** What each call wrote, put together. */
  written(): ReadonlyMap<string, string>;
  waitFor(condition: () => boolean): Promise<void>;
}

/** A real relay, whose fan-out tells what came in. */
async function watch(options: SpanlightProcessorOptions = {}): Promise<Watch> {
  const fanOut = createMemoryFanOut();
  const texts: LiveText[] = [];
  const watchers = new Set<() => void>();
  fanOut.subscribeLive((news) => {
    texts.push(...news.texts);
    for (const watcher of watchers) watcher();
  });
  const relay = await createRelay({ port: 0, dashboardDir: false, pricing: false, fanOut });
  const token = relay.tokens.ingest;
  const processor = createSpanlightProcessor({
    url: relay.url,
    token,
    flushEveryMs: 5,
    onTrouble: () => {},
    ...options,
  });
  rig.sdk.setTraceProcessors([processor]);
  cleanUps.push(
    () => relay.close(),
    () => processor.shutdown(300),
  );
  return {
    relay,
    processor,
    texts,
    written() {
      const bySpan = new Map<string, string>();
      for (const { span, offset, text } of texts) bySpan.set(span, (bySpan.get(span) ?? '').slice(0, offset) + text);
      return bySpan;
    },
    waitFor: (condition) =>
      new Promise((resolve) => {
        const check = () => {
          if (!condition()) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      }),
  };
}

/** Holds the stream up until the relay has what was written, as a model at human pace would. */
async function* slowly<Item>(stream: AsyncIterable<Item>, until: () => Promise<void>): AsyncIterable<Item> {
  for await (const item of stream) {
    yield item;
    const { type, data } = item as { type?: string; data?: { type?: string } };
    if (type === 'raw_model_stream_event' && data?.type === 'output_text_delta') await until();
  }
}

const QUESTION = 'Where is my order 12?';

describe('reportStream', () => {
  it('tells what a model call writes, under its own span, while the agent gets every item as it is', async () => {
    const { processor, texts } = await watch();
    const result = await rig.runner('responses').run(rig.agents.support, QUESTION, { stream: true });
    const types: string[] = [];
    for await (const event of processor.reportStream(result)) types.push(event.type);
    await result.completed;
    const plain = await rig.runner('responses').run(rig.agents.support, QUESTION, { stream: true });
    const expected: string[] = [];
    for await (const event of plain) expected.push(event.type);
    expect(types).toEqual(expected);
    expect(result.finalOutput).not.toBe('');
    expect(texts.every(({ run }) => run.startsWith('trace_'))).toBe(true);
  });

  it.each(['responses', 'chat'] as const)('joins to the whole answer of the %s API', async (kind) => {
    const { processor, waitFor, written, relay } = await watch();
    let answer = '';
    let runId = '';
    const agent = kind === 'chat' ? rig.agents.research : rig.agents.support;
    const trace = rig.sdk.getGlobalTraceProvider().createTrace({ name: 'Live' });
    await rig.sdk.withTrace(trace, async () => {
      runId = trace.traceId;
      const result = await rig.runner(kind).run(agent, QUESTION, { stream: true });
      // the relay hears each piece before the next is read: the call is still running then
      const source = {
        currentAgent: result.currentAgent,
        state: result.state,
        [Symbol.asyncIterator]: () =>
          slowly(result, () => waitFor(() => [...written().values()].includes(answer)))[Symbol.asyncIterator](),
      };
      for await (const event of processor.reportStream(source)) {
        const { type, data } = event as { type: string; data?: { type: string; delta?: string } };
        if (type === 'raw_model_stream_event' && data?.type === 'output_text_delta') answer += data.delta;
      }
      await result.completed;
    });
    await processor.forceFlush();
    expect(answer.length).toBeGreaterThan(20);
    const [[span, text] = ['', ''], ...others] = [...written()];
    expect(text).toBe(answer);
    expect(others).toEqual([]);
    expect(runId).toMatch(/^trace_/);
    const stored = await fetch(`${relay.url}/v1/runs/${asRunId(runId)}/spans/${span}/payload`, {
      headers: { authorization: `Bearer ${relay.tokens.developer}` },
    });
    expect(JSON.stringify(await stored.json())).toContain(JSON.stringify(answer).slice(1, -1));
  });

  it('sends nothing of a run whose content the SDK withholds, of a process that sends none, or that redacts', async () => {
    const ask = async (processor: SpanlightProcessor, traceIncludeSensitiveData: boolean) => {
      const runner = rig.runner('responses', { traceIncludeSensitiveData });
      const result = await runner.run(rig.agents.support, QUESTION, { stream: true });
      for await (const _event of processor.reportStream(result));
      await result.completed;
      for await (const _text of processor.reportStream(texts(), { runId: 'r', spanId: 's' }));
    };
    async function* texts() {
      yield* ['a', 'b'];
    }
    const withheld = await watch();
    await ask(withheld.processor, false);
    await withheld.waitFor(() => withheld.texts.length > 0);
    expect(withheld.texts.map(({ run }) => run)).toEqual(['r']); // named by hand: the host knows what it does
    for (const options of [{ includeDetail: false }, { redact: () => 'x' }] satisfies SpanlightProcessorOptions[]) {
      const { processor, texts: sent } = await watch(options);
      await ask(processor, true);
      await processor.forceFlush();
      expect(processor.stats.droppedLiveCharacters).toBe(0);
      expect(sent).toEqual([]);
    }
  });

  it.each([
    ['texts', ['Hel', 'lo']],
    ['the AI SDK', [{ type: 'text-start' }, { type: 'text-delta', text: 'Hel' }, { type: 'text-delta', delta: 'lo' }]],
    ['the Responses API', [{ type: 'response.created' }, { type: 'response.output_text.delta', delta: 'Hello' }]],
    ['Chat Completions', [{ choices: [{ delta: { content: 'Hel' } }] }, { choices: [{ delta: { content: 'lo' } }] }]],
  ])('reads a stream of %s', async (_name, items) => {
    const { processor, waitFor, written } = await watch();
    async function* source() {
      yield* items as unknown[];
    }
    const seen: unknown[] = [];
    for await (const item of processor.reportStream(source(), { runId: 'run_1', spanId: 'span_1' })) seen.push(item);
    expect(seen).toEqual(items);
    await waitFor(() => written().get('span_1') === 'Hello');
  });

  it('never holds the agent up: with no relay at all the stream comes through, and what was not shown is counted', async () => {
    const processor = createSpanlightProcessor({ url: 'http://127.0.0.1:9', token: 't', onTrouble: () => {} });
    cleanUps.push(() => processor.shutdown(10));
    const piece = 'x'.repeat(1000);
    async function* source() {
      for (let at = 0; at < 1000; at += 1) yield piece;
    }
    let count = 0;
    for await (const _item of processor.reportStream(source(), { runId: 'r', spanId: 's' })) count += 1;
    expect(count).toBe(1000);
    expect(processor.stats.droppedLiveCharacters).toBeGreaterThan(900_000);
  });

  it('hands on what the stream throws, and ends the stream when its reader stops', async () => {
    const { processor } = await watch();
    async function* failing() {
      yield 'a';
      throw new Error('the model broke');
    }
    const readAll = async () => {
      for await (const _item of processor.reportStream(failing()));
    };
    await expect(readAll()).rejects.toThrow('the model broke');
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield 'a';
      } finally {
        isClosed = true;
      }
    }
    for await (const _item of processor.reportStream(endless())) break;
    expect(isClosed).toBe(true);
  });
});
