'use client';
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type RefObject, useCallback, useEffect } from 'react';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';

/** Room at the bottom for the attribution. */
const fitOptions = {
  padding: { top: '12px', right: '12px', bottom: '18px', left: '12px' },
  maxZoom: 1,
  minZoom: 0.08,
} as const;

/** Brings the whole graph into sight, and keeps it there until somebody pans or zooms again. */
export function useFitNow(): () => void {
  const flow = useReactFlow();
  const { moved } = useWorkflowGraphContext();
  return useCallback(() => {
    moved.set(false);
    void flow.fitView(fitOptions);
  }, [flow, moved]);
}

/**
 * Keeps the whole graph in sight while it grows and its box changes, unless somebody panned or zoomed.
 * @param drawnCount - nodes that are drawn so far
 */
export function useKeepFit(ref: RefObject<HTMLElement | null>, drawnCount: number): (event: unknown) => void {
  const flow = useReactFlow();
  const flowStore = useStoreApi();
  const { moved, positions } = useWorkflowGraphContext();
  const fit = useCallback(() => {
    if (!moved.get()) void flow.fitView(fitOptions);
  }, [flow, moved]);
  useEffect(() => {
    if (positions.size > 0 && drawnCount > 0) fit();
  }, [positions, drawnCount, fit]);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const sizes = new ResizeObserver(fit);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [ref, fit]);
  return useCallback(
    (event: unknown) => {
      // There is no event for what was moved from here.
      if (!event) return;
      moved.set(true);
      flowStore.setState({ fitViewQueued: false }); // one that waits for its frame would undo what the person just did
    },
    [moved, flowStore],
  );
}
