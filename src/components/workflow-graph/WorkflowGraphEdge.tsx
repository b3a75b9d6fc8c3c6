'use client';
import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useGraphEdge } from '../../hooks/useWorkflowGraph.ts';
import type { Point } from '../../store/workflow/placeNodes.ts';
import type { GraphEdge } from '../../store/workflow/types.ts';
import { tip } from '../internals/tip.ts';
import { useCssVars } from '../internals/useCssVars.ts';
import { edgeCurve } from './edgeCurve.ts';
import { metrics } from './metrics.ts';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';

/** Length of an arrowhead: the line ends where it begins. */
const HEAD_PX = 7;

/**
 * A way between two steps: a handoff has an arrowhead, what was passed more than once its count. Wakes for its own changes only.
 * Sets `data-state`, `data-relation`.
 */
export const WorkflowGraphEdge = memo(function WorkflowGraphEdge(props: EdgeProps) {
  const { id, data, sourceX, sourceY, targetX, targetY } = props;
  const { messages, format } = useMonitorContext();
  const { graph, isLowerBound, labelPlaces, sharedTargets } = useWorkflowGraphContext();
  const { state, count } = useGraphEdge(graph, id);
  const edge = data as unknown as GraphEdge;
  const isHandoff = edge.relation === 'handoff';
  const end = { x: isHandoff ? targetX - HEAD_PX : targetX, y: targetY };
  const curve = edgeCurve({ x: sourceX, y: sourceY }, end, metrics);
  const times = count > 1 ? messages.workflow.repeated(`${isLowerBound ? '≥ ' : ''}${format.tokens(count)}`) : '';
  const place = labelPlaces.get(id);
  return (
    <g className="sl-workflow-graph__edge" data-state={state} data-relation={edge.relation} aria-hidden="true">
      <path className="sl-workflow-graph__line" d={curve.path} />
      {isHandoff ? (
        <path
          className="sl-workflow-graph__head"
          d={`M${targetX - HEAD_PX - 1} ${targetY - 4.5}L${targetX - 1} ${targetY}L${targetX - HEAD_PX - 1} ${targetY + 4.5}Z`}
        />
      ) : null}
      {place ? (
        <EdgeLabelRenderer>
          <EdgeLabel at={place} words={edge.label} times={times} />
        </EdgeLabelRenderer>
      ) : times === '' ? null : (
        <EdgeLabelRenderer>
          {sharedTargets.has(edge.to) || targetX <= sourceX ? (
            <EdgeLabel at={curve.pointAt(0.5)} times={times} />
          ) : (
            <EdgeLabel at={{ x: targetX - HEAD_PX - 3, y: targetY }} times={times} isBefore />
          )}
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

interface EdgeLabelProps {
  readonly at: Point;
  readonly words?: string | undefined;
  readonly times: string;
  /** It ends at this point. Else this is its middle. */
  readonly isBefore?: boolean;
}

/** Words and count on an edge, over all lines. Sets `data-before`, `--sl-x`, `--sl-y`. */
function EdgeLabel({ at, words, times, isBefore = false }: EdgeLabelProps) {
  const ref = useCssVars({ '--sl-x': `${at.x}px`, '--sl-y': `${at.y}px` });
  return (
    <div ref={ref} className="sl-workflow-graph__edge-label" data-before={isBefore || undefined} aria-hidden="true">
      {words === undefined ? null : (
        <bdi className="sl-workflow-graph__words" {...tip()}>
          {words}
        </bdi>
      )}
      {times === '' ? null : <span className="sl-workflow-graph__count">{times}</span>}
    </div>
  );
}
