import type { CompiledQuery } from 'kysely';
import { createFold } from '../../../fold/createFold.ts';
import type { Fold } from '../../../fold/types.ts';
import type { EventOf, MonitorEvent } from '../../../model/event.ts';
import type { RunId } from '../../../model/ids.ts';
import { createTurns, type Turns } from '../../turns.ts';
import { createAlertRows } from './alertRows.ts';
import type { LogStore } from './LogStore.ts';
import type { LogLineTable } from './LogTables.ts';
import { createModelBatch } from './modelBatch.ts';
import { isHeldInRun, lineRowOf, markAfter, type RunMark } from './modelRows.ts';
import type { ProjectLogReader } from './projectFold.ts';
import { putRows } from './putRows.ts';
import { createWrittenRuns, type RunRows } from './writtenRuns.ts';

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
  /** The fold began with what the log had: what belongs to no run is to be written before its events go. Alerts have their rows. */
  noteStart(fold: Fold, at: number): void;
  /** When a run was first and last heard of. Hears every event that goes into the fold. */
  mark(event: MonitorEvent): void;
  /** The fold lets the run go: what is to be written of it is taken now. */
  letGo(fold: Fold, runId: RunId): void;
  /** The run's rows are taken away: nothing that was noted of it is written any more, from when this settles. */
  drop(runId: RunId): Promise<void>;
  /** Writes what is noted. @param all - also what is large and was written a moment ago */
  flush(all: boolean): Promise<void>;
  /** Makes the rows of everything that the tables do not have yet. @returns how many events that was */
  catchUp(head: number): Promise<number>;
  /** Facts that belong to no run, and how far they go. */
  readCommon(): Promise<{ readonly at: number; readonly facts: readonly MonitorEvent[] }>;
  /** Facts of alerts that the fold no longer holds. */
  alertFacts(alertIds: readonly string[]): Promise<readonly MonitorEvent[]>;
  close(): Promise<void>;
}

