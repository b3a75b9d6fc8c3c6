import type { EventFields, MonitorEvent } from '../../model/event.ts';
import { SCHEMA_VERSION } from '../../model/event.ts';
import type { RunId, SpanId } from '../../model/ids.ts';
import type { SpanKind } from '../../model/span.ts';
import { eventIdOf } from '../eventId.ts';
import { defined } from '../looseRecord.ts';
import type { RunHints, SpanReading } from './readSpan.ts';

/** Where spans came from: the scope's source and the resource's attributes. */
export interface Origin {
  readonly source: string;
  readonly resource: Readonly<Record<string, unknown>> | undefined;
  /** Our own export wrote it, with what was declared of its run: nothing is to be gathered. */
  readonly isOwn: boolean;
  /** Latest sign of life, where our own export said it. */
  readonly heardAtMs: number | undefined;
}

interface RunFacts {
  readonly origin: Origin;
  source: string;
  startedAtMs: number;
  hints: RunHints | undefined;
  root: SpanReading | undefined;
  readonly first: number;
}

/** Kinds that can stand for the whole when the top span is missing: a model call or a tool says nothing of its run. */
const topKinds: ReadonlySet<SpanKind | undefined> = new Set(['task', 'agent', 'custom']);

const plainSource = 'otlp';

/** Gathers what the spans of each trace say of their run. OTLP has no record of a trace. */
export class RunBook {
  private readonly runs = new Map<RunId, RunFacts>();
  private lastId: RunId | undefined;
  private last: RunFacts | undefined;

  /** @param index - of the span among all events of this reading */
  add(span: SpanReading, origin: Origin, index: number, timeMs: number): void {
    let facts = span.run === this.lastId ? this.last : this.runs.get(span.run);
    if (!facts) {
      facts = { origin, source: origin.source, startedAtMs: timeMs, hints: undefined, root: undefined, first: index };
      this.runs.set(span.run, facts);
    }
    this.lastId = span.run;
    this.last = facts;
    if (facts.source === plainSource) facts.source = origin.source;
    const startMs = span.a.startedAtMs ?? timeMs;
    if (startMs < facts.startedAtMs) facts.startedAtMs = startMs;
    const isTop = span.parent === undefined;
    if (isTop && isLater(span, facts.root)) facts.root = span;
    if (span.hints) facts.hints = isTop ? mergeHints(span.hints, facts.hints) : mergeHints(facts.hints, span.hints);
  }

  /** What is declared of each run: a start, and an end with the name once the top span has ended. */
  *events(spans: readonly MonitorEvent[], hash: ((text: string) => string) | undefined): Iterable<MonitorEvent> {
    for (const [run, facts] of this.runs) {
      const { hints, root, origin, source } = facts;
      const name = hints?.name ?? root?.a.name;
      const isOver = root?.isEnded === true;
      const top = root ? undefined : latestTop(run, spans, facts.first);
      const a = defined<EventFields<'run.start'>>({
        name: isOver && hints?.name === undefined ? undefined : (name ?? top?.name),
        source,
        userId: hints?.userId,
        sessionId: hints?.sessionId,
        groupId: hints?.groupId,
        tags: hints?.tags as string[] | undefined,
      });
      const detail = origin.resource && { metadata: { resource: origin.resource } };
      const ts = root || !top ? facts.startedAtMs : top.endedAtMs;
      yield declared('run.start', run, ts, a, detail, hash);
      if (isOver && name !== undefined) {
        yield declared('run.end', run, root.a.endedAtMs ?? ts, { name }, undefined, hash);
      }
    }
  }
}

const isLater = (span: SpanReading, known: SpanReading | undefined): boolean =>
  known === undefined || (span.a.endedAtMs ?? Infinity) > (known.a.endedAtMs ?? Infinity);

function mergeHints(strong: RunHints | undefined, weak: RunHints | undefined): RunHints | undefined {
  if (!strong || !weak) return strong ?? weak;
  return {
    userId: strong.userId ?? weak.userId,
    sessionId: strong.sessionId ?? weak.sessionId,
    groupId: strong.groupId ?? weak.groupId,
    tags: strong.tags ?? weak.tags,
    name: strong.name ?? weak.name,
  };
}

function declared(
  type: 'run.start' | 'run.end',
  run: RunId,
  ts: number,
  a: EventFields<'run.start'>,
  detail: MonitorEvent['detail'],
  hash: ((text: string) => string) | undefined,
): MonitorEvent {
  const id = eventIdOf([type, run, ts], [a, detail], hash);
  return { id, type, sv: SCHEMA_VERSION, ts, run, a, ...(detail && { detail }) };
}

/**
 * Of the spans whose parent did not come along, the one that ended last: exporters send children first, so it is the nearest to
 * the top. Its end is the time of what it says, so that the top of a later batch takes over.
 */
function latestTop(
  run: RunId,
  events: readonly MonitorEvent[],
  first: number,
): { readonly name: string; readonly endedAtMs: number } | undefined {
  const known = new Set<SpanId | undefined>();
  for (let index = first; index < events.length; index += 1) {
    const event = events[index];
    if (event?.run === run) known.add(event.span);
  }
  let best: { name: string; endedAtMs: number } | undefined;
  for (let index = first; index < events.length; index += 1) {
    const event = events[index];
    if (event?.run !== run || event.type !== 'span.end' || known.has(event.parent)) continue;
    const { kind, name, endedAtMs = event.ts } = event.a;
    if (name === undefined || !topKinds.has(kind)) continue;
    if (!best || endedAtMs > best.endedAtMs) best = { name, endedAtMs };
  }
  return best;
}
