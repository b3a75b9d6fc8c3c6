import { codeOf } from '../../relayLog.ts';
import type { LogHead } from '../RunLog.ts';
import { createGroupCommit } from './groupCommit.ts';
import type { NewRow, Numbered, StreamState } from './LogStore.ts';
import { type Lazy, lazy } from './lazy.ts';
import { createLogReader } from './logReader.ts';
import { openProjectFold, type ProjectFold, type ProjectLogReader } from './projectFold.ts';
import { createReadModel, type ReadModel } from './readModel.ts';
import type { SqlRunLogOptions } from './SqlRunLogOptions.ts';
import { readWarmStart } from './warmStart.ts';

export interface ProjectLog {
  readonly pid: number;
  readonly facts: Lazy<ProjectFold>;
  readonly reader: ProjectLogReader;
  readonly model: ReadModel;
  /** Stores rows in one transaction with those that came at the same time. */
  add(rows: readonly NewRow[]): Promise<Numbered>;
  /** Highest that was seen: a log that is behind it went back in time. */
  readonly seen: LogHead;
  /** @param head - an answer of the log that is not older than what was seen */
  see(head: LogHead): void;
  /** Where it stands, others who write to it included. */
  head(): Promise<LogHead>;
}

/** The last time that the log did not take what came. */
export interface Refusal {
  readonly cause: unknown;
  readonly atMs: number;
}

export interface ProjectLogs {
  /** Opens it at the first time. */
  get(project: string): Promise<ProjectLog>;
  /** Those that were opened, or are being opened. */
  opened(): readonly (readonly [project: string, Lazy<ProjectLog>])[];
  /** Why the last events were not taken; `undefined`: they were. */
  refusal: Refusal | undefined;
}

/** @param options - with `logLines` */
export function createProjectLogs(options: SqlRunLogOptions & { readonly logLines: number }): ProjectLogs {
  const { store, bounds, logLines, now, onAlarm } = options;
  const projects = new Map<string, Lazy<ProjectLog>>();

  const open = async (project: string): Promise<ProjectLog> => {
    const { pid, ...start } = await store.stream(project);
    let seen: LogHead = headOf(start);
    const reader = createLogReader(store, pid);
    const onFault = (cause: unknown) => onAlarm?.('log.read-model-behind', { project, cause: codeOf(cause) });
    const model = createReadModel({ store, pid, reader, onFault });
    const shared = { reader, model, bounds, logLines };
    const facts = lazy(() =>
      openProjectFold({ ...shared, warmStart: () => readWarmStart({ ...shared, store, pid, onFault }), now }),
    );

    const see = (head: LogHead) => {
      if (head.epoch !== seen.epoch) facts.forget(); // restored or rotated: what is held may not be in it
      seen = headOf(head);
    };

    /**
     * Watches that the log never goes back: then numbers would be given twice.
     * @param before - what was seen before the log is asked: what is stored while the answer is under way is no sign of that
     */
    const watch = async (before: LogHead): Promise<LogHead> => {
      const at = await store.stream(project);
      if (at.epoch === before.epoch && at.head < before.head) {
        onAlarm?.('log.went-back', { project, head: at.head, seen: before.head });
        see({ ...at, epoch: await store.rotate(pid, at.epoch) });
        return seen;
      }
      const isOlder = seen !== before && (at.epoch !== seen.epoch || at.head < seen.head);
      if (!isOlder) see(at);
      return seen;
    };

    const commit = async (rows: readonly NewRow[]): Promise<Numbered> => {
      const before = seen;
      try {
        const numbered = await store.append(pid, rows, now(), before);
        logs.refusal = undefined;
        return numbered;
      } catch (cause) {
        logs.refusal = { cause, atMs: now() };
        if (codeOf(cause) === 'LOG_WENT_BACK') await watch(before);
        throw cause;
      }
    };
    const group = createGroupCommit<NewRow, Numbered, Numbered>({
      atOnce: store.isShared ? 1 : 2,
      commit,
      answerOf: sliceOf,
    });

    return {
      pid,
      facts,
      reader,
      model,
      add: (rows) => group.add(rows),
      get seen() {
        return seen;
      },
      see,
      head: async () => (store.isShared ? watch(seen) : seen),
    };
  };

  const logs: ProjectLogs = {
    get(project) {
      let known = projects.get(project);
      if (!known) {
        known = lazy(() => open(project));
        projects.set(project, known);
      }
      return known.get();
    },
    opened: () => [...projects],
    refusal: undefined,
  };
  return logs;
}

const headOf = ({ epoch, head, oldest }: Omit<StreamState, 'pid'>): LogHead => ({ epoch, head, oldest });

/** The share of one append in a transaction of several. */
function sliceOf({ epoch, oldest, rts, from, seqs }: Numbered, start: number, count: number): Numbered {
  let before = from;
  for (let index = 0; index < start; index += 1) if ((seqs[index] ?? 0) > 0) before = seqs[index] as number;
  const own = seqs.slice(start, start + count);
  return { epoch, oldest, rts, from: before, to: own.findLast((seq) => seq > 0) ?? before, seqs: own };
}
