import { createBoundedMap } from './boundedMap.ts';
import { readProperty as read } from './readProperty.ts';

/** A model call of the SDK that runs or ended a moment ago. */
export interface ModelCall {
  readonly runId: string;
  readonly spanId: string;
  /** `undefined` where no span above it names one. */
  readonly agentName: string | undefined;
  /** Order of its start and of its end among all of the process. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly isFailed: boolean;
  /** The SDK put the call's input on its span: it was not told to keep content to itself. */
  readonly hasContent: boolean;
}

/** Which model calls run: a stream of the SDK says what is written, but not by which call. */
export interface OpenCalls {
  /** Moves on with each start and end. */
  readonly tick: number;
  start(span: unknown): void;
  end(span: unknown): void;
  /**
   * The first call of a run that began after `afterStart` and had not ended at `sinceTick`.
   * Calls that failed are passed over: the SDK tries again with a call of its own.
   */
  next(runId: string, agentName: string | undefined, afterStart: number, sinceTick: number): ModelCall | undefined;
}

/** What is read of a span only when it is asked for: the SDK fills it in after the start. */
type Facts = Pick<ModelCall, 'agentName' | 'isFailed' | 'hasContent'>;

interface Entry {
  /** `undefined` once it ended: its content is not held on to. */
  span: unknown;
  facts: Facts | undefined;
  readonly type: unknown;
  readonly runId: string;
  readonly spanId: string;
  readonly parentId: unknown;
  readonly startedAt: number;
  endedAt: number | undefined;
}

const callTypes: ReadonlySet<unknown> = new Set(['response', 'generation']);
const MAX_LEVELS = 16;
const MAX_RUNS = 1000;
/** More than one stream can lag behind. */
const CALLS_PER_RUN = 32;

export function createOpenCalls(remembered: number): OpenCalls {
  const entries = createBoundedMap<Entry>(remembered);
  const callsByRun = createBoundedMap<Entry[]>(MAX_RUNS);
  let tick = 0;

  const agentOf = (call: Entry): string | undefined => {
    let entry: Entry | undefined = call;
    for (let level = 0; entry && level < MAX_LEVELS; level += 1) {
      const name = read(read(entry.span, 'spanData'), 'name');
      if (entry.type === 'agent') return typeof name === 'string' ? name : undefined;
      entry = typeof entry.parentId === 'string' ? entries.get(entry.parentId) : undefined;
    }
    return undefined;
  };

  const factsOf = (call: Entry): Facts => {
    if (call.facts) return call.facts;
    const data = read(call.span, 'spanData');
    return {
      agentName: agentOf(call),
      isFailed: read(call.span, 'error') != null,
      hasContent: read(data, '_input') !== undefined || read(data, 'input') !== undefined,
    };
  };

  return {
    get tick() {
      return tick;
    },
    start(span) {
      const spanId = read(span, 'spanId');
      const runId = read(span, 'traceId');
      if (typeof spanId !== 'string' || typeof runId !== 'string') return;
      const type = read(read(span, 'spanData'), 'type');
      tick += 1;
      const parentId = read(span, 'parentId');
      const entry: Entry = {
        span,
        type,
        runId,
        spanId,
        parentId,
        facts: undefined,
        startedAt: tick,
        endedAt: undefined,
      };
      entries.set(spanId, entry);
      if (!callTypes.has(type)) return;
      const calls = callsByRun.get(runId) ?? [];
      calls.push(entry);
      if (calls.length > CALLS_PER_RUN) calls.shift();
      callsByRun.set(runId, calls);
    },
    end(span) {
      const spanId = read(span, 'spanId');
      const entry = typeof spanId === 'string' ? entries.get(spanId) : undefined;
      if (!entry) return;
      tick += 1;
      entry.endedAt = tick;
      if (callTypes.has(entry.type)) entry.facts = factsOf(entry);
      entry.span = undefined;
      entries.delete(entry.spanId); // calls are still found by their run
    },
    next(runId, agentName, afterStart, sinceTick) {
      for (const entry of callsByRun.get(runId) ?? []) {
        if (entry.startedAt <= afterStart || (entry.endedAt !== undefined && entry.endedAt <= sinceTick)) continue;
        const facts = factsOf(entry);
        const isOthers = agentName !== undefined && facts.agentName !== undefined && facts.agentName !== agentName;
        if (facts.isFailed || isOthers) continue;
        const { spanId, startedAt, endedAt } = entry;
        return { runId, spanId, startedAt, endedAt, ...facts };
      }
      return undefined;
    },
  };
}
