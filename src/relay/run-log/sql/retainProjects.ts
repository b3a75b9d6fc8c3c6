import { codeOf } from '../../relayLog.ts';
import type { ProjectLog, ProjectLogs } from './projectLogs.ts';
import { defaultRetention, retainEvents } from './retainEvents.ts';
import { type LetGo, retainAlerts, retainBytes, retainMeasures, retainRuns } from './retainRuns.ts';
import type { SqlRunLogOptions } from './SqlRunLogOptions.ts';

const HOUR_MS = 3_600_000;
const RETAIN_EVERY_MS = 60_000;

export interface ProjectsRetention {
  /** Lets go of what is too old or too much, in every project that is open. Does nothing while it is at it already. */
  retain(): Promise<void>;
  /** It no longer does so by itself. */
  stop(): void;
}

/** Lets go by itself, every minute. */
export function retainProjects(options: SqlRunLogOptions, projects: ProjectLogs): ProjectsRetention {
  const { store, now, onAlarm } = options;
  const retention = { ...defaultRetention, ...options.retention };
  const before = (hours: number) => now() - hours * HOUR_MS;

  const retainProject = async (project: string, log: ProjectLog) => {
    const { pid } = log;
    const facts = await log.facts.get();
    const since = facts.at;
    await log.model.flush(true);
    const letGo: LetGo = (runId, removeRows) => facts.removeRun(runId, since, removeRows);
    await retainEvents(store, pid, before(retention.logHours));
    await retainRuns(store, pid, before(retention.runHours), letGo);
    await retainAlerts(store, pid, before(retention.runHours));
    await retainBytes(store, pid, retention.bytes, letGo);
    const { oldest } = await store.stream(project);
    log.see({ ...log.seen, oldest: Math.max(log.seen.oldest, oldest) });
    await retainMeasures(store, pid, before(retention.metricHours));
  };

  let isRetaining = false;
  const retain = async () => {
    if (isRetaining) return;
    isRetaining = true;
    try {
      for (const [project, known] of projects.opened()) await retainProject(project, await known.get());
    } finally {
      isRetaining = false;
    }
  };

  const timer = setInterval(() => {
    retain().catch((cause: unknown) => onAlarm?.('log.retention-failed', { cause: codeOf(cause) }));
  }, RETAIN_EVERY_MS);
  timer.unref();
  return { retain, stop: () => clearInterval(timer) };
}
