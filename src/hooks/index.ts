export type {
  GraphEdge,
  GraphEdgeActivity,
  GraphLimits,
  GraphLoading,
  GraphNode,
  GraphNodeActivity,
  GraphTopology,
  WorkflowGraphIndex,
} from '../store/workflow/types.ts';
export { createFormat, type Format, type FormatOptions } from './format/createFormat.ts';
export type { RunListItem } from './internals/runListSource.ts';
export type { StatSamples } from './internals/statHistory.ts';
export type { TraceFileSource, TraceFileState } from './internals/traceFileSession.ts';
export type { HistoryListControl } from './internals/useJoinedHistory.ts';
export type { HistoryAnswer } from './internals/useQuestion.ts';
export type { MonitorContextValue, NavigationTarget, Selection } from './MonitorContext.ts';
export { defaultMessages, type MessageOverrides, type Messages } from './messages/index.ts';
export { type AlertHistoryFilter, useAlertHistory } from './useAlertHistory.ts';
export { type ApprovalHistoryFilter, useApprovalHistory } from './useApprovalHistory.ts';
export { useApprovals } from './useApprovals.ts';
export { useCan } from './useCan.ts';
export { useChargeLines } from './useChargeLines.ts';
export { useChildSpanIds } from './useChildSpanIds.ts';
export { useConnection } from './useConnection.ts';
export { type ConnectionStatusState, type ConnectionStatusText, useConnectionStatus } from './useConnectionStatus.ts';
export { type CostBreakdown, type CostDimension, type CostLine, useCostBreakdown } from './useCostBreakdown.ts';
export { type CostSince, useCostSince } from './useCostSince.ts';
export { useCounters } from './useCounters.ts';
export { useErrorGroups } from './useErrorGroups.ts';
export { useGaps } from './useGaps.ts';
export { useIsRunStale } from './useIsRunStale.ts';
export { useIsStale } from './useIsStale.ts';
export { useLiveText } from './useLiveText.ts';
export { type LogHistoryControl, type MissedLogLines, useLogHistory } from './useLogHistory.ts';
export { type LogFilter, useLogLines } from './useLogLines.ts';
export { useLogTexts } from './useLogTexts.ts';
export { useMaybeMonitorContext } from './useMaybeMonitorContext.ts';
export { useMaybeMonitorStore } from './useMaybeMonitorStore.ts';
export { useMetricMinutes } from './useMetricMinutes.ts';
export { useMetrics } from './useMetrics.ts';
export { useMonitorContext } from './useMonitorContext.ts';
export { type MonitorSelectorOptions, useMonitorSelector } from './useMonitorSelector.ts';
export { useMonitorStore } from './useMonitorStore.ts';
export { useNow } from './useNow.ts';
export { type OpenRunControl, useOpenRun } from './useOpenRun.ts';
export { useRootSpanIds } from './useRootSpanIds.ts';
export { useRun } from './useRun.ts';
export { useRunCounts } from './useRunCounts.ts';
export { type RunHistoryControl, type RunHistoryOptions, useRunHistory } from './useRunHistory.ts';
export { useRunIds } from './useRunIds.ts';
export { type RunListControl, useRunList } from './useRunList.ts';
export { type ScoreHistoryFilter, useScoreHistory } from './useScoreHistory.ts';
export { useScores } from './useScores.ts';
export { type SelectionControl, useSelection } from './useSelection.ts';
export { useSession } from './useSession.ts';
export { useSpan } from './useSpan.ts';
export { type SpanDetail, type SpanDetailOptions, useSpanDetail } from './useSpanDetail.ts';
export { type SpanTreeOptions, useSpanTree, useSpanTreeSummary, useSpanTreeVersion } from './useSpanTree.ts';
export { useStatHistory } from './useStatHistory.ts';
export { useStats } from './useStats.ts';
export { useThroughput } from './useThroughput.ts';
export { useTopic } from './useTopic.ts';
export { useTotals } from './useTotals.ts';
export { type TraceFileControl, useTraceFile } from './useTraceFile.ts';
export { useView } from './useView.ts';
export { useWorkflow, type WorkflowLoad } from './useWorkflow.ts';
export {
  useGraphEdge,
  useGraphNode,
  useWorkflowGraph,
  type WorkflowGraphOptions,
  type WorkflowGraphRead,
} from './useWorkflowGraph.ts';
