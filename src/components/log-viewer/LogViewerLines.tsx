'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useConnection } from '../../hooks/useConnection.ts';
import { useLogTexts } from '../../hooks/useLogTexts.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { EmptyState } from '../internals/EmptyState.tsx';
import { Icon } from '../internals/icons/Icon.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useSteadyMeasure } from '../internals/useSteadyMeasure.ts';
import { useLogViewerContext } from './LogViewerContext.ts';
import { LogViewerItem } from './LogViewerItem.tsx';
import { LogViewerOlder } from './LogViewerOlder.tsx';
import { LogViewerWindow, LogViewerWindowItem } from './LogViewerWindow.tsx';
import { atMsOf } from './placeGaps.ts';
import type { LogItem } from './sampleFlood.ts';

const OVERSCAN = 8;
const LINE_PX = 22;
/** So near to the end counts as at the end. */
const END_PX = 8;

/**
 * The lines, oldest on top: a `log` that is never read out by itself. End follows, scrolling up pauses and counts what comes; ↑↓ move the
 * current line, Enter shows its fields. Only the lines in sight are in the page. Sets `data-wrap`, on gaps `data-why`; inside `--sl-window-size`, `--sl-window-at`.
 */
export function LogViewerLines() {
  'use no memo'; // the virtualizer hands out functions that read changing state
  const { messages, format } = useMonitorContext();
  const words = messages.history;
  const { phase } = useConnection();
  const { items, history, isWrapped, isFollowing, setFollowing, matches, matchAt, fromLevel } = useLogViewerContext();
  const ref = useRef<HTMLDivElement>(null);
  const [openKeys, setOpenKeys] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string>();
  const wantsFocus = useRef(false);
  const justOpened = useRef<string>(undefined);
  const windowRef = useRef<HTMLDivElement>(null);
  const [aboveWindowPx, setAboveWindowPx] = useState(0);
  const lastTop = useRef(0);

  const lastIndex = items.length - 1;
  const [pausedAt, setPausedAt] = useState<LogItem>();
  // whoever stops the following (a key, a search, the button): what comes from then on is counted
  if (isFollowing && pausedAt) setPausedAt(undefined);
  else if (!isFollowing && !pausedAt && items[lastIndex]) setPausedAt(items[lastIndex]);
  const matchIndex = matches[matchAt];
  const currentIndex = current === undefined ? -1 : items.findIndex((item) => item.key === current);

  const measureElement = useSteadyMeasure((index) => {
    const item = items[index];
    return item?.kind === 'line' && !isWrapped && !openKeys.has(item.key) ? 'line' : undefined;
  });
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: items.length,
    getScrollElement: () => ref.current,
    estimateSize: () => LINE_PX,
    measureElement,
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: OVERSCAN,
    scrollMargin: aboveWindowPx,
    // a line that grows makes the log grow: measured a frame later, the two do not chase each other
    useAnimationFrameWithResizeObserver: true,
    rangeExtractor: (range) => {
      const [from, to] = [
        Math.max(0, range.startIndex - range.overscan),
        Math.min(range.count - 1, range.endIndex + range.overscan),
      ];
      const indexes = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
      // the line that has the focus stays in the page, else the focus would be lost
      if (currentIndex >= 0 && currentIndex < from) indexes.unshift(currentIndex);
      if (currentIndex > to && currentIndex < range.count) indexes.push(currentIndex);
      return indexes;
    },
  });
  const shown = virtualizer.getVirtualItems();
  const shownText = shown.map(({ index }) => index).join();
  const inSight = useMemo(
    () =>
      (shownText === '' ? [] : shownText.split(',')).flatMap((index) => {
        const item = items[Number(index)];
        return item?.kind === 'line' ? [item.line] : [];
      }),
    [items, shownText],
  );
  const textOf = useLogTexts(inSight);

  const hasItems = items.length > 0;
  // what stands above the lines changes with these
  useLayoutEffect(() => {
    setAboveWindowPx(windowRef.current?.offsetTop ?? 0);
  }, [history.state, history.isEnd, hasItems]);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const line = ref.current?.querySelector<HTMLElement>(`[data-index="${currentIndex}"] .sl-log-viewer__head`);
    if (!line) return; // the window has not come there yet; the next render tries again
    wantsFocus.current = false;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: 'nearest' });
  });
  useEffect(() => {
    const index = items.findIndex((item) => item.key === justOpened.current);
    justOpened.current = undefined;
    if (index >= 0) ref.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: 'nearest' });
    // oxlint-disable-next-line react/exhaustive-deps -- only when a line was opened, not when lines come
  }, [openKeys]);
  useEffect(() => {
    if (isFollowing && lastIndex >= 0) virtualizer.scrollToIndex(lastIndex, { align: 'end' });
  }, [isFollowing, lastIndex, virtualizer]);

  // older lines push what is read down, and the oldest that leave pull it up; it is put back
  const before = useRef(items);
  useLayoutEffect(() => {
    const shift = isFollowing ? 0 : linesBefore(items, before.current[0]) - linesBefore(before.current, items[0]);
    if (shift !== 0 && ref.current) ref.current.scrollTop += shift * LINE_PX;
    before.current = items;
  }, [items, isFollowing]);

  useEffect(() => {
    if (matchIndex !== undefined) virtualizer.scrollToIndex(matchIndex, { align: 'center' });
  }, [matchIndex, virtualizer]);

  const pausedIndex = pausedAt
    ? items.findLastIndex((item) => item.key === pausedAt.key || atMsOf(item) < atMsOf(pausedAt))
    : -1;
  const newCount = isFollowing || !pausedAt ? 0 : lastIndex - pausedIndex;
  const follow = () => setFollowing(true);
  const pause = () => setFollowing(false);
  const onScroll = () => {
    const log = ref.current;
    if (!log) return;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight <= END_PX;
    if (isAtEnd) follow();
    else if (log.scrollTop < lastTop.current) pause(); // also by the bar, or a finger
    lastTop.current = log.scrollTop;
  };
  const toggle = (key: string) => {
    justOpened.current = openKeys.has(key) ? undefined : key;
    setOpenKeys((keys) => {
      const next = new Set(keys);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = currentIndex >= 0 ? currentIndex : (matchIndex ?? -1);
    const move = (index: number) => {
      const next = Math.max(0, Math.min(lastIndex, index));
      pause();
      wantsFocus.current = true;
      setCurrent(items[next]?.key);
      virtualizer.scrollToIndex(next, { align: 'auto' });
    };
    if (event.key === 'End') {
      ref.current?.focus({ preventScroll: true });
      setCurrent(undefined);
      follow();
    } else if (event.key === 'Home') move(0);
    else if (event.key === 'ArrowUp') move(at < 0 ? lastIndex : at - 1);
    else if (event.key === 'ArrowDown') move(at < 0 ? lastIndex : at + 1);
    else if (event.key === 'PageUp') move((at < 0 ? lastIndex : at) - 10);
    else if (event.key === 'PageDown') move((at < 0 ? lastIndex : at) + 10);
    else if (event.key === 'Enter' && event.target === event.currentTarget) {
      const item = items[at < 0 ? lastIndex : at];
      if (item) toggle(item.key);
      move(at < 0 ? lastIndex : at);
    } else return;
    event.preventDefault();
  };

  const matching = useMemo(() => new Set(matches), [matches]);
  if (items.length === 0 && phase === 'connecting') return <Skeleton lines={8} />;
  if (items.length === 0 && history.state !== 'loading') {
    return (
      <EmptyState
        icon="info"
        title={fromLevel === undefined ? words.noLines : words.noLinesOfLevel}
        action={<LogViewerOlder />}
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
        onKeyDown={onKeyDown}
      >
        <LogViewerOlder onLoad={pause} />
        <LogViewerWindow windowRef={windowRef} sizePx={virtualizer.getTotalSize()}>
          {shown.map(({ index, key, start }) => {
            const item = items[index];
            return item ? (
              <LogViewerWindowItem
                key={key}
                index={index}
                atPx={start - aboveWindowPx}
                measure={virtualizer.measureElement}
              >
                <LogViewerItem
                  item={item}
                  message={item.kind === 'line' ? textOf(item.line) : undefined}
                  isOpen={openKeys.has(item.key)}
                  isTabStop={item.key === current}
                  isMatch={matching.has(index)}
                  isCurrent={index === matchIndex || item.key === current}
                  onToggle={() => {
                    setCurrent(item.key);
                    pause();
                    toggle(item.key);
                  }}
                />
              </LogViewerWindowItem>
            ) : null;
          })}
        </LogViewerWindow>
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

/** How many items stand before one; 0 where it is not among them. */
const linesBefore = (items: readonly LogItem[], of: LogItem | undefined): number =>
  of === undefined || items[0]?.key === of.key
    ? 0
    : Math.max(
        0,
        items.findIndex(({ key }) => key === of.key),
      );
