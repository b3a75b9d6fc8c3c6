'use client';
import { type Edge, type Node, type NodeProps, Position, ReactFlow, ViewportPortal } from '@xyflow/react';
import { createContext, forwardRef, memo, type ReactElement, useContext, useEffect, useMemo, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { GraphNode } from '../../store/workflow/types.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useGrowing } from '../internals/useGrowing.ts';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { MIN_ZOOM } from './graphView.ts';
import { metrics } from './metrics.ts';
import { useKeepFit } from './useFit.ts';
import { useGraphKeys } from './useGraphKeys.ts';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';
import { WorkflowGraphEdge } from './WorkflowGraphEdge.tsx';
import { WorkflowGraphNode } from './WorkflowGraphNode.tsx';

/** Above this only what is in sight is in the page. */
const ALL_RENDERED_LIMIT = 200;

export interface WorkflowGraphCanvasState {
  readonly level: 'full' | 'grouped' | 'agents';
}

export interface WorkflowGraphCanvasProps extends PartPropsOf<'div', WorkflowGraphCanvasState> {
  /** Another node in place of ours, e.g. `WorkflowGraph.Node` with a class of its own. */
  readonly renderNode?: ((node: GraphNode) => ReactElement) | undefined;
}

/** What is drawn for the first time in one task. */
const NODES_AT_ONCE = 24;
const EDGES_AT_ONCE = 48;
const noEdges: readonly Edge[] = [];

const RenderNodeContext = createContext<WorkflowGraphCanvasProps['renderNode']>(undefined);

type StepNode = Node<{ readonly node: GraphNode }, 'step'>;

/**
 * React Flow finds the ends of edges by these classes of its own. Its `Handle` does the same and listens for connections besides,
 * which is half the cost of a node that nobody can connect.
 */
const handles = {
  target: 'react-flow__handle react-flow__handle-left target',
  source: 'react-flow__handle react-flow__handle-right source',
} as const;
const FlowNode = memo(function FlowNode({ data }: NodeProps<StepNode>) {
  const renderNode = useContext(RenderNodeContext);
  return (
    <>
      <span className={handles.target} data-handlepos="left" />
      {renderNode ? renderNode(data.node) : <WorkflowGraphNode node={data.node} />}
      <span className={handles.source} data-handlepos="right" />
    </>
  );
});
const nodeTypes = { step: FlowNode };
const edgeTypes = { way: WorkflowGraphEdge };

/** React Flow says by default that Delete removes a node. Nothing is removed here. */
const useAriaLabels = () => {
  const { keysHint } = useMonitorContext().messages.workflow;
  return useMemo(
    () => ({
      'node.a11yDescription.default': keysHint,
      'node.a11yDescription.keyboardDisabled': keysHint,
      'node.a11yDescription.ariaLiveMessage': () => '',
      'edge.a11yDescription.default': keysHint,
      'handle.ariaLabel': '',
    }),
    [keysHint],
  );
};

/** The drawing: pan by dragging, zoom with Ctrl and the wheel; Tab enters once, arrows follow the edges. Sets `data-level`. */
export const WorkflowGraphCanvas = forwardRef<HTMLDivElement, WorkflowGraphCanvasProps>(function WorkflowGraphCanvas(
  { renderNode, ...partProps },
  ref,
) {
  const { messages } = useMonitorContext();
  const { topology, positions, note, apartTop } = useWorkflowGraphContext();
  const boxRef = useRef<HTMLDivElement>(null);
  const mergedRef = useMergedRefs<HTMLElement>(boxRef as React.RefObject<HTMLElement | null>, ref as never);
  const ariaLabels = useAriaLabels();
  const keys = useGraphKeys(boxRef);

  const allNodes = useMemo(
    () =>
      topology.nodes.map((node): StepNode => {
        const size = { width: metrics.nodeWidth, height: metrics.nodeHeight };
        return {
          id: node.id,
          type: 'step',
          position: positions.get(node.id) ?? { x: 0, y: 0 },
          data: { node },
          ...size,
          measured: size,
          handles: [
            { type: 'target', position: Position.Left, x: 0, y: metrics.nodeHeight / 2, width: 1, height: 1 },
            {
              type: 'source',
              position: Position.Right,
              x: metrics.nodeWidth,
              y: metrics.nodeHeight / 2,
              width: 1,
              height: 1,
            },
          ],
        };
      }),
    [topology, positions],
  );
  const allEdges = useMemo(
    () =>
      topology.edges.map(
        (edge): Edge => ({
          id: edge.id,
          type: 'way',
          source: edge.from,
          target: edge.to,
          data: edge as unknown as Record<string, unknown>,
          ariaRole: 'presentation',
          ariaLabel: null as never,
          domAttributes: { 'aria-hidden': true },
        }),
      ),
    [topology],
  );
  const isCut = topology.nodes.length > ALL_RENDERED_LIMIT; // only what is in sight is drawn
  const nodes = useGrowing(allNodes, isCut ? allNodes.length : NODES_AT_ONCE);
  const edges = useGrowing(nodes === allNodes ? allEdges : noEdges, isCut ? allEdges.length : EDGES_AT_ONCE);
  const onMoveStart = useKeepFit(boxRef, nodes.length);
  const { keepTabStop } = keys;
  useEffect(keepTabStop);

  const apartLeft = useMemo(() => {
    const apart = topology.nodes.filter(({ origin }) => origin === 'unlisted');
    return Math.min(...apart.map(({ id }) => positions.get(id)?.x ?? 0));
  }, [topology, positions]);

  const label = messages.workflow.label(note);
  return useRenderPart('div', partProps, { level: topology.level } satisfies WorkflowGraphCanvasState, {
    ref: mergedRef as never,
    className: 'sl-workflow-graph__canvas',
    onKeyDown: keys.onKeyDown,
    onFocus: keys.onFocus,
    children: (
      <RenderNodeContext.Provider value={renderNode}>
        <ReactFlow
          aria-label={label}
          nodes={nodes as StepNode[]}
          edges={edges as Edge[]}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          minZoom={MIN_ZOOM}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          connectOnClick={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          onlyRenderVisibleElements={isCut}
          ariaLabelConfig={ariaLabels as never}
          onMoveStart={onMoveStart}
          onMoveEnd={keepTabStop}
        >
          {apartTop === undefined ? null : <ApartLabel top={apartTop} left={apartLeft} />}
        </ReactFlow>
      </RenderNodeContext.Provider>
    ),
  });
});

/** Words above the nodes that are not in the workflow file. */
function ApartLabel({ top, left }: { readonly top: number; readonly left: number }) {
  const { messages } = useMonitorContext();
  return (
    <ViewportPortal>
      <svg className="sl-workflow-graph__apart" width={1} height={1} aria-hidden="true">
        <text className="sl-workflow-graph__apart-text" x={left} y={top - 10}>
          {messages.workflow.notInFile}
        </text>
      </svg>
    </ViewportPortal>
  );
}
