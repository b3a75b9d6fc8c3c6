'use client';
import type { ReactNode } from 'react';
import { useConnection } from '../../hooks/useConnection.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button } from '../internals/Button.tsx';
import { EmptyState } from '../internals/EmptyState.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useRunListContext } from './RunListContext.ts';

/** The faces of the list without rows (waiting, nothing yet, nothing matches); its children otherwise. */
export function RunListEmpty({ children }: { readonly children: ReactNode }) {
  const { messages } = useMonitorContext();
  const { list, tab, text, setText, setTab } = useRunListContext();
  const { phase } = useConnection();
  if (list.items.length > 0) return children;
  const words = messages.runList;
  if (text.trim() !== '') {
    return (
      <EmptyState
        icon="search"
        title={words.noMatchTitle}
        action={
          <Button
            size="s"
            onClick={() => {
              setText('');
              setTab('all');
            }}
          >
            {words.clearFilters}
          </Button>
        }
      />
    );
  }
  if (phase === 'connecting' || phase === 'catching-up') return <Skeleton lines={6} shape="row" />;
  if (tab === 'running') return <EmptyState icon="queued" title={words.noneRunning} />;
  if (tab === 'waiting') return <EmptyState icon="ok" tone="ok" title={words.noneWaiting} />;
  if (tab === 'failed') return <EmptyState icon="ok" tone="ok" title={words.noneFailed} />;
  return <EmptyState icon="agent" title={words.emptyTitle} body={words.emptyBody} />;
}
