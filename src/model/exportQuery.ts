import type { RunHistoryQuery } from './history.ts';
import type { RunId } from './ids.ts';
import type { Scopable } from './scope.ts';

/** What runs can be exported as: everything as events or as OTLP, or a table for spreadsheets. */
export const runExportFormats = ['spanlight', 'otlp', 'spans', 'costs'] as const;
export type RunExportFormat = (typeof runExportFormats)[number];

/** Which runs, and how. The relay gives what the role may see, and nothing more. */
export interface RunExportQuery extends Omit<RunHistoryQuery, 'order'> {
  readonly format: RunExportFormat;
  /** These runs, whatever the filters say. */
  readonly runIds?: readonly RunId[] | undefined;
  /** With inputs and outputs: needs `read.payload`. Default false. */
  readonly content?: boolean | undefined;
}

/** Where exports come from: `createRelayClient` is one. */
export interface ExportSource extends Scopable<ExportSource> {
  /** @throws MonitorError `history.forbidden`, `history.bad-query`, `history.busy`, `history.unreachable` */
  exportRuns(query: RunExportQuery): Promise<Blob>;
}
