import type { MonitorEvent } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';

/** Remembers runs that were let go: what comes late for one would show it as a torso. Bounded, oldest first. */
export interface EvictedRuns {
  add(runId: RunId): void;
  /** A late fact of a run that is gone. A start opens the run again. */
  readonly isLate: (event: MonitorEvent) => boolean;
  clear(): void;
}

export function createEvictedRuns(limit: number): EvictedRuns {
  const ids = new Set<RunId>();
  return {
    add(runId) {
      ids.delete(runId);
      ids.add(runId);
      if (ids.size <= limit) return;
      for (const oldest of ids) {
        ids.delete(oldest);
        break;
      }
    },
    isLate(event) {
      if (ids.size === 0 || event.run === undefined || !ids.has(event.run)) return false;
      if (event.type !== 'run.start' && event.type !== 'span.start') return true;
      ids.delete(event.run);
      return false;
    },
    clear: () => ids.clear(),
  };
}
