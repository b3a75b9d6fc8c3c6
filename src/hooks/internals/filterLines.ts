import { type LogLine, logLevels } from '../../model/log.ts';
import type { LogFilter } from '../useLogLines.ts';

/** The lines a filter lets through; the same list where there is none. O(lines) */
export function filterLines(lines: readonly LogLine[], { runId, spanId, fromLevel }: LogFilter): readonly LogLine[] {
  if (runId === undefined && spanId === undefined && fromLevel === undefined) return lines;
  const least = fromLevel === undefined ? 0 : logLevels.indexOf(fromLevel);
  return lines.filter(
    (line) =>
      (runId === undefined || line.runId === runId) &&
      (spanId === undefined || line.spanId === spanId) &&
      logLevels.indexOf(line.level) >= least,
  );
}
