import type { Detail, DetailRefs } from './detail.ts';
import type { RunId, SpanId } from './ids.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One line of a log. Its text is content: `detail.message`. */
export interface LogLine {
  readonly id: string;
  readonly runId?: RunId | undefined;
  readonly spanId?: SpanId | undefined;
  readonly atMs: number;
  readonly level: LogLevel;
  /** Who wrote it: an agent, a service. */
  readonly sourceName?: string | undefined;
  readonly detail?: Detail | undefined;
  readonly detailRefs?: DetailRefs | undefined;
}
