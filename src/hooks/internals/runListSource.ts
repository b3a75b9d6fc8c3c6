import type { RunId } from '../../model/ids.ts';
import { areIdsEqual, type RunFilter, selectRunIds } from '../../store/selectRunIds.ts';
import type { Gap, MonitorState, MonitorStore } from '../../store/types.ts';
import { areItemsEqual } from './areItemsEqual.ts';
import { LIST_RATE_PER_SEC } from './rates.ts';
import { subscribeCapped } from './subscribeCapped.ts';

export type RunListItem =
  | { readonly kind: 'run'; readonly key: string; readonly runId: RunId }
  | { readonly kind: 'gap'; readonly key: string; readonly gap: Gap };

export interface RunListSnapshot {
  /** Newest start first, gaps in their place. */
  readonly items: readonly RunListItem[];
  readonly runCount: number;
  /** Runs that came while the list was held. */
  readonly newCount: number;
  /** Those runs, newest start first. */
  readonly newIds: readonly RunId[];
}

/** A list that can be told to hold still: what comes meanwhile is counted, not shown. */
export interface RunListSource {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => RunListSnapshot;
  readonly readOnServer: () => RunListSnapshot;
  readonly setHeld: (isHeld: boolean) => void;
  /** Shows what waits, held or not. */
  readonly release: () => void;
}

export function createRunListSource(store: MonitorStore, filter: RunFilter): RunListSource {
  const listeners = new Set<() => void>();
  let isHeld = false;
  let seen: MonitorState | undefined;
  let kept: { ids: readonly RunId[]; gaps: readonly Gap[]; view: MonitorState['view']['mode'] } | undefined;
  let snapshot = emptySnapshot;

  const tell = () => {
    for (const listener of listeners) listener();
  };
  const show = (state: MonitorState, ids: readonly RunId[]) => {
    const isSame = kept && areIdsEqual(kept.ids, ids) && areItemsEqual(kept.gaps, state.gaps);
    if (!isSame) snapshot = { ...emptySnapshot, items: placeGaps(state, ids), runCount: ids.length };
    else if (snapshot.newCount > 0) snapshot = { ...snapshot, newCount: 0, newIds: [] };
    kept = { ids, gaps: state.gaps, view: state.view.mode };
  };
  /** Held: rows stay where they are, also those that left the filter; only what the store let go leaves. */
  const hold = (state: MonitorState, ids: readonly RunId[], before: NonNullable<typeof kept>) => {
    const shown = new Set(before.ids);
    const newIds = ids.filter((id) => !shown.has(id));
    const newCount = newIds.length;
    const stillHeld = before.ids.filter((id) => state.entities.getRun(id) !== undefined);
    if (stillHeld.length !== before.ids.length) {
      kept = { ...before, ids: stillHeld };
      snapshot = { items: placeGaps(state, stillHeld, before.gaps), runCount: stillHeld.length, newCount, newIds };
    } else if (!areIdsEqual(newIds, snapshot.newIds)) snapshot = { ...snapshot, newCount, newIds };
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      const unsubscribe = subscribeCapped(store.subscribe, LIST_RATE_PER_SEC, listener);
      return () => {
        listeners.delete(listener);
        unsubscribe();
      };
    },
    read() {
      const state = store.getView();
      if (state === seen) return snapshot;
      seen = state;
      const ids = selectRunIds(state, filter);
      // another moment was asked for: that is no data arriving, so it is shown
      const isOtherView = kept !== undefined && kept.view !== state.view.mode;
      if (isHeld && kept && kept.ids.length > 0 && !isOtherView) hold(state, ids, kept);
      else show(state, ids);
      return snapshot;
    },
    readOnServer: () => emptySnapshot,
    setHeld(next) {
      if (next === isHeld) return;
      isHeld = next;
      if (isHeld || snapshot.newCount === 0) return;
      seen = undefined;
      tell();
    },
    release() {
      const state = store.getView();
      seen = state;
      show(state, selectRunIds(state, filter));
      tell();
    },
  };
}

const emptySnapshot: RunListSnapshot = { items: [], runCount: 0, newCount: 0, newIds: [] };

/** A gap stands above the runs that began before it ended. */
function placeGaps(state: MonitorState, ids: readonly RunId[], gaps = state.gaps): RunListItem[] {
  const newestFirst = [...gaps].sort((a, b) => b.toMs - a.toMs);
  const items: RunListItem[] = [];
  let at = 0;
  for (const runId of ids) {
    const run = state.entities.getRun(runId);
    const startedAtMs = run?.startedAtMs ?? run?.lastEventAtMs ?? 0;
    for (let gap = newestFirst[at]; gap && gap.toMs > startedAtMs; gap = newestFirst[at]) {
      items.push({ kind: 'gap', key: `gap ${gap.id}`, gap });
      at += 1;
    }
    items.push({ kind: 'run', key: runId, runId });
  }
  for (const gap of newestFirst.slice(at)) items.push({ kind: 'gap', key: `gap ${gap.id}`, gap });
  return items;
}
