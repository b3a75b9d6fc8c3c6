'use client';
import { forwardRef, useCallback, useEffect, useMemo, useState } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRunList } from '../../hooks/useRunList.ts';
import type { RunId } from '../../model/ids.ts';
import type { RunFilter } from '../../store/selectRunIds.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { RunListContext, type RunListContextValue, type RunListTab } from './RunListContext.ts';

const countAfterMs = 700;

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
  const list = useRunList({ ...filter, ...(tab === 'all' ? {} : { status: tab }), ...(text.trim() ? { text } : {}) });

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

  const { runCount } = list;
  useEffect(() => {
    if (text.trim() === '') return undefined;
    const timer = setTimeout(
      () => announce(messages.runList.found(runCount, format.exactCount(runCount)), 'polite'),
      countAfterMs,
    );
    return () => clearTimeout(timer);
    // the count is said when the words changed, not each time a run comes
    // oxlint-disable-next-line react/exhaustive-deps
  }, [text]);

  const { newCount } = list;
  useEffect(() => {
    if (newCount > 0) announce(messages.runList.newRuns(newCount, format.exactCount(newCount)), 'polite', true);
  }, [newCount, announce, messages, format]);

  const selectedId = selection.runId;
  const value = useMemo<RunListContextValue>(
    () => ({ list, tab, setTab, text, setText, selectedId, open, select }),
    [list, tab, text, setText, selectedId, open, select],
  );
  return useRenderPart('div', partProps, { tab } satisfies RunListRootState, {
    ref,
    className: 'sl-run-list',
    children: <RunListContext.Provider value={value}>{children}</RunListContext.Provider>,
  });
});
