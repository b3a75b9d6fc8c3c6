'use client';
import { forwardRef, useCallback, useEffect, useMemo, useState } from 'react';
import { joinRuns } from '../../hooks/internals/joinRuns.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorStore } from '../../hooks/useMonitorStore.ts';
import { useRunHistory } from '../../hooks/useRunHistory.ts';
import { useRunList } from '../../hooks/useRunList.ts';
import type { RunHistoryQuery } from '../../model/history.ts';
import type { RunId } from '../../model/ids.ts';
import type { RunFilter } from '../../store/selectRunIds.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { RunListContext, type RunListContextValue, type RunListTab } from './RunListContext.ts';

const countAfterMs = 700;
/** While somebody types, nothing is asked for. */
const askAfterMs = 300;

export interface RunListRootState {
  readonly tab: RunListTab;
}

export interface RunListRootProps extends PartPropsOf<'div', RunListRootState> {
  /** The tab at first. Default `all`. */
  readonly defaultTab?: RunListTab | undefined;
  /** Only runs of this agent, group or user. */
  readonly filter?: Pick<RunFilter, 'agentName' | 'groupId' | 'userId'> | undefined;
  /** What is searched for, kept by the host, e.g. in a toolbar. */
  readonly text?: string | undefined;
  readonly onTextChange?: ((text: string) => void) | undefined;
}

/** Which runs are shown, for the parts inside it. Sets `data-tab`. */
export const RunListRoot = forwardRef<HTMLDivElement, RunListRootProps>(function RunListRoot(props, ref) {
  const { defaultTab = 'all', filter, text: givenText, onTextChange, children, ...partProps } = props;
  const { messages, format, selection, select: selectIn, navigate, announce } = useMonitorContext();
  const [tab, setTab] = useState<RunListTab>(defaultTab);
  const [ownText, setOwnText] = useState('');
  const text = givenText ?? ownText;
  const [ownAgentName, setAgentName] = useState<string>();
  const [modelName, setModelName] = useState<string>();
  const agentName = ownAgentName ?? filter?.agentName;
  const liveList = useRunList({
    ...filter,
    agentName,
    modelName,
    ...(tab === 'all' ? {} : { status: tab }),
    ...(text.trim() ? { text } : {}),
  });
  const question = queryOf({ ...filter, agentName, modelName }, tab, text);
  const queryText = JSON.stringify(question);
  const query = useMemo(() => JSON.parse(queryText) as RunHistoryQuery, [queryText]);
  const history = useRunHistory(query);
  const store = useMonitorStore();
  const { rows } = history;
  // what a page shows already is not new, whenever it came to life
  const list = useMemo(() => {
    if (rows.length === 0 || liveList.newCount === 0) return liveList;
    const paged = new Set(rows.map(({ run }) => run.runId));
    return { ...liveList, newCount: liveList.newIds.filter((id) => !paged.has(id)).length };
  }, [liveList, rows]);
  const items = useMemo(() => joinRuns(list.items, rows, store.getView(), list.newIds), [list, rows, store]);
  const runCount = useMemo(() => items.filter(({ kind }) => kind === 'run').length, [items]);
  const isFiltered = text.trim() !== '' || ownAgentName !== undefined || modelName !== undefined;

  const setText = useCallback(
    (next: string) => {
      setOwnText(next);
      onTextChange?.(next);
    },
    [onTextChange],
  );
  const select = useCallback((runId: RunId) => selectIn({ runId }), [selectIn]);
  const open = useCallback(
    (runId: RunId) => {
      selectIn({ runId });
      navigate({ to: 'run', runId });
    },
    [selectIn, navigate],
  );

  useEffect(() => {
    if (text.trim() === '') return undefined;
    const timer = setTimeout(
      () => announce(messages.runList.found(runCount, format.exactCount(runCount)), 'polite'),
      countAfterMs,
    );
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-deps -- the count is said when the words changed, not each time a run comes
  }, [text]);

  // who asks for something wants all of it, not what happens to be held
  const { loadMore } = history;
  const askedText = isFiltered ? JSON.stringify([text, ownAgentName, modelName, tab]) : undefined;
  useEffect(() => {
    if (askedText === undefined) return undefined;
    const timer = setTimeout(loadMore, askAfterMs);
    return () => clearTimeout(timer);
  }, [askedText, loadMore]);

  const { newCount } = list;
  useEffect(() => {
    if (newCount > 0) announce(messages.runList.newRuns(newCount, format.exactCount(newCount)), 'polite', true);
  }, [newCount, announce, messages, format]);

  const clearFilters = useCallback(() => {
    setText('');
    setAgentName(undefined);
    setModelName(undefined);
    setTab('all');
  }, [setText]);
  const selectedId = selection.runId;
  const value = useMemo<RunListContextValue>(
    () => ({
      list,
      items,
      runCount,
      history,
      tab,
      setTab,
      text,
      setText,
      selectedId,
      open,
      select,
      agentName,
      setAgentName,
      modelName,
      setModelName,
      isFiltered,
      query,
      clearFilters,
    }),
    [
      list,
      items,
      runCount,
      history,
      tab,
      text,
      setText,
      selectedId,
      open,
      select,
      agentName,
      modelName,
      isFiltered,
      query,
      clearFilters,
    ],
  );
  return useRenderPart('div', partProps, { tab } satisfies RunListRootState, {
    ref,
    className: 'sl-run-list',
    children: <RunListContext.Provider value={value}>{children}</RunListContext.Provider>,
  });
});

/** The same question for the history. */
function queryOf(
  filter: Pick<RunFilter, 'agentName' | 'modelName' | 'groupId' | 'userId'>,
  tab: RunListTab,
  text: string,
): RunHistoryQuery {
  const one = (value: string | undefined) => (value === undefined ? undefined : [value]);
  return {
    agents: one(filter.agentName),
    models: one(filter.modelName),
    groups: one(filter.groupId),
    users: one(filter.userId),
    statuses: tab === 'all' ? undefined : [tab],
    text: text.trim() || undefined,
  };
}
