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
  /** While no top span came: who may be nearest to the top. */
  tops: TopSearch | undefined;
}

interface TopSearch {
  readonly known: Set<SpanId | undefined>;
  candidates: Top[];
}

interface Top {
  readonly name: string;
  readonly parent: SpanId | undefined;
  readonly endedAtMs: number;
}

/** Kinds that can stand for the whole when the top span is missing: a model call or a tool says nothing of its run. */
const topKinds: ReadonlySet<SpanKind | undefined> = new Set(['task', 'agent', 'custom']);

const plainSource = 'otlp';

/** Gathers what the spans of each trace say of their run. OTLP has no record of a trace. */
export class RunBook {
  private readonly runs = new Map<RunId, RunFacts>();
  private lastId: RunId | undefined;
  private last: RunFacts | undefined;
  /** Runs whose top span did not come. */
  private openRuns = 0;

  add(span: SpanReading, origin: Origin, timeMs: number): void {
    let facts = span.run === this.lastId ? this.last : this.runs.get(span.run);
    if (!facts) {
      facts = {
        origin,
        source: origin.source,
        startedAtMs: timeMs,
        hints: undefined,
        root: undefined,
        tops: undefined,
      };
      this.runs.set(span.run, facts);
      this.openRuns += 1;
    }
    this.lastId = span.run;
    this.last = facts;
    if (facts.source === plainSource) facts.source = origin.source;
    const startMs = span.a.startedAtMs ?? timeMs;
    if (startMs < facts.startedAtMs) facts.startedAtMs = startMs;
    const isTop = span.parent === undefined;
    if (isTop && isLater(span, facts.root)) {
      if (!facts.root) this.openRuns -= 1;
      facts.root = span;
      facts.tops = undefined;
    }
    if (span.hints) facts.hints = isTop ? mergeHints(span.hints, facts.hints) : mergeHints(facts.hints, span.hints);
  }

  /** Looks for the spans nearest to the top, for runs whose top does not come. @param events - all that were read, in parts or not */
  look(events: readonly MonitorEvent[]): void {
    if (this.openRuns === 0) return;
    let run: RunId | undefined;
    let facts: RunFacts | undefined;
    for (const event of events) {
      if (event.span === undefined || event.run === undefined || !isSpanFact(event.type)) continue;
      if (event.run !== run) facts = this.runs.get(event.run);
      ({ run } = event);
      if (!facts || facts.root) continue;
      facts.tops ??= { known: new Set(), candidates: [] };
      facts.tops.known.add(event.span);
      if (event.type !== 'span.end') continue;
      const { kind, name, endedAtMs = event.ts } = event.a;
      if (name === undefined || !topKinds.has(kind) || facts.tops.known.has(event.parent)) continue;
      facts.tops.candidates.push({ name, parent: event.parent, endedAtMs });
    }
  }

  /** What is declared of each run: a start, and an end with the name once the top span has ended. */
  *events(hash: ((text: string) => string) | undefined): Iterable<MonitorEvent> {
    for (const [run, facts] of this.runs) {
      const { hints, root, origin, source } = facts;
      const name = hints?.name ?? root?.a.name;
      const isOver = root?.isEnded === true;
      const top = facts.tops && latestTop(facts.tops);
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
  const id = eventIdOf(ts, [type, run, ts], [a, detail], hash);
  return { id, type, sv: SCHEMA_VERSION, ts, run, a, ...(detail && { detail }) };
}

const isSpanFact = (type: MonitorEvent['type']): boolean =>
  type === 'span.end' || type === 'span.start' || type === 'span.update';

/**
 * Of the spans whose parent did not come along, the one that ended last: exporters send children first, so it is the nearest to
 * the top. Its end is the time of what it says, so that the top of a later batch takes over.
 */
function latestTop({ known, candidates }: TopSearch): Top | undefined {
  let best: Top | undefined;
  for (const top of candidates) {
    if (!known.has(top.parent) && (!best || top.endedAtMs > best.endedAtMs)) best = top;
  }
  return best;
}
