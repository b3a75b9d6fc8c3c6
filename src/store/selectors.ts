import type { Approval } from '../model/approval.ts';
import type { Capability } from '../model/capabilities.ts';
import type { RunId, SpanId, SpanKey } from '../model/ids.ts';
import type { LogLine } from '../model/log.ts';
import type { ChargeDimension, ChargeLine, Run } from '../model/run.ts';
import type { Score } from '../model/score.ts';
import type { Span } from '../model/span.ts';
import type { DetailEntry, MonitorState } from './types.ts';

// Module constants: a selector keeps its identity, and what it gives keeps it while nothing changed.

/** The run as it is held, else as a page of the history brought it. */
export const selectRun = (state: MonitorState, runId: RunId): Run | undefined =>
  state.entities.getRun(runId) ?? state.historyRuns.get(runId);

/** A span of a run that is held. */
export const selectSpan = (state: MonitorState, key: SpanKey): Span | undefined => state.entities.getSpan(key);

/** Top spans of a run, in start order. */
export const selectRootSpanIds = (state: MonitorState, runId: RunId): readonly SpanId[] =>
  state.entities.rootSpanIds(runId);

/** True children of a span, in start order. */
export const selectChildSpanIds = (state: MonitorState, key: SpanKey): readonly SpanId[] =>
  state.entities.childSpanIds(key);

/** A run's totals by agent, model or tool, dearest first. */
export const selectChargeLines = (
  state: MonitorState,
  runId: RunId,
  dimension: ChargeDimension,
): readonly ChargeLine[] => state.entities.chargeLines(runId, dimension);

/** Approvals of a run, decided ones too. */
export const selectApprovals = (state: MonitorState, runId: RunId): readonly Approval[] =>
  state.entities.approvalsOf(runId);

/** What was judged of a run. */
export const selectScores = (state: MonitorState, runId: RunId): readonly Score[] => state.entities.scoresOf(runId);

/** What waits for a person now, over all runs. */
export const selectPendingApprovals = (state: MonitorState): readonly Approval[] => state.pendingApprovals;

/** The newest lines of the log, oldest first. */
export const selectLogLines = (state: MonitorState): readonly LogLine[] => state.logLines;

/** Content of a span, where it was asked for. */
export const selectDetail = (state: MonitorState, key: SpanKey): DetailEntry | undefined => state.details.get(key);

/** Text of a running model call. */
export const selectLiveText = (state: MonitorState, key: SpanKey): string | undefined => state.liveText.get(key);

/** Whether this session may do it. `false` while nobody is known. */
export const selectCan = (state: MonitorState, capability: Capability): boolean =>
  state.session?.can.includes(capability) ?? false;
