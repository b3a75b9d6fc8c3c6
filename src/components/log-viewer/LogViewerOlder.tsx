'use client';
import { useCounters } from '../../hooks/useCounters.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button } from '../internals/Button.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useLogViewerContext } from './LogViewerContext.ts';

/** What stands above the oldest line. */
export function LogViewerOlder({ onLoad }: { readonly onLoad?: () => void }) {
  const { messages, format } = useMonitorContext();
  const { history, items } = useLogViewerContext();
  const { evictedLogLines } = useCounters();
  const words = messages.history;
  const { state, isEnd, errorCode, loadOlder } = history;
  if (state === 'unavailable') {
    if (evictedLogLines === 0) return null;
    return <div className="sl-log-viewer__older">{words.droppedLines(format.exactCount(evictedLogLines))}</div>;
  }
  if (state === 'loading') {
    if (items.length === 0) return <Skeleton lines={8} />;
    return (
      <div className="sl-log-viewer__older" data-state="loading" aria-busy="true">
        {words.loadingOlderLines}
      </div>
    );
  }
  const load = () => {
    onLoad?.();
    loadOlder();
  };
  return (
    <div className="sl-log-viewer__older" data-state={isEnd ? 'end' : state}>
      {state === 'error' ? (
        <>
          <span>
            {words.olderLinesFailed(words.fault[errorCode ?? ''] ?? words.fault['history.unreachable'] ?? '')}
          </span>
          <Button size="s" onClick={load}>
            {messages.common.retry}
          </Button>
        </>
      ) : isEnd ? (
        words.noOlderLines
      ) : (
        <Button size="s" variant="ghost" onClick={load}>
          {words.loadOlderLines}
        </Button>
      )}
    </div>
  );
}
