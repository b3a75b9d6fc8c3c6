'use client';
import type { ReactNode } from 'react';
import { LIST_RATE_PER_SEC } from '../../hooks/internals/rates.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import { useRunCounts } from '../../hooks/useRunCounts.ts';
import { selectTotals } from '../../store/selectTotals.ts';
import type { MonitorState } from '../../store/types.ts';
import { TabsList, TabsPanel, TabsRoot } from '../internals/Tabs.tsx';
import { type RunListTab, runListTabs, useRunListContext } from './RunListContext.ts';

const selectIsPartial = (state: MonitorState) => selectTotals(state).isPartial;

/** All, Running, Waiting, Failed, with counts (`≥` where runs were let go or events are missing); the list stands inside as their panel. */
export function RunListTabs({ children }: { readonly children: ReactNode }) {
  const { messages, format } = useMonitorContext();
  const { tab, setTab } = useRunListContext();
  const counts = useRunCounts();
  const isPartial = useMonitorSelector(selectIsPartial, { ratePerSec: LIST_RATE_PER_SEC });
  const countOf = (name: RunListTab) => {
    if (name === 'all') return undefined;
    const text = counts[name] > 999 ? '999+' : format.count(counts[name]);
    // what runs and waits is known one by one; what failed may have failed in the hole
    return isPartial && name === 'failed' && counts[name] > 0 ? `≥${text}` : text;
  };
  return (
    <TabsRoot value={tab} onChange={setTab}>
      <TabsList
        label={messages.runList.tabs}
        tabs={runListTabs.map((name) => ({ value: name, label: messages.runList[name], count: countOf(name) }))}
      />
      <TabsPanel>{children}</TabsPanel>
    </TabsRoot>
  );
}
