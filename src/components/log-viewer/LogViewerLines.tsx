'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useCounters } from '../../hooks/useCounters.ts';
import { useLogTexts } from '../../hooks/useLogTexts.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Button } from '../internals/Button.tsx';
import { EmptyState } from '../internals/EmptyState.tsx';
import { Icon } from '../internals/icons/Icon.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useCssVars } from '../internals/useCssVars.ts';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { useLogViewerContext } from './LogViewerContext.ts';
import { LogViewerRow } from './LogViewerRow.tsx';

const OVERSCAN = 8;
const LINE_PX = 22;
/** So near to the end counts as at the end. */
const END_PX = 8;

/**
 * The lines, oldest on top: a `log` that is never read out by itself. End follows, scrolling up pauses and counts what comes; ↑↓ move the
 * current line, Enter opens it. Only the lines in sight are in the page. Sets `data-wrap`; inside `--sl-window-size`, `--sl-window-at`.
 */
export function LogViewerLines() {
  'use no memo'; // the virtualizer hands out functions that read changing state
  const { messages, format } = useMonitorContext();
  const words = messages.history;
  const { items, history, isWrapped, isFollowing, setFollowing, matches, matchAt, fromLevel } = useLogViewerContext();
  const ref = useRef<HTMLDivElement>(null);
  const [openKeys, setOpenKeys] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string>();
  const [pausedAtKey, setPausedAtKey] = useState<string>();

  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => ref.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: OVERSCAN,
  });
  const shown = virtualizer.getVirtualItems();
  const [from, to] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? -1];
  const inSight = useMemo(
    () => items.slice(from, to + 1).flatMap((item) => (item.kind === 'line' ? [item.line] : [])),
    [items, from, to],
  );
  const textOf = useLogTexts(inSight);

  const lastIndex = items.length - 1;
  useEffect(() => {
    if (isFollowing && lastIndex >= 0) virtualizer.scrollToIndex(lastIndex, { align: 'end' });
  }, [isFollowing, lastIndex, virtualizer]);

  // older lines push what is read down; it is put back
  const firstKey = items[0]?.key;
  const before = useRef<{ key: string | undefined; count: number }>({ key: firstKey, count: items.length });
  useEffect(() => {
    const { key } = before.current;
    const added = key === undefined || key === firstKey ? -1 : items.findIndex((item) => item.key === key);
    if (added > 0 && !isFollowing && ref.current) ref.current.scrollTop += added * LINE_PX;
    before.current = { key: firstKey, count: items.length };
  }, [firstKey, items, isFollowing]);

  const matchIndex = matches[matchAt];
  useEffect(() => {
    if (matchIndex !== undefined) virtualizer.scrollToIndex(matchIndex, { align: 'center' });
  }, [matchIndex, virtualizer]);

  const lastKey = items[lastIndex]?.key;
  const pausedIndex = pausedAtKey === undefined ? -1 : items.findIndex((item) => item.key === pausedAtKey);
  const newCount = isFollowing || pausedIndex < 0 ? 0 : lastIndex - pausedIndex;
  const follow = () => {
    setPausedAtKey(undefined);
    setFollowing(true);
  };
  const pause = () => {
    if (!isFollowing) return;
    setPausedAtKey(lastKey);
    setFollowing(false);
  };
  const onScroll = () => {
    const log = ref.current;
    if (!log) return;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight <= END_PX;
    if (isAtEnd && !isFollowing) follow();
  };
  const toggle = (key: string) =>
    setOpenKeys((keys) => {
      const next = new Set(keys);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = current === undefined ? -1 : items.findIndex((item) => item.key === current);
    const move = (index: number) => {
      const next = Math.max(0, Math.min(lastIndex, index));
      pause();
      setCurrent(items[next]?.key);
      virtualizer.scrollToIndex(next, { align: 'auto' });
    };
    if (event.key === 'End') follow();
    else if (event.key === 'Home') move(0);
    else if (event.key === 'ArrowUp') move(at < 0 ? lastIndex : at - 1);
    else if (event.key === 'ArrowDown') move(at < 0 ? lastIndex : at + 1);
    else if (event.key === 'PageUp') move((at < 0 ? lastIndex : at) - 10);
    else if (event.key === 'PageDown') move((at < 0 ? lastIndex : at) + 10);
    else if (event.key === 'Enter' && current !== undefined && event.target === event.currentTarget) toggle(current);
    else return;
    event.preventDefault();
  };

  const matching = useMemo(() => new Set(matches), [matches]);
  if (items.length === 0 && history.state !== 'loading') {
    return (
      <EmptyState
        icon="info"
        title={fromLevel === undefined ? words.noLines : words.noLinesOfLevel}
        action={<OlderLines />}
      />
    );
  }
  return (
    <div className="sl-log-viewer__frame">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it scrolls by keyboard, so its keys are its own */}
      <div
        ref={ref}
        className="sl-log-viewer__lines"
        role="log"
        aria-live="off"
        aria-label={words.logLines}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        data-wrap={isWrapped ? '' : undefined}
        onScroll={onScroll}
        onWheel={(event) => {
          if (event.deltaY < 0) pause();
        }}
        onTouchMove={pause}
        onKeyDown={onKeyDown}
      >
        <OlderLines />
        <Window sizePx={virtualizer.getTotalSize()}>
          {shown.map(({ index, key, start }) => {
            const item = items[index];
            return item ? (
              <WindowItem key={key} index={index} atPx={start} measure={virtualizer.measureElement}>
                {item.kind === 'line' ? (
                  <LogViewerRow
                    line={item.line}
                    message={textOf(item.line)}
                    isOpen={openKeys.has(item.key)}
                    isMatch={matching.has(index)}
                    isCurrent={index === matchIndex || item.key === current}
                    onToggle={() => {
                      setCurrent(item.key);
                      pause();
                      toggle(item.key);
                    }}
                  />
                ) : (
                  <div className="sl-log-viewer__sampled">{words.sampled(format.exactCount(item.count))}</div>
                )}
              </WindowItem>
            ) : null;
          })}
        </Window>
      </div>
      {newCount > 0 ? (
        <button type="button" className="sl-log-viewer__new" onClick={follow}>
          <Icon name="down" size="s" />
          {words.newLines(newCount, newCount > 999 ? '999+' : format.count(newCount))}
        </button>
      ) : null}
    </div>
  );
}

