import { codeOf } from '../relayLog.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import type { RelayHealth } from './relayHealth.ts';

export interface LogWatchOptions {
  readonly log: RunLog;
  readonly health: RelayHealth;
  /** A project that is there or will be. */
  readonly project: string;
  readonly everyMs: number;
  /** No answer for so long is none, ms. */
  readonly timeoutMs: number;
}

/** Asks the log where it stands, again and again, whether anybody reads or not. @returns stops it */
export function watchLog({ log, health, project, everyMs, timeoutMs }: LogWatchOptions): () => void {
  let isAsking = false;
  let late: NodeJS.Timeout | undefined;
  const ask = () => {
    if (isAsking) return;
    isAsking = true;
    late = setTimeout(() => health.set('log', { isUp: false, code: 'log.silent' }), timeoutMs);
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
  const timer = setInterval(ask, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    clearTimeout(late);
  };
}
