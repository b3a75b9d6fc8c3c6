import { CompiledQuery } from 'kysely';
import { createFold } from '../../../fold/createFold.ts';
import type { Fold } from '../../../fold/types.ts';
import type { EventOf, MonitorEvent } from '../../../model/event.ts';
import type { RunId } from '../../../model/ids.ts';
import { crashPoint } from '../../crashPoint.ts';
import { createTurns } from '../../turns.ts';
import type { LogStore } from './LogStore.ts';
import type { LogLineTable, MeasureTable } from './LogTables.ts';
import { isHeldInRun, lineRowOf, type RunMark, type RunRows, rowsOfRun } from './modelRows.ts';
import type { ProjectLogReader } from './projectFold.ts';
import { putRows } from './putRows.ts';

export interface ReadModelOptions {
  readonly store: LogStore;
  readonly pid: number;
  readonly reader: ProjectLogReader;
  readonly onFault: (cause: unknown) => void;
}

/** Keeps the tables that history is asked of up with the fold: a moment behind the log, and caught up at the start. */
export interface ReadModel {
  /** Changes that are not written yet. */
  note(fold: Fold, touchedRunIds: readonly RunId[], isCommonTouched: boolean, at: number): void;
  noteLine(line: EventOf<'log'>): void;
  /** When a run was first and last heard of. Hears every event that goes into the fold. */
  mark(event: MonitorEvent): void;
  /** The fold lets the run go: what is to be written of it is taken now. */
  letGo(fold: Fold, runId: RunId): void;
  /** Writes what is noted. @param all - also what is large and was written a moment ago */
  flush(all: boolean): Promise<void>;
  /** Makes the rows of everything that the tables do not have yet. @returns how many events that was */
  catchUp(head: number): Promise<number>;
  /** Facts that belong to no run, and how far they go. */
  readCommon(): Promise<{ readonly at: number; readonly facts: readonly MonitorEvent[] }>;
  close(): Promise<void>;
}

const FLUSH_MS = 250;
const COMMON_EVERY_MS = 5000;
/** A run of many spans is written the less often: what is looked at is all of it. */
const MS_A_SPAN = 0.05;
/** Events that are looked at again at each start where several relays write. */
const SHARED_TAIL = 2000;
/** Built once: compiling them for each run takes longer than running them. */
const removeTexts = {
  sqlite: {
    run_facet: 'DELETE FROM run_facet WHERE pid = ? AND run = ?',
    measure: 'DELETE FROM measure WHERE pid = ? AND run = ?',
  },
  postgres: {
    run_facet: 'DELETE FROM run_facet WHERE pid = $1 AND run = $2',
    measure: 'DELETE FROM measure WHERE pid = $1 AND run = $2',
  },
} as const;
/** Rows of one transaction. */
const WRITE_ROWS = 1000;

