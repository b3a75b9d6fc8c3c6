'use client';
import { useCallback } from 'react';
import type { RunId, SpanId } from '../model/ids.ts';
import type { LogLevel, LogLine } from '../model/log.ts';
import type { MonitorState } from '../store/types.ts';
import { areItemsEqual } from './internals/areItemsEqual.ts';
import { filterLines } from './internals/filterLines.ts';
import { LIST_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useTopic } from './useTopic.ts';

export interface LogFilter {
  readonly runId?: RunId | undefined;
  readonly spanId?: SpanId | undefined;
  /** This level and the graver ones. */
  readonly fromLevel?: LogLevel | undefined;
}

/** The lines that are held, oldest first. Asks the relay for them while it is mounted. O(lines) at most 10 times a second. */
export function useLogLines({ runId, spanId, fromLevel }: LogFilter = {}): readonly LogLine[] {
  useTopic('logs');
  const select = useCallback(
    ({ logLines }: MonitorState) => filterLines(logLines, { runId, spanId, fromLevel }),
    [runId, spanId, fromLevel],
  );
  return useMonitorSelector<readonly LogLine[]>(select, { isEqual: areItemsEqual, ratePerSec: LIST_RATE_PER_SEC });
}
