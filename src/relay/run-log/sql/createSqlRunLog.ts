import { sql } from 'kysely';
import { createFold } from '../../../fold/createFold.ts';
import type { Detail } from '../../../model/detail.ts';
import type { MonitorEvent } from '../../../model/event.ts';
import { asRunId, type RunId } from '../../../model/ids.ts';
import type { Run } from '../../../model/run.ts';
import type { RunFacts } from '../../../model/scope.ts';
import { crashPoint } from '../../crashPoint.ts';
import { codeOf } from '../../relayLog.ts';
import { createTurns } from '../../turns.ts';
import { contentOwner } from '../contentOwner.ts';
import type { AppendResult, LogHead, RunLog } from '../RunLog.ts';
import type { RunBounds } from '../retainRuns.ts';
import { createSqlRunHistory, type HistoryProject } from './createSqlRunHistory.ts';
import { type Incoming, incomingOf, storedEvent } from './eventRow.ts';
import { createGroupCommit } from './groupCommit.ts';
import type { LogStore, NewRow, Numbered } from './LogStore.ts';
import { createLogReader } from './logReader.ts';
import { openProjectFold, type ProjectFold, type ProjectLogReader } from './projectFold.ts';
import { createReadModel, type ReadModel } from './readModel.ts';
import { defaultRetention, type Retention, retainEvents } from './retainEvents.ts';
import { type LetGo, retainAlerts, retainBytes, retainMeasures, retainRuns } from './retainRuns.ts';
import { readWarmStart } from './warmStart.ts';

export interface SqlRunLogOptions {
  readonly store: LogStore;
  /** What is held ready in memory; the rest is read when it is asked for. */
  readonly bounds: RunBounds;
  /** How long things are held. Default: as the settings' defaults. */
  readonly retention?: Partial<Retention> | undefined;
  /** `false`: content is let go at the door. */
  readonly keepsContent: boolean;
  /** Log lines that a snapshot carries. Default 1000. */
  readonly logLines?: number | undefined;
  /** Rows that one page of the history looks through for those that match; then it ends early. Default 5000. */
  readonly scanRows?: number | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  /** Hears of what an operator should know. */
  readonly onAlarm?: ((code: string, fields: Readonly<Record<string, string | number>>) => void) | undefined;
}

interface ProjectLog {
  readonly pid: number;
  readonly facts: Lazy<ProjectFold>;
  readonly reader: ProjectLogReader;
  readonly model: ReadModel;
  readonly commits: ReturnType<typeof createGroupCommit<NewRow, Numbered, Numbered>>;
  /** Highest that was seen: a log that is behind it went back in time. */
  seen: { epoch: string; head: number; oldest: number };
}

/** The result of work that is done once, and again after it failed. */
interface Lazy<T> {
  get(): Promise<T>;
  forget(): void;
}
function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  return {
    get() {
      const own = (made ??= make());
      own.catch(() => {
        if (made === own) made = undefined;
      });
      return own;
    },
    forget() {
      made = undefined;
    },
  };
}

const RUNS_A_TURN = 50;
const HOUR_MS = 3_600_000;
const RETAIN_EVERY_MS = 60_000;
/** How long events that were refused speak for the log, ms: longer than senders wait before they try again. */
const REFUSAL_MS = 5000;

/** A log in a database. */
export interface SqlRunLog extends RunLog {
  /** Lets go of what is too old, in small steps. */
  retain(): Promise<void>;
}