export function createReadModel({ store, pid, reader, onFault }: ReadModelOptions): ReadModel {
  const dirty = new Map<RunId, Fold>();
  const ready: RunRows[] = [];
  const marks = new Map<RunId, RunMark>();
  /** What was written of each run that the fold holds: only what differs is written again. */
  const written = new Map<RunId, { readonly facets: string; readonly measures: Map<string, string>; atMs: number }>();
  let lines: LogLineTable[] = [];
  let at = 0;
  let common: Fold | undefined;
  let commonAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let queue: Promise<void> = Promise.resolve();
  let isClosed = false;

  const ask = () => {
    if (timer || isClosed) return;
    timer = setTimeout(() => {
      timer = undefined;
      flush(false).catch(onFault);
    }, FLUSH_MS);
    timer.unref();
  };

  const markOf = (runId: RunId): RunMark => marks.get(runId) ?? { firstSeq: 0, firstAtMs: 0, lastRts: 0 };

  const statementsOf = ({ run, facets, measures }: RunRows): readonly CompiledQuery[] => {
    const runId = run.run as RunId;
    const before = written.get(runId);
    const facetText = JSON.stringify(facets.map(({ kind, name }) => [kind, name]));
    const texts = new Map<string, string>();
    const changed: MeasureTable[] = [];
    for (const measure of measures) {
      const key = `${measure.kind} ${measure.span}`;
      const { at: _at, ...rest } = measure;
      const text = JSON.stringify(Object.values(rest));
      texts.set(key, text);
      if (before?.measures.get(key) !== text) changed.push(measure);
    }
    const isFirst = !before;
    const hasFewer = [...(before?.measures.keys() ?? [])].some((key) => !texts.has(key));
    written.set(runId, { facets: facetText, measures: texts, atMs: performance.now() });
    const remove = (table: 'run_facet' | 'measure') => CompiledQuery.raw(removeTexts[store.kind][table], [pid, runId]);
    return [
      ...putRows(store.kind, 'run', [run]),
      ...(before?.facets === facetText ? [] : [remove('run_facet'), ...putRows(store.kind, 'run_facet', facets)]),
      ...(hasFewer || isFirst ? [remove('measure')] : []),
      ...putRows(store.kind, 'measure', hasFewer ? measures : changed),
    ];
  };

  const writeAll = async (statements: readonly CompiledQuery[]) => {
    crashPoint('read-model');
    for (let index = 0; index < statements.length; index += WRITE_ROWS) {
      await store.write(statements.slice(index, index + WRITE_ROWS));
    }
  };

  const flushNow = async (all: boolean) => {
    const nowMs = performance.now();
    const turns = createTurns();
    const position = at;
    const own = lines;
    lines = [];
    const statements: CompiledQuery[] = [...putRows(store.kind, 'log_line', own)];
    const runs: RunId[] = [];
    const noted = [...dirty.entries()];
    try {
      for (const [runId, fold] of noted) {
        const spans = fold.reader.getRun(runId)?.spanCount ?? 0;
        if (!all && nowMs - (written.get(runId)?.atMs ?? -1e9) < spans * MS_A_SPAN) continue;
        dirty.delete(runId);
        runs.push(runId);
        const rows = rowsOfRun(fold, runId, markOf(runId), pid, position);
        if (rows) statements.push(...statementsOf(rows));
        const othersGo = turns.giveWay();
        if (othersGo) await othersGo;
      }
      for (const rows of ready.splice(0)) {
        statements.push(...statementsOf(rows));
        forget(rows.run.run as RunId);
      }
      if (common && (all || nowMs - commonAtMs > COMMON_EVERY_MS)) {
        commonAtMs = nowMs;
        const facts = JSON.stringify(common.commonFacts());
        common = undefined;
        statements.push(
          store.db.updateTable('model').set({ common: facts, common_at: position }).where('pid', '=', pid).compile(),
        );
      }
      if (statements.length > 0 && dirty.size === 0) statements.push(moveTo(position));
      await writeAll(statements);
    } catch (cause) {
      for (const runId of runs) written.delete(runId); // nothing is known of what is in the tables
      lines = [...own, ...lines];
      pendingCatchUp = true;
      throw cause;
    } finally {
      if (dirty.size > 0 || common) ask();
    }
  };
  /** A write failed: rows are made from the log again. */
  let pendingCatchUp = false;

  const moveTo = (position: number): CompiledQuery =>
    store.db.updateTable('model').set({ at: position }).where('pid', '=', pid).where('at', '<', position).compile();

  const flush = (all: boolean): Promise<void> => {
    const done = queue.then(async () => {
      if (pendingCatchUp) {
        pendingCatchUp = false;
        await catchUpNow(at);
      }
      await flushNow(all);
    });
    queue = done.catch(() => {});
    return done;
  };

  const forget = (runId: RunId) => {
    written.delete(runId);
    marks.delete(runId);
  };

  const readState = async () => {
    const state = await store.db.selectFrom('model').selectAll().where('pid', '=', pid).executeTakeFirst();
    if (state) return state;
    await store.write(putRows(store.kind, 'model', [{ pid, at: 0, common_at: 0, common: '[]' }]));
    return { pid, at: 0, common_at: 0, common: '[]' };
  };

  const catchUpNow = async (head: number): Promise<number> => {
    const state = await readState();
    // another relay may have moved it while we had something that was not written
    const from = Math.max(0, Math.min(state.at, store.isShared ? head - SHARED_TAIL : head));
    const fold = createFold();
    let position = from;
    while (position < head) {
      const page = await reader.read(position, head);
      const last = page.at(-1)?.seq;
      if (last === undefined) break;
      const runIds = new Set<RunId>();
      for (const event of page) if (event.run !== undefined && isHeldInRun(event)) runIds.add(event.run);
      const statements: CompiledQuery[] = [
        ...putRows(
          store.kind,
          'log_line',
          page.filter((event) => event.type === 'log').map((event) => lineRowOf(event, pid)),
        ),
      ];
      for (const runId of runIds) {
        if (dirty.has(runId)) continue;
        const mark = await foldRun(fold, runId, last);
        const rows = mark && rowsOfRun(fold, runId, mark, pid, last);
        if (rows) statements.push(...statementsOf(rows));
        written.delete(runId);
        fold.removeRun(runId);
      }
      await writeAll([...statements, moveTo(last)]);
      position = last;
    }
    return head - from;
  };

  const foldRun = async (fold: Fold, runId: RunId, to: number): Promise<RunMark | undefined> => {
    let mark: RunMark | undefined;
    for await (const page of reader.eventsOf(runId, to)) {
      for (const event of page) {
        if (event.type === 'log') continue;
        fold.apply(event);
        mark = markAfter(mark, event);
      }
      fold.settle();
    }
    return mark;
  };

  return {
    note(fold, touchedRunIds, isCommonTouched, position) {
      at = position;
      for (const runId of touchedRunIds) dirty.set(runId, fold);
      if (isCommonTouched) common = fold;
      if (dirty.size > 0 || common) ask();
    },
    noteLine(line) {
      lines.push(lineRowOf(line, pid));
      ask();
    },
    mark(event) {
      if (event.run !== undefined && isHeldInRun(event)) {
        marks.set(event.run, markAfter(marks.get(event.run), event));
      }
    },
    letGo(fold, runId) {
      const rows = dirty.has(runId) ? rowsOfRun(fold, runId, markOf(runId), pid, at) : undefined;
      dirty.delete(runId);
      if (rows) ready.push(rows);
      else forget(runId);
    },
    flush,
    catchUp: (head) => {
      const done = queue.then(() => catchUpNow(head));
      queue = done.then(
        () => undefined,
        () => undefined,
      );
      return done;
    },
    async readCommon() {
      const { common_at, common: facts } = await readState();
      return { at: common_at, facts: JSON.parse(facts) as MonitorEvent[] };
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await flush(true).catch(onFault);
    },
  };
}

const markAfter = (before: RunMark | undefined, { seq = 0, ts, rts = 0 }: MonitorEvent): RunMark =>
  before
    ? {
        firstSeq: Math.min(before.firstSeq, seq),
        firstAtMs: seq < before.firstSeq ? ts : before.firstAtMs,
        lastRts: Math.max(before.lastRts, rts),
      }
    : { firstSeq: seq, firstAtMs: ts, lastRts: rts };
