'use client';
import { type RefObject, useEffect, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button } from '../internals/Button.tsx';
import { Icon } from '../internals/icons/Icon.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useRunListContext } from './RunListContext.ts';

/**
 * The last row of the list: older runs are loaded when it is reached by scrolling, or by its button. Nothing where the store has no
 * history. Sets `data-state`.
 */
export function RunListOlder({ gridRef }: { readonly gridRef: RefObject<HTMLElement | null> }) {
  const { history } = useRunListContext();
  const ref = useRef<HTMLDivElement>(null);
  const { state, isEnd, loadMore } = history;
  const canLoad = state === 'idle' && !isEnd;

  useEffect(() => {
    const [row, grid] = [ref.current, gridRef.current];
    if (!canLoad || !row || !grid || typeof IntersectionObserver === 'undefined') return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        // who did not scroll did not ask for more
        if (entries.some(({ isIntersecting }) => isIntersecting) && grid.scrollTop > 0) loadMore();
      },
      { root: grid, rootMargin: '0px 0px 120px 0px' },
    );
    observer.observe(row);
    return () => observer.disconnect();
  }, [canLoad, loadMore, gridRef]);

  if (state === 'unavailable') return null;
  return (
    <div ref={ref} role="row" className="sl-run-list__older" data-state={isEnd && state === 'idle' ? 'end' : state}>
      <div role="gridcell" className="sl-run-list__older-cell" aria-colspan={3}>
        <OlderFace />
      </div>
    </div>
  );
}

/** What can be said or done about older runs. */
export function OlderFace() {
  const { messages } = useMonitorContext();
  const { history } = useRunListContext();
  const words = messages.runList;
  if (history.state === 'loading') return <Skeleton lines={3} shape="row" />;
  if (history.state === 'error') {
    return (
      <>
        <Icon name="error" size="s" />
        <span className="sl-run-list__older-text">
          {words.olderFailed(
            words.olderFault[history.errorCode ?? ''] ?? words.olderFault['history.unreachable'] ?? '',
          )}
        </span>
        <Button size="s" onClick={history.loadMore}>
          {messages.common.retry}
        </Button>
      </>
    );
  }
  if (history.isEnd) return <span className="sl-run-list__older-text">{words.noOlder}</span>;
  return (
    <Button size="s" variant="ghost" onClick={history.loadMore}>
      {words.loadOlder}
    </Button>
  );
}
