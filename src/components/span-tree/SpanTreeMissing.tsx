'use client';
import { useConnection } from '../../hooks/useConnection.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRun } from '../../hooks/useRun.ts';
import { useSpanTreeSummary } from '../../hooks/useSpanTree.ts';
import { Banner } from '../internals/Banner.tsx';
import { Button } from '../internals/Button.tsx';
import { useSpanTreeContext } from './SpanTreeContext.ts';

/** Says that spans of the run could not be had, over the rows that are here, with a way to try again. */
export function SpanTreeMissing() {
  const { runId, index } = useSpanTreeContext();
  const { store, messages, format } = useMonitorContext();
  const run = useRun(runId);
  const { phase } = useConnection();
  const { spanCount } = useSpanTreeSummary(index);
  const missing = (run?.spanCount ?? 0) - spanCount;
  if (missing <= 0 || (phase !== 'offline' && phase !== 'reconnecting')) return null;
  return (
    <Banner
      tone="attn"
      icon="warn"
      title={messages.spanTree.missing(missing, format.count(missing))}
      actions={
        <Button size="s" onClick={() => store.retry()}>
          {messages.common.retry}
        </Button>
      }
    />
  );
}
