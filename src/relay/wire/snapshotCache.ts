import type { RunId } from '../../model/ids.ts';
import type { Topic } from '../../model/wire.ts';
import type { Lens } from '../projection/createLens.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import { createTurns } from '../turns.ts';
import type { EventFilter } from './eventFilter.ts';
import { createSharedParts } from './sharedParts.ts';
import type { ReadySnapshot, SnapshotBudget } from './snapshotBudget.ts';
import { createSnapshotWriter } from './snapshotWriter.ts';

interface SnapshotScope {
  readonly topics: readonly Topic[];
  /** When the scope is one run. */
  readonly runId?: RunId | undefined;
}

export interface SnapshotCache {
  /** @param leastAt - a snapshot of before is of no use: the tail could not go on from it */
  get(lens: Lens, filter: EventFilter, scope: SnapshotScope | undefined, leastAt: number): Promise<ReadySnapshot>;
  clear(): void;
}

interface SnapshotCacheOptions {
  readonly project: string;
  readonly log: RunLog;
  readonly budget: SnapshotBudget;
  readonly keepForMs: number;
  /** Epoch ms. */
  readonly now: () => number;
}

interface Kept {
  readonly ready: Promise<ReadySnapshot>;
  /**
   * `undefined` while it is being built: however long that takes, who asks meanwhile gets this one. Else readers who lose patience
   * and come again would each time start another, behind those that nobody waits for any more.
   */
  builtAtMs?: number;
}

/** Builds snapshots part by part; readers who come together, after a restart say, share one. */
export function createSnapshotCache(options: SnapshotCacheOptions): SnapshotCache {
  const { project, log, budget, keepForMs, now } = options;
  const kept = new Map<string, Kept>();
  const parts = createSharedParts();

  const build = async (lens: Lens, filter: EventFilter, scope: SnapshotScope | undefined): Promise<ReadySnapshot> => {
    const asksForRuns = lens.isScoped || filter.isScoped;
    const { epoch, at, facts } = await log.snapshot(project, scope?.runId);
    const who = `${lens.key} ${filter.key} `; // names of one length, however long the lists that were asked for
    const writer = createSnapshotWriter({
      epoch,
      at,
      topics: scope?.topics,
      take: (name, texts) => parts.take(who + name, texts),
    });
    const turns = createTurns();
    for await (const events of facts) {
      if (asksForRuns) {
        const runIds = new Set(events.map(({ run }) => run));
        for (let wait = lens.prepare(runIds); wait; wait = lens.prepare(runIds)) await wait;
      }
      for (const event of events) {
        const projected = filter.matches(event) ? lens.show(event) : undefined;
        if (!projected) continue;
        writer.add(JSON.stringify(projected), event.run);
        const othersGo = turns.giveWay(); // a run can be as long as a log
        if (othersGo) await othersGo;
      }
    }
    return { at, frames: writer.end() };
  };

  return {
    async get(lens, filter, scope, leastAt) {
      const key = JSON.stringify([lens.key, filter.key, scope?.topics ?? null, scope?.runId ?? null]);
      const nowMs = now();
      for (const [name, { builtAtMs = nowMs }] of kept)
        if (nowMs - builtAtMs >= keepForMs || nowMs < builtAtMs) kept.delete(name);
      for (let known = kept.get(key); known; known = kept.get(key)) {
        if ((await known.ready).at >= leastAt) return known.ready;
        if (kept.get(key) === known) kept.delete(key); // the first who finds it too old builds another for all of them
      }
      const ready = budget.build(() => build(lens, filter, scope));
      const entry: Kept = { ready };
      kept.set(key, entry);
      const forget = () => {
        entry.builtAtMs = now();
        const timer = setTimeout(() => {
          if (kept.get(key) === entry) kept.delete(key);
        }, keepForMs);
        timer.unref();
      };
      ready.then(forget, () => {});
      ready.catch(() => {
        if (kept.get(key) === entry) kept.delete(key); // the next reader tries again
      });
      return ready;
    },
    clear: () => kept.clear(),
  };
}
