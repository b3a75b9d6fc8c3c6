'use client';
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type RefObject, useCallback, useEffect, useRef } from 'react';
import type { GraphNodeState, WorkflowGraphIndex } from '../../store/workflow/types.ts';
import { graphBounds, isReadable, PART_ZOOM, readableView, wholeView } from './graphView.ts';
import { metrics } from './metrics.ts';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';

/** Brings the whole graph into sight, however small, and keeps it there. */
export function useFitNow(): () => void {
  const flow = useReactFlow();
  const flowStore = useStoreApi();
  const { moved, positions, labelPlaces } = useWorkflowGraphContext();
  return useCallback(() => {
    const { width, height } = flowStore.getState();
    if (positions.size === 0 || width === 0) return;
    const view = wholeView(graphBounds(positions, labelPlaces, metrics), { width, height });
    void flow.setViewport(view);
    moved.set(!isReadable(view)); // they wanted to see all of it, small as it is: it stays so
  }, [flow, flowStore, moved, positions, labelPlaces]);
}

/**
 * Keeps the graph in sight while it grows and its box changes, unless somebody panned or zoomed: all of it, or as much as can be read.
 * @param drawnCount - nodes that are drawn so far
 */
export function useKeepFit(ref: RefObject<HTMLElement | null>, drawnCount: number): (event: unknown) => void {
  const flow = useReactFlow();
  const flowStore = useStoreApi();
  const { moved, positions, labelPlaces, graph, topology, selectedId } = useWorkflowGraphContext();
  const selected = useRef(selectedId);
  useEffect(() => {
    selected.current = selectedId;
  }, [selectedId]);
  /** The graph whose part was shown, and in what box. */
  const shown = useRef<{ readonly graph: WorkflowGraphIndex; readonly width: number; readonly height: number }>(
    undefined,
  );
  const fit = useCallback(() => {
    const { width, height } = flowStore.getState();
    if (moved.get() || positions.size === 0 || width === 0) return;
    const last = shown.current;
    const isSame = last?.graph === graph && last.width === width && last.height === height;
    const now = flow.getViewport();
    const first = topology.nodes[0];
    const focusId = selected.current ?? nodeThatCounts(graph, topology.nodes);
    void flow.setViewport(
      readableView({
        bounds: graphBounds(positions, labelPlaces, metrics),
        box: { width, height },
        metrics,
        first: first && positions.get(first.id),
        focus: focusId === undefined ? undefined : positions.get(focusId),
        before: isSame && now.zoom === PART_ZOOM ? now : undefined,
      }),
    );
    shown.current = { graph, width, height };
  }, [flow, flowStore, moved, positions, labelPlaces, graph, topology]);
  useEffect(() => {
    if (drawnCount > 0) fit();
  }, [drawnCount, fit]);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const sizes = new ResizeObserver(fit);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [ref, fit]);
  return useCallback(
    (event: unknown) => {
      if (event) moved.set(true); // there is no event for what was moved from here
    },
    [moved],
  );
}

/** Where it happens: what runs or waits, else what failed, else what was done, the latest of them. */
function nodeThatCounts(graph: WorkflowGraphIndex, nodes: readonly { readonly id: string }[]): string | undefined {
  const lastWith = (...states: readonly GraphNodeState[]) =>
    nodes.findLast(({ id }) => states.includes(graph.getNode(id).state))?.id;
  return lastWith('live', 'waiting') ?? lastWith('err') ?? lastWith('done');
}
