import { readFileSync } from 'node:fs';
import { openaiAgentsAdapter, parseText } from 'spanlight/adapters';
import { createSpanlightProcessor } from 'spanlight/agent';
import { describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/index.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { startSink } from './support.ts';

interface Line {
  readonly event: string;
  readonly item?: { readonly span_data?: object };
  readonly private_span_data?: object;
}

const linesOf = (name: string): readonly Line[] => {
  const text = readFileSync(`test/fixtures/openai-agents-js-oldest/${name}.callbacks.jsonl`, 'utf8');
  return parseText(text).value as readonly Line[];
};

/** The callbacks as they came, one after the other, with what the process could read of each. */
async function throughProcessor(lines: readonly Line[]): Promise<readonly MonitorEvent[]> {
  const sink = await startSink();
  const processor = createSpanlightProcessor({ url: sink.url, token: 'ingest-token', flushEveryMs: 5 });
  for (const { event, item, private_span_data } of lines) {
    if (!item) continue;
    const live = { toJSON: () => item, spanData: { ...item.span_data, ...private_span_data } } as never;
    if (event === 'trace_start') await processor.onTraceStart(live);
    if (event === 'trace_end') await processor.onTraceEnd(live);
    if (event === 'span_start') await processor.onSpanStart(live);
    if (event === 'span_end') await processor.onSpanEnd(live);
  }
  await processor.forceFlush();
  expect(processor.stats).toMatchObject({ failedCallbacks: 0, droppedEvents: 0 });
  await processor.shutdown(300);
  await sink.close();
  return sink.events;
}

function answerOf(events: readonly MonitorEvent[]) {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  fold.settle();
  const { reader } = fold;
  expect(reader.runIds).toHaveLength(1);
  const run = reader.getRun(reader.runIds[0] as never);
  const spans = [...reader.spansOf(reader.runIds[0] as never)];
  return {
    run: [run?.name, run?.status, run?.groupId, run?.userId, run?.sessionId, run?.spanCount, run?.openSpanCount],
    agents: [...(run?.agentNames ?? [])].sort(),
    totals: [
      run?.totals.llmCalls,
      run?.totals.calls,
      run?.totals.toolCalls,
      run?.totals.inputTokens,
      run?.totals.outputTokens,
    ],
    models: [...new Set(spans.flatMap(({ model }) => model ?? []))].sort(),
    errors: spans.filter(({ status }) => status === 'error').map(({ name }) => name),
    handoffs: spans.flatMap(({ fromAgent, toAgent }) => (toAgent === undefined ? [] : [`${fromAgent} > ${toAgent}`])),
  };
}

const wasFor = ['conv_1', 'user_1', 'session_1'];
const support = {
  run: ['Customer support', 'completed', ...wasFor, 11, 0],
  agents: ['Operations Agent', 'Support Agent'],
  totals: [4, 4, 3, 16_586, 462],
  models: ['gpt-5.4-mini', 'o4-mini'],
  errors: [],
  handoffs: ['Support Agent > Operations Agent'],
};
const research = {
  run: ['Customer support', 'completed', ...wasFor, 4, 0],
  agents: ['Research Agent'],
  totals: [2, 2, 1, 20_089, 55],
  models: ['gpt-4.1-mini'],
  errors: [],
  handoffs: [],
};
/** It goes on under the same agent span after the end of its trace was said. */
const approval = {
  run: ['Customer support', 'completed', ...wasFor, 12, 0],
  agents: ['Operations Agent', 'Research Agent'],
  totals: [5, 5, 5, 23_527, 583],
  models: ['o4-mini'],
  errors: ['ask_research', 'Research Agent'],
  handoffs: [],
};

describe('what the oldest SDK that is supported calls back', () => {
  it.each([
    ['01-support-handoff', support],
    ['02-chat-completions', research],
    ['03-approval', approval],
  ] as const)('in %s: a file of it and the processor say the same of it', async (name, wanted) => {
    const lines = linesOf(name);
    const { events, issues } = openaiAgentsAdapter.read(lines);
    expect(issues).toEqual([]);
    expect(answerOf(events)).toEqual(wanted);
    expect(answerOf(await throughProcessor(lines))).toEqual(wanted);
  });

  it('while a call waits: its agent is open, though the end of the trace was said', () => {
    const lines = linesOf('03-approval');
    const until = lines.findIndex(({ event }) => event === 'host.interrupted');
    expect(lines[until - 1]?.event).toBe('trace_end');
    const { run } = answerOf(openaiAgentsAdapter.read(lines.slice(0, until)).events);
    expect(run).toEqual(['Customer support', 'running', ...wasFor, 8, 1]);
  });
});
