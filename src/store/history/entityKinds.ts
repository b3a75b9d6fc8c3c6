import type { Touched } from '../../fold/types.ts';
import type { Alert } from '../../model/alert.ts';
import type { Approval } from '../../model/approval.ts';
import type { RunId } from '../../model/ids.ts';
import type { Score } from '../../model/score.ts';
import type { MonitorState } from '../types.ts';

/** How what stands beside spans is found in the live state, and told apart. */
export interface EntityKind<Item> {
  readonly keyOf: (item: Item) => string;
  /** When it was asked, judged or fired, epoch ms. */
  readonly atMsOf: (item: Item) => number | undefined;
  /** All that is held, or what a flush touched of it. */
  readonly list: (state: MonitorState, touched?: Touched) => Iterable<Item>;
  /** Of two tellings of the same: whether this one is from before the other. */
  readonly isOlder: (item: Item, than: Item) => boolean;
  /** Nothing live tells of it, and it may change: what is remembered of it says nothing. */
  readonly isUnheard: (state: MonitorState, item: Item) => boolean;
}

export const approvalKind: EntityKind<Approval> = {
  keyOf: ({ runId, callId }) => JSON.stringify([runId, callId]),
  atMsOf: ({ requestedAtMs }) => requestedAtMs,
  *list(state, touched) {
    if (touched && !touched.areApprovalsTouched) return;
    for (const runId of liveRunIds(state, touched)) yield* state.entities.approvalsOf(runId);
  },
  isOlder: (item, than) => item.state === 'pending' && than.state !== 'pending',
  /** What waits is held until it is decided, unless there is very much of it. After a restart without its log nobody can decide it. */
  isUnheard({ entities }, { runId, state }) {
    const run = entities.getRun(runId);
    return state === 'pending' && (run === undefined || run.isBeforeRestart === true);
  },
};

export const scoreKind: EntityKind<Score> = {
  keyOf: ({ runId, spanId, name }) => JSON.stringify([runId, spanId, name]),
  atMsOf: ({ atMs }) => atMs,
  *list(state, touched) {
    for (const runId of liveRunIds(state, touched)) yield* state.entities.scoresOf(runId);
  },
  isOlder: (item, than) => item.atMs < than.atMs,
  isUnheard: () => false,
};

export const alertKind: EntityKind<Alert> = {
  keyOf: ({ alertId }) => alertId,
  atMsOf: ({ firedAtMs, changedAtMs }) => firedAtMs ?? changedAtMs,
  list: ({ entities }, touched) => (touched && !touched.areAlertsTouched ? [] : entities.alerts.values()),
  isOlder: (item, than) => item.changedAtMs < than.changedAtMs,
  isUnheard: () => false,
};

/** Without runs that only the history brought because somebody has them open: what they have stands in its page. */
function* liveRunIds({ runIds, openedRuns }: MonitorState, touched: Touched | undefined): Iterable<RunId> {
  if (!touched) yield* runIds;
  else for (const { runId } of touched.runs) if (!openedRuns.has(runId) || runIds.includes(runId)) yield runId;
}
