import { sql } from 'kysely';
import type { Detail } from '../../../model/detail.ts';
import type { MonitorEvent } from '../../../model/event.ts';
import { asRunId, type RunId } from '../../../model/ids.ts';
import type { RunFacts } from '../../../model/scope.ts';
import { crashPoint } from '../../crashPoint.ts';
import { codeOf } from '../../relayLog.ts';
import { createTurns } from '../../turns.ts';
import { contentOwner } from '../contentOwner.ts';
import type { AppendResult, RunLog } from '../RunLog.ts';
import { createSqlRunHistory, type HistoryProject } from './createSqlRunHistory.ts';
import { type Incoming, incomingOf, storedEvent } from './eventRow.ts';
import type { LogStore } from './LogStore.ts';
import { createProjectLogs } from './projectLogs.ts';
import { retainProjects } from './retainProjects.ts';
import type { SqlRunLogOptions } from './SqlRunLogOptions.ts';
import { declaredRun, factsOfAll, factsOfRun } from './snapshotFacts.ts';

/** How long events that were refused speak for the log, ms: longer than senders wait before they try again. */
const REFUSAL_MS = 5000;

/** A log in a database. */
export interface SqlRunLog extends RunLog {
  /** Lets go of what is too old, in small steps. */
  retain(): Promise<void>;
}

/** A log in a database: it alone gives the numbers, the merged facts in memory follow it. */
export function createSqlRunLog(options: SqlRunLogOptions): SqlRunLog {
  const { store, keepsContent, logLines = 1000, now } = options;
  const projects = createProjectLogs({ ...options, logLines });
  const retention = retainProjects(options, projects);
  if (store.isRestored) options.onAlarm?.('log.restored', {});

  const append = async (project: string, events: readonly MonitorEvent[]): Promise<AppendResult> => {
    const log = await projects.get(project);
    const turns = createTurns();
    const incoming: Incoming[] = [];
    for (const event of events) {
      incoming.push(incomingOf(event, keepsContent));
      const othersGo = turns.giveWay();
      if (othersGo) await othersGo;
    }
    crashPoint('before-append');
    const { epoch, from, to, seqs, oldest, rts } = await log.add(incoming.map(({ row }) => row));
    crashPoint('after-commit-before-ack');
    log.see({ epoch, head: Math.max(to, epoch === log.seen.epoch ? log.seen.head : 0), oldest });
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

  /** A project whose facts have everything up to its head. */
  const openFacts = async (project: string) => {
    const log = await projects.get(project);
    const { epoch, head } = await log.head();
    const facts = await log.facts.get();
    await facts.catchUp(head);
    return { epoch, reader: log.reader, facts };
  };

  const historyProject = async (project: string): Promise<HistoryProject> => {
    const { pid, facts, model, reader } = await projects.get(project);
    const held = await facts.get();
    await model.flush(true);
    return { pid, facts: held, reader };
  };

  return {
    durability: store.durability,
    kind: store.kind,
    place: store.place,
    keepsContent,
    head: async (project) => (await projects.get(project)).head(),
    append,
    async read(project, from, to, limit) {
      const { pid, seen } = await projects.get(project);
      const rows = await store.db
        .selectFrom('event')
        .select(['seq', 'rts', 'body'])
        .where('pid', '=', pid)
        .where('seq', '>', Math.max(from, seen.oldest - 1))
        .where('seq', '<=', to)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(storedEvent);
    },
    async snapshot(project, runId) {
      const { epoch, reader, facts } = await openFacts(project);
      return { epoch, at: facts.at, facts: runId === undefined ? factsOfAll(facts) : factsOfRun(reader, facts, runId) };
    },
    async readRunFacts(project, runIds) {
      const { reader, facts } = await openFacts(project);
      const found = new Map<RunId, RunFacts>();
      for (const runId of runIds) {
        const run = facts.fold.reader.getRun(runId) ?? (await declaredRun(reader, runId, facts.at));
        if (run) found.set(runId, { sessionId: run.sessionId, userId: run.userId, tags: run.tags });
      }
      return found;
    },
    async runOfEvent(project, eventId) {
      const { pid } = await projects.get(project);
      const row = await store.db
        .selectFrom('event')
        .select('run')
        .where('pid', '=', pid)
        .where('id', '=', eventId)
        .executeTakeFirst();
      return row?.run == null ? undefined : asRunId(row.run);
    },
    async readDetail(project, key) {
      const { pid } = await projects.get(project);
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
      const known = projects.refusal;
      if (!known) return;
      // a small write may find room where the one that was refused did not: while senders try, they know better
      if (now() - known.atMs < REFUSAL_MS) throw known.cause;
      await store.write([1, -1].map((step) => trialWrite(store, step)));
      if (projects.refusal === known) projects.refusal = undefined;
    },
    history: createSqlRunHistory({ store, openProject: historyProject, scanRows: options.scanRows }),
    retain: () => retention.retain(),
    async close() {
      retention.stop();
      for (const [, known] of projects.opened()) {
        const log = await known.get().catch(() => undefined);
        await log?.model.close();
      }
      await store.close();
    },
  };
}

const trialWrite = ({ db }: LogStore, step: number) =>
  db
    .updateTable('stream')
    .set({ event_bytes: sql`event_bytes + ${sql.lit(step)}` })
    .compile();