/** A log in a database: it alone gives the numbers, the merged facts in memory follow it. */
export function createSqlRunLog(options: SqlRunLogOptions): SqlRunLog {
  const { store, keepsContent, bounds, logLines = 1000, now } = options;
  const retention = { ...defaultRetention, ...options.retention };
  const projects = new Map<string, Lazy<ProjectLog>>();
  if (store.isRestored) options.onAlarm?.('log.restored', {});

  const openProject = async (project: string): Promise<ProjectLog> => {
    const { pid, epoch, head, oldest } = await store.stream(project);
    const reader = createLogReader(store, pid);
    const onFault = (cause: unknown) => options.onAlarm?.('log.read-model-behind', { project, cause: codeOf(cause) });
    const model = createReadModel({ store, pid, reader, onFault });
    const shared = { reader, model, bounds, logLines };
    const facts = lazy(() =>
      openProjectFold({ ...shared, warmStart: () => readWarmStart({ ...shared, store, pid, onFault }), now }),
    );
    const commits = createGroupCommit<NewRow, Numbered, Numbered>({
      atOnce: store.isShared ? 1 : 2,
      commit: (rows) => commit(project, log, rows),
      answerOf: sliceOf,
    });
    const log: ProjectLog = { pid, facts, reader, model, commits, seen: { epoch, head, oldest } };
    return log;
  };
  /** Why it did not take the last events. */
  let refusal: { readonly cause: unknown; readonly atMs: number } | undefined;
  const commit = async (project: string, log: ProjectLog, rows: readonly NewRow[]): Promise<Numbered> => {
    const { seen } = log;
    try {
      const numbered = await store.append(log.pid, rows, now(), seen);
      refusal = undefined;
      return numbered;
    } catch (cause) {
      refusal = { cause, atMs: now() };
      if (codeOf(cause) === 'LOG_WENT_BACK') await watch(project, log, seen);
      throw cause;
    }
  };

  const projectLog = (project: string): Promise<ProjectLog> => {
    let known = projects.get(project);
    if (!known) {
      known = lazy(() => openProject(project));
      projects.set(project, known);
    }
    return known.get();
  };

  /**
   * Watches that the log never goes back: then numbers would be given twice.
   * @param before - what was seen before the log is asked: what is stored while the answer is under way is no sign of that
   */
  const watch = async (project: string, log: ProjectLog, before = log.seen): Promise<LogHead> => {
    const at = await store.stream(project);
    if (at.epoch === before.epoch && at.head < before.head) {
      options.onAlarm?.('log.went-back', { project, head: at.head, seen: before.head });
      const epoch = await store.rotate(log.pid, at.epoch);
      log.facts.forget();
      log.seen = { ...at, epoch };
      return log.seen;
    }
    const { seen } = log;
    if (seen !== before && (at.epoch !== seen.epoch || at.head < seen.head)) return seen; // newer than the answer
    see(log, at);
    return log.seen;
  };
  const see = (log: ProjectLog, { epoch, head, oldest }: LogHead) => {
    if (epoch !== log.seen.epoch) log.facts.forget(); // restored or rotated: what is held may not be in it
    log.seen = { epoch, head, oldest };
  };

  const headOf = async (project: string, log: ProjectLog): Promise<LogHead> =>
    store.isShared ? watch(project, log) : log.seen;

  const append = async (project: string, events: readonly MonitorEvent[]): Promise<AppendResult> => {
    const log = await projectLog(project);
    const turns = createTurns();
    const incoming: Incoming[] = [];
    for (const event of events) {
      incoming.push(incomingOf(event, keepsContent));
      const othersGo = turns.giveWay();
      if (othersGo) await othersGo;
    }
    crashPoint('before-append');
    const numbered = await log.commits.add(incoming.map(({ row }) => row));
    crashPoint('after-commit-before-ack');
    const { epoch, from, to, seqs, oldest, rts } = numbered;
    see(log, { epoch, head: Math.max(to, epoch === log.seen.epoch ? log.seen.head : 0), oldest });
    const stored: MonitorEvent[] = [];
    const repeats: MonitorEvent[] = [];
    const verdicts = seqs.map((seq, index) => {
      if (seq < 0) {
        repeats.push((incoming[index] as Incoming).event);
        return { st: 'dup' as const, seq: -seq };
      }
      stored.push({ ...(incoming[index] as Incoming).event, seq, rts });
      return { st: 'ok' as const, seq };
    });
    // what is committed is taken, whatever becomes of the facts in memory: they follow when they can
    const spans = await log.facts
      .get()
      .then((facts) => facts.take(from, stored, repeats))
      .catch((cause: unknown) => {
        options.onAlarm?.('log.fold-behind', { project, cause: codeOf(cause) });
        return [];
      });
    return { epoch, from, to, verdicts, stored, spans };
  };

  async function* factsOf({ fold, lines }: ProjectFold): AsyncGenerator<readonly MonitorEvent[]> {
    yield fold.commonFacts();
    let count = 0;
    const turns = createTurns();
    const held: readonly RunId[] = fold.reader.runIds.slice();
    for (const id of held) {
      if (fold.reader.getRun(id)) yield fold.factsOf(id);
      count += 1;
      const othersGo = count % RUNS_A_TURN === 0 ? turns.giveWay() : undefined;
      if (othersGo) await othersGo;
    }
    yield lines;
  }

  async function* factsOfRun(
    log: ProjectLog,
    held: ProjectFold,
    runId: RunId,
  ): AsyncGenerator<readonly MonitorEvent[]> {
    if (held.fold.reader.getRun(runId)) yield held.fold.factsOf(runId);
    else {
      for await (const page of log.reader.eventsOf(runId, held.at)) {
        yield page.filter(({ type }) => type !== 'log'); // events are facts, only not merged yet
      }
    }
    yield held.lines.filter(({ run }) => run === runId);
  }

  const historyProject = async (project: string): Promise<HistoryProject> => {
    const { pid, facts, model, reader } = await projectLog(project);
    const held = await facts.get();
    await model.flush(true);
    return { pid, facts: held, reader };
  };

  let isRetaining = false;
  const retain = async () => {
    if (isRetaining) return;
    isRetaining = true;
    try {
      for (const [project, known] of projects) {
        const log = await known.get();
        const { pid } = log;
        const before = (hours: number) => now() - hours * HOUR_MS;
        const facts = await log.facts.get();
        const since = facts.at;
        await log.model.flush(true);
        const letGo: LetGo = (runId, removeRows) => facts.removeRun(runId, since, removeRows);
        await retainEvents(store, pid, before(retention.logHours));
        await retainRuns(store, pid, before(retention.runHours), letGo);
        await retainAlerts(store, pid, before(retention.runHours));
        await retainBytes(store, pid, retention.bytes, letGo);
        const { oldest } = await store.stream(project);
        log.seen = { ...log.seen, oldest: Math.max(log.seen.oldest, oldest) };
        await retainMeasures(store, pid, before(retention.metricHours));
      }
    } finally {
      isRetaining = false;
    }
  };
  const retaining = setInterval(() => {
    retain().catch((cause: unknown) => options.onAlarm?.('log.retention-failed', { cause: codeOf(cause) }));
  }, RETAIN_EVERY_MS);
  retaining.unref();

  return {
    durability: store.durability,
    kind: store.kind,
    place: store.place,
    keepsContent,
    async head(project) {
      return headOf(project, await projectLog(project));
    },
    append,
    async read(project, from, to, limit) {
      const log = await projectLog(project);
      const { oldest } = log.seen;
      const rows = await store.db
        .selectFrom('event')
        .select(['seq', 'rts', 'body'])
        .where('pid', '=', log.pid)
        .where('seq', '>', Math.max(from, oldest - 1))
        .where('seq', '<=', to)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(storedEvent);
    },
    async snapshot(project, runId) {
      const log = await projectLog(project);
      const { epoch, head } = await headOf(project, log);
      const facts = await log.facts.get();
      await facts.catchUp(head);
      return { epoch, at: facts.at, facts: runId === undefined ? factsOf(facts) : factsOfRun(log, facts, runId) };
    },
    async readRunFacts(project, runIds) {
      const log = await projectLog(project);
      const { head } = await headOf(project, log);
      const held = await log.facts.get();
      await held.catchUp(head);
      const found = new Map<RunId, RunFacts>();
      for (const runId of runIds) {
        const run = held.fold.reader.getRun(runId) ?? (await declaredRun(log.reader, runId, held.at));
        if (run) found.set(runId, { sessionId: run.sessionId, userId: run.userId, tags: run.tags });
      }
      return found;
    },
    async runOfEvent(project, eventId) {
      const { pid } = await projectLog(project);
      const row = await store.db
        .selectFrom('event')
        .select('run')
        .where('pid', '=', pid)
        .where('id', '=', eventId)
        .executeTakeFirst();
      return row?.run == null ? undefined : asRunId(row.run);
    },
    async readDetail(project, key) {
      const { pid } = await projectLog(project);
      const rows = await store.db
        .selectFrom('content')
        .select(['part', 'body'])
        .where('pid', '=', pid)
        .where('owner', '=', contentOwner(key))
        .execute();
      if (rows.length === 0) return undefined;
      return Object.fromEntries(rows.map(({ part, body }) => [part, JSON.parse(body) as unknown])) as Detail;
    },
    async check() {
      const known = refusal;
      if (!known) return;
      // a small write may find room where the one that was refused did not: while senders try, they know better
      if (now() - known.atMs < REFUSAL_MS) throw known.cause;
      await store.write([1, -1].map((step) => trialWrite(store, step)));
      if (refusal === known) refusal = undefined;
    },
    history: createSqlRunHistory({ store, openProject: historyProject, scanRows: options.scanRows }),
    retain,
    async close() {
      clearInterval(retaining);
      for (const known of projects.values()) {
        const log = await known.get().catch(() => undefined);
        await log?.model.close();
      }
      projects.clear();
      await store.close();
    },
  };
}

const trialWrite = ({ db }: LogStore, step: number) =>
  db
    .updateTable('stream')
    .set({ event_bytes: sql`event_bytes + ${sql.lit(step)}` })
    .compile();

/** What a run that is not held declared of itself. */
async function declaredRun(reader: ProjectLogReader, runId: RunId, to: number): Promise<Run | undefined> {
  const fold = createFold();
  for await (const page of reader.eventsOf(runId, to)) {
    for (const event of page) if (event.type.startsWith('run.') || !fold.reader.getRun(runId)) fold.apply(event);
    fold.settle();
  }
  return fold.reader.getRun(runId);
}

/** The share of one append in a transaction of several. */
function sliceOf({ epoch, oldest, rts, from, seqs }: Numbered, start: number, count: number): Numbered {
  let before = from;
  for (let index = 0; index < start; index += 1) if ((seqs[index] ?? 0) > 0) before = seqs[index] as number;
  const own = seqs.slice(start, start + count);
  return { epoch, oldest, rts, from: before, to: own.findLast((seq) => seq > 0) ?? before, seqs: own };
}
