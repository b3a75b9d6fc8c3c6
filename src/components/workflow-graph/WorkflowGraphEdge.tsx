'use client';
import { type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useGraphEdge } from '../../hooks/useWorkflowGraph.ts';
import type { GraphEdge } from '../../store/workflow/types.ts';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';

/** Length of an arrowhead: the line ends where it begins. */
const HEAD_PX = 7;

/**
 * A way between two steps: a handoff has an arrowhead, what was passed more than once its count. Wakes for its own changes only.
 * Sets `data-state`, `data-relation`; `data-end` on its count.
 */
export const WorkflowGraphEdge = memo(function WorkflowGraphEdge(props: EdgeProps) {
  const { id, data, targetX, targetY } = props;
  const { messages, format } = useMonitorContext();
  const { graph, isLowerBound } = useWorkflowGraphContext();
  const { state, count } = useGraphEdge(graph, id);
  const edge = data as unknown as GraphEdge;
  const isHandoff = edge.relation === 'handoff';
  const [path, labelX, labelY] = getBezierPath({ ...props, targetX: isHandoff ? targetX - HEAD_PX : targetX });
  const times = count > 1 ? messages.workflow.repeated(`${isLowerBound ? '≥ ' : ''}${format.count(count)}`) : '';
  return (
    <g className="sl-workflow-graph__edge" data-state={state} data-relation={edge.relation} aria-hidden="true">
      <path className="sl-workflow-graph__line" d={path} />
      {isHandoff ? (
        <path
          className="sl-workflow-graph__head"
          d={`M${targetX - HEAD_PX - 1} ${targetY - 4.5}L${targetX - 1} ${targetY}L${targetX - HEAD_PX - 1} ${targetY + 4.5}Z`}
        />
      ) : null}
      {edge.label === undefined ? null : (
        <text className="sl-workflow-graph__count" x={labelX} y={labelY}>
          {edge.label}
        </text>
      )}
      {times === '' ? null : (
        <text className="sl-workflow-graph__count" data-end="" x={targetX - HEAD_PX - 3} y={targetY - 7}>
          {times}
        </text>
      )}
    </g>
  );
});
