'use client';
import type { ReactNode } from 'react';
import { useConnection } from '../../hooks/useConnection.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button } from '../internals/Button.tsx';
import { EmptyState } from '../internals/EmptyState.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useRunListContext } from './RunListContext.ts';
import { OlderFace } from './RunListOlder.tsx';

/** The faces of the list without rows (waiting, nothing yet, nothing matches); its children otherwise. */
export function RunListEmpty({ children }: { readonly children: ReactNode }): ReactNode {
  const { messages } = useMonitorContext();
  const { items, tab, isFiltered, clearFilters, history } = useRunListContext();
  const { phase } = useConnection();
  if (items.length > 0) return children;
  const words = messages.runList;
  if (history.state === 'loading') return <Skeleton lines={6} shape="row" />;
  if (isFiltered) {
    return (
      <EmptyState
        icon="search"
        title={words.noMatchTitle}
        action={
          <>
            <Button size="s" onClick={clearFilters}>
              {words.clearFilters}
            </Button>
            <EmptyOlder />
          </>
        }
      />
    );
  }
  if (phase === 'connecting' || phase === 'catching-up') return <Skeleton lines={6} shape="row" />;
  if (tab === 'running') return <EmptyState icon="queued" title={words.noneRunning} action={<EmptyOlder />} />;
  if (tab === 'waiting') return <EmptyState icon="ok" tone="ok" title={words.noneWaiting} action={<EmptyOlder />} />;
  if (tab === 'failed') return <EmptyState icon="ok" tone="ok" title={words.noneFailed} action={<EmptyOlder />} />;
  return <EmptyState icon="agent" title={words.emptyTitle} body={words.emptyBody} action={<EmptyOlder />} />;
}

/** Nothing is held; the history may have something. */
function EmptyOlder() {
  const { history } = useRunListContext();
  if (history.state === 'unavailable' || history.isEnd) return null;
  return (
    <div className="sl-run-list__older-cell" data-state={history.state}>
      <OlderFace />
    </div>
  );
}
