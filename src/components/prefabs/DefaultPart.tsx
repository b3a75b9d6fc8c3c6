'use client';
import { CostCardsPrefab } from '../cost-cards/CostCardsPrefab.tsx';
import { ErrorGroupsPrefab } from '../error-groups/ErrorGroupsPrefab.tsx';
import { LogViewerPrefab } from '../log-viewer/LogViewerPrefab.tsx';
import { RunListPrefab } from '../run-list/RunListPrefab.tsx';
import { SpanInspectorPrefab } from '../span-inspector/SpanInspectorPrefab.tsx';
import { SpanTreePrefab } from '../span-tree/SpanTreePrefab.tsx';
import { StatStripPrefab } from '../stat/StatStripPrefab.tsx';
import { WorkflowGraphPrefab } from '../workflow-graph/WorkflowGraphPrefab.tsx';
import type { DashboardSlot } from './dashboardSlots.ts';

export interface DefaultPartProps {
  readonly slot: DashboardSlot;
  /** What is searched for in the toolbar; without one the run list has its own search. */
  readonly text: string | undefined;
  readonly onTextChange: (text: string) => void;
}

/** Our own part of a slot. */
export function DefaultPart({ slot, text, onTextChange }: DefaultPartProps) {
  switch (slot) {
    case 'stats':
      return <StatStripPrefab />;
    case 'runs':
      return <RunListPrefab text={text} onTextChange={onTextChange} />;
    case 'run':
      return <SpanTreePrefab />;
    case 'detail':
      return <SpanInspectorPrefab />;
    case 'workflow':
      return <WorkflowGraphPrefab />;
    case 'log':
      return <LogViewerPrefab />;
    case 'cost':
      return <CostCardsPrefab />;
    case 'errors':
      return <ErrorGroupsPrefab />;
  }
}
