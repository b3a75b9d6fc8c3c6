import { asRunId, asSpanId, type MonitorEvent, type RunId, type SpanKind } from 'spanlight/store';

/** Numbers in [0, 1), the same for the same seed. Source: mulberry32, Tommy Ettinger, public domain. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface BenchSpan {
  readonly index: number;
  readonly id: string;
  /** Index of the parent, -1 for the root. */
  parent: number;
  readonly kind: SpanKind;
  readonly name: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly isError: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const kinds = ['agent', 'llm', 'tool', 'retrieval', 'custom', 'guardrail'] as const satisfies readonly SpanKind[];
const names = ['plan', 'chat gpt-4.1', 'search', 'retrieve docs', 'summarise', 'pii_check'];
const firstStartMs = 1_760_000_000_000;
const deepest = 12;

/** Spans of one trace: parents are picked near the end of the list, at most 12 deep. */
export function generateSpans(count: number, seed = 7): BenchSpan[] {
  const random = seededRandom(seed);
  const depth = new Uint16Array(count);
  return Array.from({ length: count }, (_unused, index) => {
    let parent = -1;
    if (index > 0) {
      parent = Math.max(0, index - 1 - Math.floor(random() * random() * 40));
      while ((depth[parent] ?? 0) >= deepest) parent = Math.floor(parent / 2);
      depth[index] = (depth[parent] ?? 0) + 1;
    }
    const which = index === 0 ? 0 : Math.floor(random() * kinds.length);
    const startedAtMs = firstStartMs + index * 3 + Math.floor(random() * 3);
    return {
      index,
      id: `span_${(index + 1).toString(16).padStart(24, '0')}`,
      parent,
      kind: kinds[which] ?? 'custom',
      name: names[which] ?? '',
      startedAtMs,
      endedAtMs: startedAtMs + 5 + Math.floor(random() * 2000),
      isError: random() < 0.03,
      inputTokens: Math.floor(random() * 4000),
      outputTokens: Math.floor(random() * 900),
    };
  });
}

export const benchRunId: RunId = asRunId('trace_5b8aa5a2d2c872e8321cf37308d69df2');

const eventId = (index: number) => `0199d3f0-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;

/** The stream form as a relay sends it: a start and an end for each span. */
export function generateEvents(spans: readonly BenchSpan[]): MonitorEvent[] {
  const events: MonitorEvent[] = [];
  for (const span of spans) {
    const parent = spans[span.parent];
    const common = {
      sv: 1,
      run: benchRunId,
      span: asSpanId(span.id),
      ...(parent ? { parent: asSpanId(parent.id) } : {}),
    };
    const { index, kind, name, startedAtMs, endedAtMs } = span;
    events.push({
      ...common,
      id: eventId(index * 2),
      type: 'span.start',
      seq: events.length + 1,
      ts: startedAtMs,
      a: { kind, name, agentName: `agent-${index % 16}`, startedAtMs, status: 'running' },
    });
    const usage = { scope: 'leaf' as const, inputTokens: span.inputTokens, outputTokens: span.outputTokens };
    events.push({
      ...common,
      id: eventId(index * 2 + 1),
      type: 'span.end',
      seq: events.length + 1,
      ts: endedAtMs,
      a: {
        endedAtMs,
        status: span.isError ? 'error' : 'ok',
        ...(kind === 'llm' ? { usage, model: 'gpt-4.1-mini' } : {}),
      },
    });
  }
  return events;
}
