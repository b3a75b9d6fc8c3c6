import { asRunId, asSpanId, type EventFields, type MonitorEvent, type SpanKey, spanKeyOf } from 'spanlight/store';

export const BASE_MS = 1_800_000_000_000;
let count = 0;
/** Each test file numbers its own events: ids only have to differ. */
const nextId = () => `e${(count += 1)}`;

type SpanFields = EventFields<'span.start'>;
interface More {
  readonly id?: string;
  readonly parent?: string;
  readonly atMs?: number;
  readonly rts?: number;
  readonly seq?: number;
  readonly detail?: MonitorEvent['detail'];
  readonly refs?: MonitorEvent['refs'];
}

const envelope = (more: More) => ({
  id: more.id ?? nextId(),
  sv: 1,
  ts: more.atMs ?? BASE_MS,
  ...(more.rts === undefined ? {} : { rts: more.rts }),
  ...(more.seq === undefined ? {} : { seq: more.seq }),
  ...(more.detail === undefined ? {} : { detail: more.detail }),
  ...(more.refs === undefined ? {} : { refs: more.refs }),
});

export const keyOf = (run: string, span: string): SpanKey => spanKeyOf(asRunId(run), asSpanId(span));

export const runStart = (run: string, a: EventFields<'run.start'> = {}, more: More = {}): MonitorEvent => ({
  ...envelope(more),
  type: 'run.start',
  run: asRunId(run),
  a: { startedAtMs: more.atMs ?? BASE_MS, ...a },
});

export const runEnd = (run: string, a: EventFields<'run.end'> = {}, more: More = {}): MonitorEvent => ({
  ...envelope(more),
  type: 'run.end',
  run: asRunId(run),
  a: { endedAtMs: more.atMs ?? BASE_MS, ...a },
});

const spanEvent =
  (type: 'span.start' | 'span.update' | 'span.end', own: (more: More) => SpanFields) =>
  (run: string, span: string, a: SpanFields = {}, more: More = {}): MonitorEvent => ({
    ...envelope(more),
    type,
    run: asRunId(run),
    span: asSpanId(span),
    ...(more.parent === undefined ? {} : { parent: asSpanId(more.parent) }),
    a: { ...own(more), ...a },
  });

export const spanStart = spanEvent('span.start', (more) => ({
  kind: 'agent',
  name: 'Agent',
  startedAtMs: more.atMs ?? BASE_MS,
}));
export const spanUpdate = spanEvent('span.update', () => ({}));
export const spanEnd = spanEvent('span.end', (more) => ({ endedAtMs: more.atMs ?? BASE_MS, status: 'ok' }));

/** A run of one span that began and ended. */
export const endedRun = (run: string, atMs = BASE_MS): MonitorEvent[] => [
  spanStart(run, 'root', {}, { atMs }),
  spanEnd(run, 'root', {}, { atMs: atMs + 10 }),
];

export const logEvent = (run: string, message: string, more: More = {}): MonitorEvent => ({
  ...envelope(more),
  type: 'log',
  run: asRunId(run),
  a: { level: 'info' },
  detail: { message },
});

export const approvalRequested = (run: string, call: string, more: More = {}): MonitorEvent => ({
  ...envelope(more),
  type: 'approval.requested',
  run: asRunId(run),
  ref: call,
  a: { toolName: 'refund', requestedAtMs: more.atMs ?? BASE_MS },
});
