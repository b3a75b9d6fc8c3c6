'use client';
import { useReactFlow } from '@xyflow/react';
import { type FocusEvent, type KeyboardEvent, type RefObject, useCallback, useMemo, useRef } from 'react';
import type { Point } from '../../store/workflow/placeNodes.ts';
import type { GraphTopology } from '../../store/workflow/types.ts';
import { metrics } from './metrics.ts';
import { useWorkflowGraphContext } from './WorkflowGraphContext.ts';

type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';
const directions: ReadonlySet<string> = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']);

/** The node that a key leads to: left and right along the edges, up and down in the column. */
function nodeBeside(
  topology: GraphTopology,
  positions: ReadonlyMap<string, Point>,
  from: string,
  key: Direction,
): string | undefined {
  const here = positions.get(from);
  if (key === 'Home') return topology.nodes[0]?.id;
  if (key === 'End') return topology.nodes.at(-1)?.id;
  if (!here) return undefined;
  const nearest = (ids: Iterable<string>, distance: (point: Point) => number | undefined): string | undefined => {
    let best: { id: string; away: number } | undefined;
    for (const id of ids) {
      const point = positions.get(id);
      const away = point && id !== from ? distance(point) : undefined;
      if (away !== undefined && (!best || away < best.away)) best = { id, away };
    }
    return best?.id;
  };
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    const isForward = key === 'ArrowRight';
    const linked = topology.edges
      .filter((edge) => (isForward ? edge.from : edge.to) === from)
      .map((edge) => (isForward ? edge.to : edge.from));
    return nearest(linked, (point) => Math.abs(point.y - here.y) + Math.abs(point.x - here.x) / 10);
  }
  const isDown = key === 'ArrowDown';
  const ids = topology.nodes.map((node) => node.id);
  const along = (point: Point) => (isDown ? point.y - here.y : here.y - point.y);
  const inColumn = nearest(ids, (point) =>
    along(point) > 0 && Math.abs(point.x - here.x) < metrics.nodeWidth ? along(point) : undefined,
  );
  return (
    inColumn ?? nearest(ids, (point) => (along(point) > 0 ? along(point) + Math.abs(point.x - here.x) : undefined))
  );
}

/** One tab stop for the whole graph; arrows move inside it, Enter opens (the nodes are buttons), Escape clears the selection. */
export function useGraphKeys(ref: RefObject<HTMLElement | null>) {
  const { topology, positions, selectedId, clearSelection } = useWorkflowGraphContext();
  const flow = useReactFlow();
  const current = useRef<string>(undefined);

  const buttonsIn = useCallback(() => [...(ref.current?.querySelectorAll<HTMLElement>('[data-node]') ?? [])], [ref]);
  const keepTabStop = useCallback(() => {
    const buttons = buttonsIn();
    const find = (id: string | undefined) => buttons.find((button) => button.dataset['node'] === id);
    const stop = find(current.current) ?? find(selectedId) ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  }, [buttonsIn, selectedId]);

  const focusNode = useCallback(
    (id: string) => {
      const point = positions.get(id);
      const box = ref.current?.getBoundingClientRect();
      if (!point || !box) return;
      current.current = id;
      const { x, y, zoom } = flow.getViewport();
      const left = point.x * zoom + x;
      const top = point.y * zoom + y;
      const isInSight =
        left >= 0 &&
        top >= 0 &&
        left + metrics.nodeWidth * zoom <= box.width &&
        top + metrics.nodeHeight * zoom <= box.height;
      if (!isInSight) void flow.setCenter(point.x + metrics.nodeWidth / 2, point.y + metrics.nodeHeight / 2, { zoom });
      /** A node out of sight is not in the page of a large graph: it comes with the next frames. */
      const focus = (triesLeft: number) => {
        const button = buttonsIn().find((one) => one.dataset['node'] === id);
        button?.focus({ preventScroll: true });
        if (button) keepTabStop();
        else if (triesLeft > 0) requestAnimationFrame(() => focus(triesLeft - 1));
      };
      focus(5);
    },
    [positions, ref, flow, buttonsIn, keepTabStop],
  );

  return useMemo(
    () => ({
      keepTabStop,
      onFocus: (event: FocusEvent) => {
        const id = (event.target as HTMLElement).dataset['node'];
        if (id === undefined) return;
        current.current = id;
        keepTabStop();
      },
      onKeyDown: (event: KeyboardEvent) => {
        const from = (event.target as HTMLElement).dataset['node'];
        if (from === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === 'Escape' && selectedId !== undefined) {
          event.preventDefault();
          event.stopPropagation();
          clearSelection();
        }
        if (!directions.has(event.key)) return;
        event.preventDefault();
        const next = nodeBeside(topology, positions, from, event.key as Direction);
        if (next !== undefined) focusNode(next);
      },
    }),
    [keepTabStop, selectedId, clearSelection, topology, positions, focusNode],
  );
}
