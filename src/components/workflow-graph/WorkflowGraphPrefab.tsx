'use client';
import type { ReactNode } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Chip } from '../internals/Chip.tsx';
import { PanelActions, PanelFoot, PanelHead, PanelNote, PanelRoot, PanelTitle } from '../internals/Panel.tsx';
import { ReadingChip } from '../internals/ReadingChip.tsx';
import { WorkflowGraphBody } from './WorkflowGraphBody.tsx';
import type { WorkflowGraphCanvasProps } from './WorkflowGraphCanvas.tsx';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';
import { WorkflowGraphControls } from './WorkflowGraphControls.tsx';
import { WorkflowGraphRoot, type WorkflowGraphRootProps } from './WorkflowGraphRoot.tsx';

export interface WorkflowGraphPrefabProps
  extends Pick<WorkflowGraphRootProps, 'scope' | 'runId' | 'mode' | 'workflow' | 'fileName' | 'limits' | 'defaultView'>,
    Pick<WorkflowGraphCanvasProps, 'renderNode'> {
  readonly title?: ReactNode;
  /** More controls at the end of the head. */
  readonly actions?: ReactNode;
  readonly classNames?: { readonly root?: string | undefined; readonly panel?: string | undefined } | undefined;
}

/** The workflow graph in a panel: discovered from spans or declared by a file, lit live; also as a list. */
export function WorkflowGraphPrefab({
  title,
  actions,
  classNames,
  renderNode,
  ...rootProps
}: WorkflowGraphPrefabProps) {
  return (
    <WorkflowGraphRoot {...rootProps} className={classNames?.root}>
      <PanelRoot className={classNames?.panel}>
        <Head title={title} actions={actions} />
        <div className="sl-workflow-graph__body">
          <WorkflowGraphBody renderNode={renderNode} />
        </div>
        <Foot />
      </PanelRoot>
    </WorkflowGraphRoot>
  );
}

function Head({ title, actions }: Pick<WorkflowGraphPrefabProps, 'title' | 'actions'>) {
  const { messages } = useMonitorContext();
  const { note, isLowerBound, loading } = useWorkflowGraphContext();
  return (
    <PanelHead>
      <PanelTitle>{title ?? messages.workflow.title}</PanelTitle>
      <PanelNote>{note}</PanelNote>
      {isLowerBound ? (
        <Chip icon="gap" hint={messages.workflow.gap}>
          {messages.common.gapUnknown}
        </Chip>
      ) : null}
      {loading ? <ReadingChip read={loading.read} total={loading.total} /> : null}
      <PanelActions>
        <WorkflowGraphControls />
        {actions}
      </PanelActions>
    </PanelHead>
  );
}

/** Says when not every step is drawn. */
function Foot() {
  const { messages } = useMonitorContext();
  const { topology, face, isTotals } = useWorkflowGraphContext();
  const words = messages.workflow;
  if (face.kind !== 'graph' || topology.nodes.length === 0) return null;
  const notes = [
    isTotals ? words.totals : '',
    topology.level === 'full' ? '' : topology.level === 'grouped' ? words.grouped : words.aggregated,
  ].filter(Boolean);
  return notes.length === 0 ? null : <PanelFoot>{notes.join(' · ')}</PanelFoot>;
}
