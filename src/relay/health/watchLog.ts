import { codeOf } from '../relayLog.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import type { RelayHealth } from './relayHealth.ts';

export interface LogWatchOptions {
  readonly log: RunLog;
  readonly health: RelayHealth;
  /** A project that is there or will be. */
  readonly project: string;
  /** How often readers' streams ask the log, ms: it is not asked less often than that. */
  readonly pollMs: number;
}

/** With the next, how long a log may be silent before readers are told: most of the five seconds that is promised goes here. */
const ASK_EVERY_MS = 1000;
/** No answer for so long is none: a disk that is flushed or a database that is taken over may need a second. */
const SILENT_MS = 2000;

/** Asks the log where it stands, again and again, whether anybody reads or not. @returns stops it */
export function watchLog({ log, health, project, pollMs }: LogWatchOptions): () => void {
  let isAsking = false;
  let late: NodeJS.Timeout | undefined;
  const ask = () => {
    if (isAsking) return;
    isAsking = true;
    late = setTimeout(() => health.set('log', { isUp: false, code: 'log.silent' }), SILENT_MS);
    late.unref();
    log
      .head(project)
      .then(() => log.check?.())
      .then(
        () => health.set('log', { isUp: true }),
        (cause: unknown) => health.set('log', { isUp: false, code: `log.${codeOf(cause)}` }),
      )
      .finally(() => {
        isAsking = false;
        clearTimeout(late);
      });
  };
  health.set('log', { isUp: true });
  ask();
  const timer = setInterval(ask, Math.min(ASK_EVERY_MS, pollMs));
  timer.unref();
  return () => {
    clearInterval(timer);
    clearTimeout(late);
  };
}
