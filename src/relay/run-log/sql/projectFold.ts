import { createFold } from '../../../fold/createFold.ts';
import type { Fold } from '../../../fold/types.ts';
import type { MonitorEvent } from '../../../model/event.ts';
import { type RunId, type SpanKey, spanKeyOf } from '../../../model/ids.ts';
import type { Span } from '../../../model/span.ts';
import { isOfAlert } from '../../history/runEntities.ts';
import { createTurns } from '../../turns.ts';
import { findRunsToLetGo, type RunBounds } from '../retainRuns.ts';
import { createRunWeights } from '../runWeights.ts';
import { sizeOfEvent } from '../sizeOfEvent.ts';
import type { ReadModel } from './readModel.ts';

/** What a fold reads of its log. */
export interface ProjectLogReader {
  /** Events in `(from, to]`, a page of them, oldest first. */
  read(from: number, to: number): Promise<readonly MonitorEvent[]>;
  /** Which of the runs have events up to `to`. */
  knownRuns(runIds: readonly RunId[], to: number): Promise<readonly RunId[]>;
  /** All events of a run up to `to`, in pages. */
  eventsOf(runId: RunId, to: number): AsyncIterable<readonly MonitorEvent[]>;
}

/** What a fold begins with: running runs, then the latest, as far as there is room; and from where it goes on. */
export interface WarmStart {
  readonly from: number;
  readonly facts: AsyncIterable<readonly MonitorEvent[]>;
}

export interface ProjectFoldOptions {
  readonly reader: ProjectLogReader;
  readonly warmStart: () => Promise<WarmStart>;
  readonly bounds: RunBounds;
  readonly logLines: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly model: Pick<ReadModel, 'note' | 'noteStart' | 'noteLine' | 'mark' | 'letGo' | 'drop' | 'alertFacts'>;
}

/**
 * The merged facts of a project: a cache that follows the log in the order of its numbers, whoever appended. Runs that are not
 * held are read again from the log when something of them comes.
 */
export interface ProjectFold {
  /** Every event up to here is in it. */
  readonly at: number;
  readonly fold: Fold;
  /** Newest lines, oldest first. */
  readonly lines: readonly MonitorEvent[];
  /** Follows the log up to `to`. */
  catchUp(to: number): Promise<void>;
  /**
   * Takes `(from, from + events.length]`, after what came before it.
   * @param repeats - events of the same batch that the log had already
   * @returns the spans that they touched, repeats as well
   */
  take(from: number, events: readonly MonitorEvent[], repeats?: readonly MonitorEvent[]): Promise<readonly Span[]>;
  /**
   * Lets go of a run that leaves the log. What came of it meanwhile makes it anew, as it would after a restart.
   * @param since - what is later came meanwhile
   * @param removeRows - takes its rows away
   */
  removeRun(runId: RunId, since: number, removeRows: () => Promise<void>): Promise<void>;
}

const SWEEP_EVERY_MS = 60_000;
/** Events that are derived together at first: what hostile ones cost comes out at their settling. */
const EVENTS_A_SETTLE = 8;
/** While settling is quick, twice as many are derived together the next time, up to this many. */
const MAX_EVENTS_A_SETTLE = 128;
/** Above this, ms, it is not quick, and the next ones are few again. */
const QUICK_MS = 0.5;
const UNSETTLED_EVENTS = 2000;
/** Producers and alerts that are held, each. */
const MAX_COMMON = 1000;

