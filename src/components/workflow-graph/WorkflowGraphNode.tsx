'use client';
import { forwardRef, memo } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useGraphNode } from '../../hooks/useWorkflowGraph.ts';
import type { SpanKind } from '../../model/span.ts';
import type { GraphNode, GraphNodeState } from '../../store/workflow/types.ts';
import { KindIcon } from '../internals/icons/KindIcon.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { Elapsed } from './Elapsed.tsx';
import { drawnWords, nodeName, nodeWords } from './nodeWords.ts';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';

export interface WorkflowGraphNodeState {
  readonly kind: SpanKind;
  readonly state: GraphNodeState;
  readonly origin: GraphNode['origin'];
  readonly selected: boolean;
}

export interface WorkflowGraphNodeProps extends PartPropsOf<'button', WorkflowGraphNodeState> {
  readonly node: GraphNode;
}

/**
 * A step of the workflow: kind, name, calls and the latest duration. Wakes for its own changes only.
 * Sets `data-kind`, `data-state`, `data-origin`, `data-selected`.
 */
export const WorkflowGraphNode = memo(
  forwardRef<HTMLButtonElement, WorkflowGraphNodeProps>(function WorkflowGraphNode({ node, ...partProps }, ref) {
    const { messages, format } = useMonitorContext();
    const { graph, hasFile, isLowerBound, selectedId, openNode } = useWorkflowGraphContext();
    const activity = useGraphNode(graph, node.id);
    const words = messages.workflow;
    const { figures, tone, sinceMs, ticking } = nodeWords(node, activity, { words, format, hasFile, isLowerBound });
    const name = nodeName(node, words);
    const kind = messages.common.kind[node.kind];
    const isSelected = node.id === selectedId;
    const state: WorkflowGraphNodeState = {
      kind: node.kind,
      state: activity.state,
      origin: node.origin,
      selected: isSelected,
    };
    return useRenderPart('button', partProps, state, {
      ref,
      type: 'button',
      className: 'sl-workflow-graph__node',
      'data-node': node.id,
      'aria-current': isSelected || undefined,
      onClick: () => openNode(node.id),
      children: (
        <>
          <KindIcon kind={node.kind} label={false} />
          <span className="sl-workflow-graph__text">
            <span className="sl-workflow-graph__name" {...tip()}>
              <bdi className="sl-workflow-graph__bdi">{name}</bdi>
            </span>
            <span className="sl-vh">
              , {drawnWords(node, activity, { words, kind })}
              {figures === '' ? '' : ','}
            </span>{' '}
            <span className="sl-workflow-graph__figures" data-tone={tone}>
              {figures}
              {sinceMs === undefined ? null : (
                // hidden: the name of a button must not tick
                <span aria-hidden="true">
                  {figures === '' ? '' : ' · '}
                  <Elapsed sinceMs={sinceMs} words={ticking} />
                </span>
              )}
            </span>
          </span>
          {node.members > 1 ? (
            <span className="sl-workflow-graph__members">{words.members(format.count(node.members))}</span>
          ) : null}
        </>
      ),
    });
  }),
);
