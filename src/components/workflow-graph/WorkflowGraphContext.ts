'use client';
import { createContext, useContext } from 'react';
import { MonitorError } from '../../model/errors.ts';
import type { RunId } from '../../model/ids.ts';
import type { Point } from '../../store/workflow/placeNodes.ts';
import type { GraphLoading, GraphNode, GraphTopology, WorkflowGraphIndex } from '../../store/workflow/types.ts';
import type { WorkflowFace } from './useWorkflowFace.ts';

export type WorkflowGraphView = 'graph' | 'list';

export interface WorkflowGraphContextValue {
  readonly graph: WorkflowGraphIndex;
  readonly topology: GraphTopology;
  /** Many spans are being read in parts: what is drawn is how it was before, or nothing. */
  readonly loading: GraphLoading | undefined;
  readonly positions: ReadonlyMap<string, Point>;
  /** Middle of the words on an edge, by edge id. */
  readonly labelPlaces: ReadonlyMap<string, Point>;
  /** Nodes that more than one edge leads to. */
  readonly sharedTargets: ReadonlySet<string>;
  /** Top of the nodes that are not in the workflow file. */
  readonly apartTop: number | undefined;
  readonly face: WorkflowFace;
  readonly runId: RunId | undefined;
  /** What is drawn, in words: file, run. */
  readonly note: string;
  readonly hasFile: boolean;
  /** Events are missing in the time that is drawn. */
  readonly isLowerBound: boolean;
  /** Of runs that are not open only totals are here: their agents are drawn, without steps and edges. */
  readonly isTotals: boolean;
  readonly selectedId: string | undefined;
  readonly view: WorkflowGraphView;
  readonly setView: (view: WorkflowGraphView) => void;
  /** Opens the latest call of a node. */
  readonly openNode: (id: string) => void;
  readonly clearSelection: () => void;
  /** Lays all out anew; `undefined` above 100 nodes. */
  readonly tidy: (() => void) | undefined;
  /** Somebody panned or zoomed: the graph stays as they left it. */
  readonly moved: { readonly get: () => boolean; readonly set: (isMoved: boolean) => void };
  readonly nodeById: ReadonlyMap<string, GraphNode>;
}

export const WorkflowGraphContext = createContext<WorkflowGraphContextValue | undefined>(undefined);

/** @throws {MonitorError} `components.no-workflow-graph` outside of `WorkflowGraph.Root` */
export function useWorkflowGraphContext(): WorkflowGraphContextValue {
  const context = useContext(WorkflowGraphContext);
  if (context) return context;
  throw new MonitorError('components.no-workflow-graph', {
    happened: 'A part of WorkflowGraph was rendered outside of WorkflowGraph.Root.',
    follows: 'It does not know which graph it belongs to.',
    todo: 'Put <WorkflowGraph.Root> around it.',
  });
}
