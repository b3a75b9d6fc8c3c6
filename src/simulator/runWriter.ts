import type { Detail } from '../model/detail.ts';
import { type EventFields, type EventType, type MonitorEvent, SCHEMA_VERSION } from '../model/event.ts';
import type { RunId, SpanId } from '../model/ids.ts';
import type { LogLevel } from '../model/log.ts';
import type { SpanKind } from '../model/span.ts';
import type { Usage } from '../model/usage.ts';
import { addUsage, type UsageSum, usageOfSum } from './usageSum.ts';
import type { World } from './world.ts';

type SpanFields = EventFields<'span.start'>;

export interface SpanSpec extends Omit<SpanFields, 'startedAtMs' | 'endedAtMs' | 'status' | 'usage'> {
  readonly kind: SpanKind;
  readonly name: string;
  readonly parent?: OpenSpan | undefined;
  readonly spanId?: SpanId | undefined;
  readonly detail?: Detail | undefined;
  /** How far the clock of the process that runs it is off, ms. */
  readonly clockSkewMs?: number | undefined;
  /** How much later than it happened its start is sent, ms; `never` keeps it from being sent at all. */
  readonly arrivesAfterMs?: number | 'never' | undefined;
}

export interface OpenSpan {
  readonly spanId: SpanId;
  readonly spec: SpanSpec;
  readonly startedAtMs: number;
  /** Tokens of the calls below it, for turns and tasks. */
  readonly below: UsageSum;
}

/** How a span ended. Without a status it ended well, with an error type or code in error. */
export type Outcome = Omit<SpanFields, 'startedAtMs' | 'endedAtMs'> & { readonly detail?: Detail | undefined };

export interface RunSpec extends Omit<EventFields<'run.start'>, 'startedAtMs' | 'endedAtMs'> {
  readonly name: string;
  readonly runId?: RunId | undefined;
  readonly detail?: Detail | undefined;
}

/** Where a fact belongs, beside its run. */
interface Place {
  readonly span?: SpanId | undefined;
  readonly parent?: SpanId | undefined;
  readonly ref?: string | undefined;
  readonly detail?: Detail | undefined;
  readonly emitAtMs?: number | undefined;
  readonly isRelayMade?: boolean | undefined;
}

/** Writes one run down as an agent's process would report it. Times come from {@link nowMs}, which the script moves on. */
export interface RunWriter {
  readonly world: World;
  readonly runId: RunId;
  readonly startedAtMs: number;
  nowMs: number;
  wait(ms: number): void;
  /** Each branch starts now; afterwards the longest is over. */
  parallel(branches: readonly (() => void)[]): void;
  begin(spec: SpanSpec): OpenSpan;
  end(span: OpenSpan, outcome?: Outcome): void;
  /** A span that does nothing but last. */
  step(spec: SpanSpec, durationMs: number, outcome?: Outcome): OpenSpan;
  /** Any other fact of this run, now. */
  note<T extends EventType>(type: T, a: EventFields<T>, place?: Place): void;
  log(level: LogLevel, sourceName: string, message: string, span?: OpenSpan): void;
  /** Text of a running call for who has it open. */
  live(span: OpenSpan, offset: number, text: string): void;
  /** Counts tokens of a call in the turns and tasks above it. */
  countBelow(span: OpenSpan, usage: Usage): void;
  finish(detail?: Detail): void;
}

export function openRun(world: World, { runId = world.runId(), detail, ...fields }: RunSpec): RunWriter {
  const startedAtMs = world.startAtMs;
  let nowMs = startedAtMs;

  const note: RunWriter['note'] = (type, a, place = {}) => {
    const { emitAtMs = nowMs, isRelayMade, ...where } = place;
    const event = { id: world.eventId(emitAtMs), type, sv: SCHEMA_VERSION, ts: nowMs, run: runId, ...where, a };
    world.drafts.push({ emitAtMs, isRelayMade, event: withoutAbsent(event) as unknown as MonitorEvent });
  };
  /** A fact by the clock of a process that may be off. */
  const noteSpan = (type: 'span.start' | 'span.end', span: OpenSpan, a: SpanFields, detail?: Detail) => {
    const { parent, clockSkewMs = 0, arrivesAfterMs = 0 } = span.spec;
    if (arrivesAfterMs === 'never') return;
    const emitAtMs = nowMs + (type === 'span.start' ? arrivesAfterMs : Math.min(arrivesAfterMs, 40));
    const trueNowMs = nowMs;
    nowMs += clockSkewMs;
    note(type, a, { span: span.spanId, parent: parent?.spanId, detail, emitAtMs });
    nowMs = trueNowMs;
  };

  const run: RunWriter = {
    world,
    runId,
    startedAtMs,
    get nowMs() {
      return nowMs;
    },
    set nowMs(next) {
      nowMs = next;
    },
    wait(ms) {
      nowMs += Math.round(ms);
    },
    parallel(branches) {
      const fromMs = nowMs;
      let lastMs = nowMs;
      for (const branch of branches) {
        nowMs = fromMs;
        branch();
        lastMs = Math.max(lastMs, nowMs);
      }
      nowMs = lastMs;
    },
    begin(spec) {
      const { parent: _parent, spanId = world.spanId(), detail, clockSkewMs = 0, arrivesAfterMs: _late, ...a } = spec;
      const span: OpenSpan = { spanId, spec, startedAtMs: nowMs + clockSkewMs, below: { calls: 0 } };
      noteSpan('span.start', span, { ...withoutAbsent(a), startedAtMs: span.startedAtMs }, detail);
      return span;
    },
    end(span, { detail, ...fields } = {}) {
      const { kind, name, clockSkewMs = 0 } = span.spec;
      const isWrapper = kind === 'turn' || kind === 'task';
      const hasFailed = fields.errorType !== undefined || fields.errorCode !== undefined;
      const a = {
        kind,
        name,
        startedAtMs: span.startedAtMs,
        endedAtMs: nowMs + clockSkewMs,
        status: hasFailed ? ('error' as const) : ('ok' as const),
        usage: isWrapper ? usageOfSum(span.below) : undefined,
        ...withoutAbsent(fields),
      };
      noteSpan('span.end', span, withoutAbsent(a), detail);
    },
    step(spec, durationMs, outcome) {
      const span = run.begin(spec);
      run.wait(durationMs);
      run.end(span, outcome);
      return span;
    },
    note,
    log(level, sourceName, message, span) {
      note('log', { level, sourceName }, { span: span?.spanId, detail: { message } });
    },
    live(span, offset, text) {
      world.drafts.push({ emitAtMs: nowMs, live: { t: 'live', run: runId, span: span.spanId, offset, text } });
    },
    countBelow(span, usage) {
      for (let above = span.spec.parent; above; above = above.spec.parent) addUsage(above.below, usage);
    },
    finish(detail) {
      note('run.end', { endedAtMs: nowMs }, { detail });
    },
  };
  note('run.start', { source: 'openai-agents-js', ...withoutAbsent(fields), startedAtMs }, { detail });
  return run;
}

/** Absent fields are left out: a fact that is sent says nothing about them. */
function withoutAbsent<T extends object>(fields: T): T {
  const present: Partial<T> = {};
  for (const name in fields) if (fields[name] !== undefined) present[name] = fields[name];
  return present as T;
}
