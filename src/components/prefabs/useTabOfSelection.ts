'use client';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { NavigationTarget } from '../../hooks/MonitorContext.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { DashboardSlot } from './dashboardSlots.ts';

export interface TabOfSelection {
  readonly tab: DashboardSlot | undefined;
  readonly setTab: (tab: DashboardSlot) => void;
  /** A person opened a run or a span from a tab beside the path Runs, Run, Detail: its tab shows, also where it was open before. */
  readonly lead: (target: NavigationTarget) => void;
}

/** Tabs from which what is opened is left to be seen elsewhere. */
const leadingTabs: ReadonlySet<DashboardSlot | undefined> = new Set(['log', 'errors', 'workflow']);

/** The tab of a narrow dashboard. What a person opens in one tab shows in the next: a run under Run, a span under Detail. */
export function useTabOfSelection(slots: readonly DashboardSlot[], ref: RefObject<HTMLElement | null>): TabOfSelection {
  const { selection } = useMonitorContext();
  const [chosen, setTab] = useState<DashboardSlot | undefined>(slots[0]);
  const [known, setKnown] = useState(selection);
  const wantsFocus = useRef(false);
  let tab = chosen !== undefined && slots.includes(chosen) ? chosen : slots[0];

  if (known !== selection) {
    setKnown(selection);
    const opened = openedBy(known, selection, tab);
    if (opened !== undefined && slots.includes(opened)) {
      setTab(opened);
      tab = opened;
    }
  }
  const shown = useRef(tab);
  useEffect(() => {
    // what had the focus went with the tab it stood in
    wantsFocus.current = shown.current !== tab && !ref.current?.matches(':focus-within');
    shown.current = tab;
    if (wantsFocus.current) ref.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
  }, [tab, ref]);
  const lead = useCallback(
    ({ to }: NavigationTarget) => {
      const next = to === 'span' ? 'detail' : 'run';
      if (leadingTabs.has(tab) && slots.includes(next)) setTab(next);
    },
    [tab, slots],
  );
  return { tab, setTab, lead };
}

type Selected = ReturnType<typeof useMonitorContext>['selection'];

/** Only a choice made in the tab before it leads on: a selection from elsewhere leaves the reader where they are. */
function openedBy(before: Selected, after: Selected, tab: DashboardSlot | undefined): DashboardSlot | undefined {
  if (tab === 'runs' && before.runId !== undefined && after.runId !== undefined && after.spanKey === undefined)
    return 'run';
  if (tab === 'run' && after.spanKey !== undefined && after.spanKey !== before.spanKey) return 'detail';
  return undefined;
}
