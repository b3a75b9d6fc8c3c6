'use client';
import type { ReactNode } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRunCounts } from '../../hooks/useRunCounts.ts';
import { TabsList, TabsPanel, TabsRoot } from '../internals/Tabs.tsx';
import { type RunListTab, runListTabs, useRunListContext } from './RunListContext.ts';

/** All, Running, Waiting, Failed, with counts; the list stands inside as their panel. */
export function RunListTabs({ children }: { readonly children: ReactNode }) {
  const { messages, format } = useMonitorContext();
  const { tab, setTab } = useRunListContext();
  const counts = useRunCounts();
  const countOf = (name: RunListTab) => {
    if (name === 'all') return undefined;
    return counts[name] > 999 ? '999+' : format.count(counts[name]);
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
