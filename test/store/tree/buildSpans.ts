import { asRunId, asSpanId, type MonitorEvent, type RunId, type SpanKind, spanKeyOf } from 'spanlight/store';

export const runId: RunId = asRunId('run-1');
export const keyOf = (id: string) => spanKeyOf(runId, asSpanId(id));

export interface SpanSketch {
  readonly id: string;
  readonly parent?: string | undefined;
  readonly kind?: SpanKind | undefined;
  readonly name?: string | undefined;
  readonly startMs: number;
  /** Without it the span stays open. */
  readonly endMs?: number | undefined;
  readonly status?: 'ok' | 'error' | undefined;
  readonly attempt?: number | undefined;
  readonly toAgent?: string | undefined;
  readonly costNanoUsd?: number | undefined;
  /** Its tokens and cost repeat what stands below it. */
  readonly isAggregate?: boolean | undefined;
  /** It has tokens and no price. */
  readonly isUnpriced?: boolean | undefined;
}

/** Epoch ms that all test times are counted from. */
export const ORIGIN_MS = 1_700_000_000_000;

/** Start and end event of each span, in that order. */
export function eventsOf(spans: readonly SpanSketch[]): MonitorEvent[] {
  return spans.flatMap((span) => {
    const common = { sv: 1, run: runId, span: asSpanId(span.id) };
    const parent = span.parent === undefined ? {} : { parent: asSpanId(span.parent) };
    const fields = {
      kind: span.kind ?? 'tool',
      name: span.name ?? span.id,
      ...(span.attempt === undefined ? {} : { attempt: span.attempt }),
      ...(span.toAgent === undefined ? {} : { toAgent: span.toAgent }),
      ...(span.costNanoUsd === undefined ? {} : { reportedCostNanoUsd: span.costNanoUsd }),
      ...(span.costNanoUsd === undefined && !span.isUnpriced
        ? {}
        : { usage: { scope: span.isAggregate ? ('aggregate' as const) : ('leaf' as const), inputTokens: 1 } }),
    };
    const startedAtMs = ORIGIN_MS + span.startMs;
    const events: MonitorEvent[] = [
      {
        id: `${span.id}:start`,
        type: 'span.start',
        ts: startedAtMs,
        ...common,
        ...parent,
        a: { ...fields, startedAtMs },
      },
    ];
    if (span.endMs !== undefined) {
      const endedAtMs = ORIGIN_MS + span.endMs;
      const status = span.status ?? 'ok';
      events.push({
        id: `${span.id}:end`,
        type: 'span.end',
        ts: endedAtMs,
        ...common,
        ...parent,
        a: { ...fields, startedAtMs, endedAtMs, status },
      });
    }
    return events;
  });
}
