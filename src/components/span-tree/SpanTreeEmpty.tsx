'use client';
import { useConnection } from '../../hooks/useConnection.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRun } from '../../hooks/useRun.ts';
import { EmptyState } from '../internals/EmptyState.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useSpanTreeContext } from './SpanTreeContext.ts';

/** The faces of the tree without rows: loading, nothing yet, not held. */
export function SpanTreeEmpty() {
  const { runId } = useSpanTreeContext();
  const { messages } = useMonitorContext();
  const run = useRun(runId);
  const { phase } = useConnection();
  const words = messages.spanTree;
  const isLoading = phase === 'connecting' || phase === 'catching-up' || (run !== undefined && run.spanCount > 0);
  return (
    <div role="row" className="sl-span-tree__empty">
      <div role="gridcell" className="sl-span-tree__empty-cell" aria-colspan={4}>
        {isLoading ? (
          <Skeleton lines={6} shape="row" />
        ) : run === undefined ? (
          <EmptyState icon="clock" title={words.notHeldTitle} body={words.notHeldBody} />
        ) : (
          <EmptyState icon="agent" title={words.noSpansTitle} body={words.noSpansBody} />
        )}
      </div>
    </div>
  );
}