/** Begins from the log. */
export async function openProjectFold(options: ProjectFoldOptions): Promise<ProjectFold> {
  const { reader, bounds, model, now } = options;
  const fold = createFold();
  const weights = createRunWeights();
  const lines: MonitorEvent[] = [];
  let at = 0;
  let sweptAtMs = now();
  let queue: Promise<unknown> = Promise.resolve();

  const put = (event: MonitorEvent) => {
    if (event.type === 'log') return;
    model.mark(event);
    weights.add(event, sizeOfEvent(event));
    fold.apply(event);
  };

  /** @param spans - of an append of our own: who appends writes the read models */
  const settle = (spans?: Map<SpanKey, Span>) => {
    const touched = fold.settle();
    if (!spans) return;
    for (const span of touched.spans) spans.set(span.key, span);
    const runIds = touched.runs.map(({ runId }) => runId);
    model.note(fold, runIds, touched.areProducersTouched || touched.areAlertsTouched, at);
  };

  const putAll = async (events: Iterable<MonitorEvent>, each: (event: MonitorEvent) => void, settled: () => void) => {
    const turns = createTurns();
    let together = EVENTS_A_SETTLE;
    let count = 0;
    for (const event of events) {
      each(event);
      count += 1;
      if (count < together) continue;
      const startedMs = performance.now();
      settled();
      const isQuick = performance.now() - startedMs < QUICK_MS;
      together = isQuick ? Math.min(together * 2, MAX_EVENTS_A_SETTLE) : EVENTS_A_SETTLE;
      count = 0;
      const othersGo = turns.giveWay();
      if (othersGo) await othersGo;
    }
    if (count > 0) settled();
  };

  /** Runs that were let go, or never held here, and have more than what comes now. */
  const bringBack = async (events: readonly MonitorEvent[]) => {
    const missing = new Set<RunId>();
    for (const { run, type } of events) {
      if (run !== undefined && type !== 'log' && !fold.reader.getRun(run)) missing.add(run);
    }
    if (missing.size === 0 || at === 0) return;
    for (const runId of await reader.knownRuns([...missing], at)) {
      for await (const page of reader.eventsOf(runId, at)) await putAll(page, put, () => fold.settle());
    }
  };

  /** Alerts that were let go, or are older than what is held: what comes now is merged into them. */
  const bringBackAlerts = async (events: readonly MonitorEvent[]) => {
    const missing = new Set<string>();
    for (const event of events) {
      if (isOfAlert(event) && event.ref !== undefined && !fold.reader.alerts.has(event.ref)) missing.add(event.ref);
    }
    if (missing.size === 0 || at === 0) return;
    await putAll(await model.alertFacts([...missing]), put, () => fold.settle());
  };

  const takeNow = async (events: readonly MonitorEvent[], spans?: Map<SpanKey, Span>) => {
    await bringBack(events);
    await bringBackAlerts(events);
    const take = (event: MonitorEvent) => {
      put(event);
      at = event.seq ?? at;
      if (event.type !== 'log') return;
      if (spans) model.noteLine(event);
      if (lines.push(event) > options.logLines * 2) lines.splice(0, options.logLines);
    };
    await putAll(events, take, () => settle(spans));
    letGo();
  };

  const catchUpNow = async (to: number) => {
    while (at < to) {
      const page = await reader.read(at, to);
      if (page.length === 0) break; // what is missing was let go of
      await takeNow(page);
    }
    at = Math.max(at, to);
  };

  const letGo = () => {
    const nowMs = now();
    fold.trimCommon(MAX_COMMON, MAX_COMMON);
    const { runIds, spanCount } = fold.reader;
    const isOver = runIds.length > bounds.runs || spanCount + weights.total > bounds.spans;
    if (!isOver && nowMs - sweptAtMs < SWEEP_EVERY_MS) return;
    sweptAtMs = nowMs;
    for (const runId of findRunsToLetGo(fold.reader, weights, bounds, nowMs)) {
      model.letGo(fold, runId);
      fold.removeRun(runId);
      weights.removeRun(runId);
    }
    settle();
  };

  /**
   * Spans whose touching nobody was told of: those of the newest events, since who wrote them may have ended before it said what
   * they cost, and those of an append that the fold could not follow.
   */
  const untold = new Set<SpanKey>();
  const { facts, from } = await options.warmStart();
  for await (const page of facts) {
    await putAll(page, put, () => fold.settle());
    for (const event of page) {
      if (event.type === 'log') lines.push(event);
      const isNew = (event.seq ?? 0) > from - UNSETTLED_EVENTS;
      if (isNew && event.run && event.span) untold.add(spanKeyOf(event.run, event.span));
    }
  }
  at = from;
  if (from > 0) model.noteStart(fold, at);

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };

  const drop = async (runId: RunId) => {
    await model.drop(runId);
    fold.removeRun(runId);
    weights.removeRun(runId);
    fold.settle();
  };

  return {
    get at() {
      return at;
    },
    fold,
    get lines() {
      return lines.slice(-options.logLines);
    },
    catchUp: (to) => (to <= at ? Promise.resolve() : inTurn(() => catchUpNow(to))),
    removeRun: (runId, since, removeRows) =>
      inTurn(async () => {
        await drop(runId);
        await removeRows();
        const isBack = async () => {
          for await (const page of reader.eventsOf(runId, at)) if ((page.at(-1)?.seq ?? 0) > since) return true;
          return false;
        };
        if (!(await isBack())) return;
        for await (const page of reader.eventsOf(runId, at)) await putAll(page, put, () => fold.settle());
        if (fold.reader.getRun(runId)) model.note(fold, [runId], false, at);
      }),
    take: (start, events, repeats = []) =>
      inTurn(async () => {
        const atFirst = at;
        try {
          await catchUpNow(start);
          const spans = new Map<SpanKey, Span>();
          const tell = (key: SpanKey) => {
            const span = fold.reader.getSpan(key);
            if (span) spans.set(key, span);
          };
          for (const key of untold) tell(key);
          // sent again since nobody acknowledged it: who stored it may have ended before it said what it costs
          for (const { run, span } of repeats) if (run && span) tell(spanKeyOf(run, span));
          // some of it may be known already, from following the log
          for (const { seq = 0, run, span } of events) if (seq <= at && run && span) tell(spanKeyOf(run, span));
          await takeNow(start < at ? events.filter(({ seq = 0 }) => seq > at) : events, spans);
          untold.clear();
          return [...spans.values()];
        } catch (cause) {
          for (const { seq = 0, run, span } of events)
            if (seq > atFirst && run && span) untold.add(spanKeyOf(run, span));
          throw cause;
        }
      }),
  };
}
