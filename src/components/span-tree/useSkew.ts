'use client';
import { useCallback } from 'react';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import { spanKeyOf } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import type { MonitorState } from '../../store/types.ts';

/** A child that says it began so much before its parent: the clocks differ. */
const SKEW_LEAST_MS = 5;

/** How much earlier than its parent a span says it began, ms. Reads the parent without following the rest of it. */
export function useSkew(span: Span | undefined): number | undefined {
  const { runId, parentId, startedAtMs, isCycleCut } = span ?? {};
  const select = useCallback(
    (state: MonitorState) => {
      if (runId === undefined || parentId === undefined || startedAtMs === undefined || isCycleCut) return undefined;
      const parent = state.entities.getSpan(spanKeyOf(runId, parentId));
      if (parent?.startedAtMs === undefined || parent.isPlaceholder) return undefined;
      const earlierMs = parent.startedAtMs - startedAtMs;
      return earlierMs >= SKEW_LEAST_MS ? earlierMs : undefined;
    },
    [runId, parentId, startedAtMs, isCycleCut],
  );
  return useMonitorSelector(select);
}
