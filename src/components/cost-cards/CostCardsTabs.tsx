'use client';
import type { ReactNode } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { TabsList, TabsPanel, TabsRoot } from '../internals/Tabs.tsx';
import { useCostCardsContext } from './CostCardsContext.ts';

/** By agent, model, tool, run: the list stands inside as their panel. */
export function CostCardsTabs({ children }: { readonly children: ReactNode }) {
  const { messages } = useMonitorContext();
  const { dimension, dimensions, setDimension } = useCostCardsContext();
  return (
    <TabsRoot value={dimension} onChange={setDimension}>
      <TabsList
        label={messages.cost.tabs}
        tabs={dimensions.map((name) => ({ value: name, label: messages.cost[name] }))}
      />
      <TabsPanel>{children}</TabsPanel>
    </TabsRoot>
  );
}