/** What stands above the oldest line. */
function OlderLines() {
  const { messages, format } = useMonitorContext();
  const { history } = useLogViewerContext();
  const { evictedLogLines } = useCounters();
  const words = messages.history;
  const { state, isEnd, errorCode, loadOlder } = history;
  if (state === 'unavailable') {
    if (evictedLogLines === 0) return null;
    return <div className="sl-log-viewer__older">{words.droppedLines(format.exactCount(evictedLogLines))}</div>;
  }
  if (state === 'loading') return <Skeleton lines={8} />;
  return (
    <div className="sl-log-viewer__older" data-state={isEnd ? 'end' : state}>
      {state === 'error' ? (
        <>
          <span>
            {words.olderLinesFailed(words.fault[errorCode ?? ''] ?? words.fault['history.unreachable'] ?? '')}
          </span>
          <Button size="s" onClick={loadOlder}>
            {messages.common.retry}
          </Button>
        </>
      ) : isEnd ? (
        words.noOlderLines
      ) : (
        <Button size="s" variant="ghost" onClick={loadOlder}>
          {words.loadOlderLines}
        </Button>
      )}
    </div>
  );
}

function Window({ sizePx, children }: { readonly sizePx: number; readonly children: React.ReactNode }) {
  const ref = useCssVars({ '--sl-window-size': `${sizePx}px` });
  return (
    <div ref={ref} className="sl-window">
      {children}
    </div>
  );
}

interface WindowItemProps {
  readonly index: number;
  readonly atPx: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly children: React.ReactNode;
}

function WindowItem({ index, atPx, measure, children }: WindowItemProps) {
  const varsRef = useCssVars({ '--sl-window-at': `${atPx}px` });
  const ref = useMergedRefs<HTMLDivElement>(varsRef, measure);
  return (
    <div ref={ref} className="sl-window__item" data-index={index}>
      {children}
    </div>
  );
}
