'use client';
import { forwardRef, useCallback, useMemo, useState } from 'react';
import { useGaps } from '../../hooks/useGaps.ts';
import { useLogHistory } from '../../hooks/useLogHistory.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import type { RunId, SpanId } from '../../model/ids.ts';
import type { LogLevel, LogLine } from '../../model/log.ts';
import type { MonitorState } from '../../store/types.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { LogViewerContext, type LogViewerContextValue } from './LogViewerContext.ts';
import { logTextOf } from './logText.ts';
import { placeGaps } from './placeGaps.ts';
import { type LogItem, sampleFlood } from './sampleFlood.ts';

export interface LogViewerRootState {
  readonly following: boolean;
}

export interface LogViewerRootProps extends PartPropsOf<'div', LogViewerRootState> {
  /** Only lines of this run, or of one of its spans. */
  readonly runId?: RunId | undefined;
  readonly spanId?: SpanId | undefined;
  /** The level at first. Default: all. */
  readonly defaultFromLevel?: LogLevel | undefined;
}

const selectTexts = ({ logTexts }: MonitorState) => logTexts;

/** Which lines are shown, for the parts inside it. `/` searches, `n` and `N` go through the matches, `w` wraps. Sets `data-following`. */
export const LogViewerRoot = forwardRef<HTMLDivElement, LogViewerRootProps>(function LogViewerRoot(props, ref) {
  const { runId, spanId, defaultFromLevel, children, ...partProps } = props;
  const { hasShortcuts } = useMonitorContext();
  const [fromLevel, setFromLevel] = useState<LogLevel | undefined>(defaultFromLevel);
  const [isWrapped, setWrapped] = useState(false);
  const [isFollowing, setFollowing] = useState(true);
  const [search, setSearchText] = useState('');
  const [matchIndex, setMatchIndex] = useState(0);
  const history = useLogHistory({ runId, spanId, fromLevel });
  const texts = useMonitorSelector(selectTexts);

  const gaps = useGaps();
  const { lines, missed } = history;
  const itemsOfLines = useMemo((): readonly LogItem[] => {
    if (!missed) return sampleFlood(lines);
    const { count, beforeIndex } = missed;
    const atMs = lines[beforeIndex - 1]?.atMs ?? 0;
    return [
      ...sampleFlood(lines.slice(0, beforeIndex)),
      { kind: 'missed', key: 'missed', count, atMs },
      ...sampleFlood(lines.slice(beforeIndex)),
    ];
  }, [lines, missed]);
  const items = useMemo(() => placeGaps(itemsOfLines, gaps), [itemsOfLines, gaps]);
  const matches = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    if (wanted === '') return [];
    const isMatch = (line: LogLine) => {
      const message = line.detail?.message ?? texts.get(line.id);
      return `${line.sourceName ?? ''} ${message === undefined || message === null ? '' : logTextOf(message)}`
        .toLowerCase()
        .includes(wanted);
    };
    return items.flatMap((item, index) => (item.kind === 'line' && isMatch(item.line) ? [index] : []));
  }, [items, texts, search]);
  const matchAt = matches.length === 0 ? 0 : Math.min(matchIndex, matches.length - 1);

  const setSearch = useCallback((text: string) => {
    setSearchText(text);
    setMatchIndex(Number.MAX_SAFE_INTEGER); // the newest match first
    if (text.trim() !== '') setFollowing(false); // what was found is not scrolled away
  }, []);
  const matchCount = matches.length;
  const stepMatch = useCallback(
    (step: 1 | -1) => {
      if (matchCount === 0) return;
      setFollowing(false);
      setMatchIndex((matchAt + step + matchCount) % matchCount);
    },
    [matchCount, matchAt],
  );

  const value = useMemo<LogViewerContextValue>(
    () => ({
      history,
      items,
      fromLevel,
      setFromLevel,
      isWrapped,
      setWrapped,
      isFollowing,
      setFollowing,
      search,
      setSearch,
      matches,
      matchAt,
      stepMatch,
    }),
    [history, items, fromLevel, isWrapped, isFollowing, search, setSearch, matches, matchAt, stepMatch],
  );
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!hasShortcuts || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as HTMLElement).matches('input, select, textarea')) return;
    const root = event.currentTarget;
    if (event.key === '/') root.querySelector<HTMLElement>('[role="searchbox"]')?.focus();
    else if (event.key === 'n') stepMatch(1);
    else if (event.key === 'N') stepMatch(-1);
    else if (event.key === 'w') setWrapped((was) => !was);
    else return;
    event.preventDefault();
  };
  return useRenderPart('div', partProps, { following: isFollowing } satisfies LogViewerRootState, {
    ref,
    className: 'sl-log-viewer',
    onKeyDown,
    children: <LogViewerContext.Provider value={value}>{children}</LogViewerContext.Provider>,
  });
});
