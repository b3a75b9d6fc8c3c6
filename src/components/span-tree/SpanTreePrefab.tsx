'use client';
import type { ReactNode } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useSelection } from '../../hooks/useSelection.ts';
import type { RunId } from '../../model/ids.ts';
import { EmptyState } from '../internals/EmptyState.tsx';
import { PanelRoot } from '../internals/Panel.tsx';
import { SpanTreeGrid } from './SpanTreeGrid.tsx';
import { SpanTreeHead } from './SpanTreeHead.tsx';
import { SpanTreeLegend } from './SpanTreeLegend.tsx';
import { SpanTreeMissing } from './SpanTreeMissing.tsx';
import { SpanTreeRoot, type SpanTreeRootProps } from './SpanTreeRoot.tsx';
import { SpanTreeToolbar } from './SpanTreeToolbar.tsx';

export interface SpanTreePrefabProps extends Partial<Omit<SpanTreeRootProps, 'children' | 'runId' | 'render'>> {
  /** Default: the run that is selected. */
  readonly runId?: RunId | undefined;
  /** Beside the title of the toolbar, e.g. tabs of the host. */
  readonly toolbarStart?: ReactNode;
  readonly classNames?:
    | {
        readonly panel?: string | undefined;
        readonly head?: string | undefined;
        readonly toolbar?: string | undefined;
        readonly grid?: string | undefined;
        readonly legend?: string | undefined;
      }
    | undefined;
}

/** A run as a panel: head, waterfall, legend. Without a run it asks for one. */
export function SpanTreePrefab({ runId, toolbarStart, classNames, ...rootProps }: SpanTreePrefabProps) {
  const { messages } = useMonitorContext();
  const { selection } = useSelection();
  const shownId = runId ?? selection.runId;
  if (shownId === undefined) {
    return (
      <PanelRoot label={messages.spanTree.title} className={classNames?.panel}>
        <EmptyState icon="list" title={messages.spanTree.selectRun} />
      </PanelRoot>
    );
  }
  return (
    <PanelRoot className={classNames?.panel}>
      {/* Another run is another tree: zoom, focus and what was folded begin anew. */}
      <SpanTreeRoot key={shownId} runId={shownId} {...rootProps}>
        <SpanTreeHead className={classNames?.head} />
        <div className="sl-span-tree__bar">
          {toolbarStart}
          <SpanTreeToolbar className={classNames?.toolbar} />
        </div>
        <SpanTreeMissing />
        <SpanTreeGrid className={classNames?.grid} />
        <SpanTreeLegend className={classNames?.legend} />
      </SpanTreeRoot>
    </PanelRoot>
  );
}