const FLUSH_MS = 250;
const COMMON_EVERY_MS = 5000;
/** A run of many spans is written the less often: what is looked at is all of it. */
const MS_A_SPAN = 0.05;
/** Events that are looked at again at each start where several relays write. */
export const SHARED_TAIL = 2000;
export function createReadModel({ store, pid, reader, onFault }: ReadModelOptions): ReadModel {
  const dirty = new Map<RunId, Fold>();
  const ready = new Map<RunId, RunRows>();
  const marks = new Map<RunId, RunMark>();
  const written = createWrittenRuns(pid);
  const alerts = createAlertRows({ store, pid });
  let lines: LogLineTable[] = [];
  let at = 0;
  let common: Fold | undefined;
  let commonAtMs = 0;
  /** Everything up to here is written, by what was noted. */
  let movedTo = 0;
  let timer: NodeJS.Timeout | undefined;
  let queue: Promise<void> = Promise.resolve();
  let isClosed = false;
  /** A write failed: rows are made from the log again. */
  let pendingCatchUp = false;

  const ask = () => {
    if (timer || isClosed) return;
    timer = setTimeout(() => {
      timer = undefined;
      flush(false).catch(onFault);
    }, FLUSH_MS);
    timer.unref();
  };

  const markOf = (runId: RunId): RunMark => marks.get(runId) ?? { firstSeq: 0, firstAtMs: 0, lastRts: 0 };

  /** Whose rows are being made, while the fold goes on. */
  let making: RunId | undefined;

  /** @returns `undefined` as well when the fold let the run go meanwhile: all that is to be written of it stands ready */
  const makeRows = async (fold: Fold, runId: RunId, position: number, turns: Turns): Promise<RunRows | undefined> => {
    // what came meanwhile is in them in part: they say that they go further than the tables do, and are written anew
    const atOf = () => (dirty.has(runId) ? position + 1 : position);
    const steps = written.makeRows(fold, runId, markOf(runId), atOf);
    making = runId;
    for (;;) {
      const { done, value } = steps.next();
      if (done) making = undefined;
      if (done) return value;
      const othersGo = turns.giveWay();
      if (othersGo) await othersGo;
      if (making !== runId) return undefined;
    }
  };

  const flushNow = async (all: boolean) => {
    const nowMs = performance.now();
    const turns = createTurns();
    const position = at;
    const own = lines;
    lines = [];
    const batch = createModelBatch(store, pid);
    const runs: RunId[] = [];
    const noted = [...dirty]; // what is noted meanwhile is for the next time
    let isBehind = false;
    try {
      await batch.addLines(own);
      for (const [runId, fold] of noted) {
        const spans = fold.reader.getRun(runId)?.spanCount ?? 0;
        if (!all && nowMs - (written.madeAtMs(runId) ?? -1e9) < spans * MS_A_SPAN) {
          isBehind = true;
          continue;
        }
        dirty.delete(runId);
        runs.push(runId);
        const rows = await makeRows(fold, runId, position, turns);
        if (rows) ready.delete(runId); // it was let go and came back: these are all of its rows
        if (rows) await batch.addRun(rows);
        const othersGo = turns.giveWay();
        if (othersGo) await othersGo;
      }
      const letGo = [...ready.values()];
      ready.clear();
      for (const rows of letGo) await batch.addRun(rows);
      await batch.end([
        ...alerts.take(),
        ...(common && (all || nowMs - commonAtMs > COMMON_EVERY_MS) ? [commonAt(common, position)] : []),
        ...(isBehind || position === movedTo ? [] : [moveTo(position)]),
      ]);
      if (!isBehind) movedTo = position;
    } catch (cause) {
      for (const runId of runs) written.forget(runId); // nothing is known of what is in the tables
      alerts.forget();
      lines = [...own, ...lines];
      pendingCatchUp = true;
      throw cause;
    } finally {
      if (dirty.size > 0 || common) ask();
    }
  };

  const commonAt = (fold: Fold, position: number): CompiledQuery => {
    commonAtMs = performance.now();
    common = undefined;
    const set = { common: JSON.stringify(fold.commonFacts()), common_at: position };
    return store.db.updateTable('model').set(set).where('pid', '=', pid).compile();
  };

  const moveTo = (position: number): CompiledQuery =>
    store.db.updateTable('model').set({ at: position }).where('pid', '=', pid).where('at', '<', position).compile();

  const flush = (all: boolean): Promise<void> => {
    const done = queue.then(async () => {
      if (pendingCatchUp) await catchUpOrAgain(at);
      await flushNow(all);
    });
    queue = done.catch(() => {});
    return done;
  };

  const forget = (runId: RunId) => {
    written.forget(runId);
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
    const held = await alerts.rowsOfHeld(JSON.parse(state.common) as MonitorEvent[], from);
    if (held.length > 0) await store.write(held);
    const fold = createFold();
    let position = from;
    while (position < head) {
      const page = await reader.read(position, head);
      const last = page.at(-1)?.seq;
      if (last === undefined) break;
      const runIds = new Set<RunId>();
      for (const event of page) if (event.run !== undefined && isHeldInRun(event)) runIds.add(event.run);
      const batch = createModelBatch(store, pid);
      await batch.addLines(page.filter((event) => event.type === 'log').map((event) => lineRowOf(event, pid)));
      for (const runId of runIds) {
        const mark = await foldRun(fold, runId, last);
        written.forget(runId);
        const rows = mark && written.rowsOf(fold, runId, mark, last);
        written.forget(runId);
        if (rows) await batch.addRun(rows);
        fold.removeRun(runId);
      }
      await batch.end([...(await alerts.rowsOfPage(page, last)), moveTo(last)]);
      position = last;
    }
    return head - from;
  };

  const catchUpOrAgain = async (head: number): Promise<number> => {
    pendingCatchUp = true; // until it is done: what comes next must not say that the tables have everything
    const events = await catchUpNow(head);
    pendingCatchUp = false;
    return events;
  };

  const foldRun = async (fold: Fold, runId: RunId, to: number): Promise<RunMark | undefined> => {
    let mark: RunMark | undefined;
    for await (const page of reader.eventsOf(runId, to)) {
      for (const event of page) {
        if (event.type === 'log') continue;
        fold.apply(event);
        if (isHeldInRun(event)) mark = markAfter(mark, event);
      }
      fold.settle();
    }
    return mark;
  };

  return {
    note(fold, touchedRunIds, isCommonTouched, position) {
      at = position;
      for (const runId of touchedRunIds) dirty.set(runId, fold);
      if (isCommonTouched) {
        common = fold;
        alerts.note(fold, position);
      }
      if (dirty.size > 0 || common) ask();
    },
    noteStart(fold, position) {
      at = Math.max(at, position);
      alerts.know(fold);
      common = fold;
      ask();
    },
    noteLine(line) {
      lines.push(lineRowOf(line, pid));
      ask();
    },
    mark(event) {
      alerts.hear(event);
      if (event.run !== undefined && isHeldInRun(event)) {
        marks.set(event.run, markAfter(marks.get(event.run), event));
      }
    },
    letGo(fold, runId) {
      const isMade = making === runId;
      if (isMade) making = undefined;
      const rows = isMade || dirty.has(runId) ? written.rowsOf(fold, runId, markOf(runId), at) : undefined;
      dirty.delete(runId);
      if (rows) ready.set(runId, rows);
      forget(runId);
    },
    drop(runId) {
      const done = queue.then(() => {
        dirty.delete(runId);
        ready.delete(runId);
        forget(runId);
      });
      queue = done.catch(() => {});
      return done;
    },
    flush,
    catchUp: (head) => {
      const done = queue.then(() => catchUpOrAgain(head));
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
    alertFacts: (alertIds) => alerts.factsOf(alertIds),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await flush(true).catch(onFault);
    },
  };
}
