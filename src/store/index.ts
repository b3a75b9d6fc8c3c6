export type { EntityReader, Touched } from '../fold/types.ts';
export type { Alert, AlertSeverity, AlertState } from '../model/alert.ts';
export type { Approval, ApprovalState } from '../model/approval.ts';
export type { Capability, Role } from '../model/capabilities.ts';
export type { Detail, DetailKind, DetailPart, DetailRef, DetailRefs, ErrorDetail } from '../model/detail.ts';
export { type InputIssue, MonitorError } from '../model/errors.ts';
export type { EventFields, EventOf, EventType, MonitorEvent } from '../model/event.ts';
export { isMonitorEvent } from '../model/guardEvent.generated.ts';
export type {
  AlertHistoryQuery,
  AlertsPage,
  ApprovalHistoryQuery,
  ApprovalsPage,
  ErrorGroup,
  ErrorHistoryQuery,
  ErrorsAnswer,
  HistoryLogRow,
  HistoryNames,
  HistoryRunRow,
  LogHistoryQuery,
  LogsPage,
  MetricBucket,
  MetricDimension,
  MetricSeries,
  MetricsAnswer,
  MetricsHistoryQuery,
  QuantileSet,
  RunFactsPage,
  RunHistoryQuery,
  RunOrderName,
  RunsPage,
  ScoreHistoryQuery,
  ScoresPage,
  TimeRange,
} from '../model/history.ts';
export { asRunId, asSpanId, type RunId, type SpanId, type SpanKey, spanKeyOf, splitSpanKey } from '../model/ids.ts';
export type { LogLevel, LogLine } from '../model/log.ts';
export type { Producer } from '../model/producer.ts';
export type { ChargeDimension, ChargeLine, Charges, Run, RunStatus, RunTotals } from '../model/run.ts';
export type { Scope } from '../model/scope.ts';
export type { Score } from '../model/score.ts';
export type { CostSource, Span, SpanKind, SpanLink, SpanStatus } from '../model/span.ts';
export { NANO_USD_PER_USD, nanoUsdFromUsd, usdFromNanoUsd } from '../model/units.ts';
export type { Usage } from '../model/usage.ts';
export type { GapCause, RunRow, Subscription, Topic } from '../model/wire.ts';
export type { Workflow, WorkflowEdge, WorkflowNode } from '../model/workflow.ts';
export type { ConnectionState, Transport, TransportKind, TransportSink } from '../transport/types.ts';
export { createMonitorStore } from './createMonitorStore.ts';
export { createFrameScheduler, type FramePlatform } from './frameScheduler.ts';
export {
  createPages,
  type LoadedPage,
  type Pages,
  type PagesOptions,
  type PagesSnapshot,
} from './history/createPages.ts';
export {
  createQuestion,
  type Question,
  type QuestionOptions,
  type QuestionSnapshot,
} from './history/createQuestion.ts';
export type { OpenedRun } from './history/runOpener.ts';
export type { LeftLogLines } from './logBuffer.ts';
export { type MetricMinute, selectMetricMinutes } from './selectMetricMinutes.ts';
export {
  selectApprovals,
  selectCan,
  selectChargeLines,
  selectChildSpanIds,
  selectDetail,
  selectLiveText,
  selectLogLines,
  selectPendingApprovals,
  selectRootSpanIds,
  selectRun,
  selectScores,
  selectSpan,
} from './selectors.ts';
export { type StatSample, selectPastStats } from './selectPastStats.ts';
export {
  areCountsEqual,
  areIdsEqual,
  type RunCounts,
  type RunFilter,
  selectRunCounts,
  selectRunIds,
} from './selectRunIds.ts';
export { areStatsEqual, type Stats, selectStats } from './selectStats.ts';
export {
  type AllChargeDimension,
  type AllTotals,
  areLinesEqual,
  selectAllChargeLines,
  selectTotals,
} from './selectTotals.ts';
export {
  type CriticalPart,
  type CriticalPath,
  createSpanTreeIndex,
  type IdleStretch,
  type IdleTime,
  type SpanTreeCost,
  type SpanTreeIndex,
  type SpanTreeIndexOptions,
  type SpanTreeLayout,
  type SpanTreeParts,
  type SpanTreeRow,
  type SpanTreeSummary,
} from './tree/index.ts';
export type {
  Clock,
  DetailEntry,
  DetailSource,
  FrameScheduler,
  Gap,
  HistorySource,
  LoggedEvent,
  MonitorState,
  MonitorStore,
  MonitorStoreOptions,
  Session,
  SpanPrices,
  StoreCounters,
  StoreLimits,
  Throughput,
  Timers,
  ViewMode,
  WorkflowEntry,
} from './types.ts';
