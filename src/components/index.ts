export {
  ConnectionStatusPrefab,
  type ConnectionStatusPrefabProps,
} from './connection-status/ConnectionStatusPrefab.tsx';
export * as ConnectionStatus from './connection-status/index.parts.ts';
export { CostCardsPrefab, type CostCardsPrefabProps } from './cost-cards/CostCardsPrefab.tsx';
export * as CostCards from './cost-cards/index.parts.ts';
export { ErrorGroupsPrefab, type ErrorGroupsPrefabProps } from './error-groups/ErrorGroupsPrefab.tsx';
export * as ErrorGroups from './error-groups/index.parts.ts';
export { ExportButtonPrefab, type ExportButtonPrefabProps } from './export-button/ExportButtonPrefab.tsx';
export { FileDropPrefab, type FileDropPrefabProps } from './file-drop/FileDropPrefab.tsx';
export * as FileDrop from './file-drop/index.parts.ts';
export { KindIcon, type KindIconProps } from './internals/icons/KindIcon.tsx';
export { StatusIcon, type StatusIconProps } from './internals/icons/StatusIcon.tsx';
export { type ShownStatus, shownStatus } from './internals/icons/shownStatus.ts';
export { RedactedChip, type RedactedChipProps } from './internals/RedactedChip.tsx';
export type { PartProps, PartPropsOf } from './internals/renderPart.tsx';
export * as LogViewer from './log-viewer/index.parts.ts';
export { LogViewerPrefab, type LogViewerPrefabProps } from './log-viewer/LogViewerPrefab.tsx';
export { PermissionGate, type PermissionGateProps } from './permission/PermissionGate.tsx';
export { RoleChip } from './permission/RoleChip.tsx';
export { DashboardPrefab, type DashboardPrefabProps } from './prefabs/DashboardPrefab.tsx';
export type { DashboardLayout, DashboardParts, DashboardSlot } from './prefabs/dashboardSlots.ts';
export type { AnnounceLevel } from './provider/createAnnouncer.ts';
export { MonitorProvider, type MonitorProviderProps } from './provider/MonitorProvider.tsx';
export type { Density, ThemeSetting } from './provider/useRootLook.ts';
export * as RunList from './run-list/index.parts.ts';
export type { RunListTab } from './run-list/RunListContext.ts';
export { RunListPrefab, type RunListPrefabProps } from './run-list/RunListPrefab.tsx';
export * as SpanInspector from './span-inspector/index.parts.ts';
export { SpanInspectorPrefab, type SpanInspectorPrefabProps } from './span-inspector/SpanInspectorPrefab.tsx';
export * as SpanTree from './span-tree/index.parts.ts';
export { SpanTreePrefab, type SpanTreePrefabProps } from './span-tree/SpanTreePrefab.tsx';
export * as StatCard from './stat/index.parts.ts';
export { StatStripPrefab, type StatStripPrefabProps } from './stat/StatStripPrefab.tsx';
export { type StatCardData, type StatCards, type StatName, useStatCards } from './stat/useStatCards.ts';
export * as WorkflowGraph from './workflow-graph/index.parts.ts';
export { WorkflowGraphPrefab, type WorkflowGraphPrefabProps } from './workflow-graph/WorkflowGraphPrefab.tsx';
