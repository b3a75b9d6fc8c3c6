'use client';
import { ReactFlowProvider } from '@xyflow/react';
import { forwardRef, useCallback, useMemo, useRef, useState } from 'react';
import { useGaps } from '../../hooks/useGaps.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import { useRun } from '../../hooks/useRun.ts';
import { useTopic } from '../../hooks/useTopic.ts';
import { useWorkflowGraph } from '../../hooks/useWorkflowGraph.ts';
import { type RunId, splitSpanKey } from '../../model/ids.ts';
import type { Workflow } from '../../model/workflow.ts';
import { selectIsTotals } from '../../store/selectIsTotals.ts';
import { createNodePlacer } from '../../store/workflow/placeNodes.ts';
import type { GraphLimits, GraphTopology } from '../../store/workflow/types.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { metrics } from './metrics.ts';
import { placeEdgeLabels } from './placeEdgeLabels.ts';
import { TIDY_LIMIT, tidyLayout } from './tidyLayout.ts';
import { useWorkflowFace, type WorkflowMode } from './useWorkflowFace.ts';
import {
  WorkflowGraphContext,
  type WorkflowGraphContextValue,
  type WorkflowGraphView,
} from './WorkflowGraphContext.ts';

export interface WorkflowGraphRootState {
  readonly view: WorkflowGraphView;
  /** Many spans are being read in parts. */
  readonly loading: boolean;
}

export interface WorkflowGraphRootProps extends PartPropsOf<'div', WorkflowGraphRootState> {
  /** `run` (default): the selected run. `all`: all runs that are held. */
  readonly scope?: 'run' | 'all' | undefined;
  /** In place of the selected run. */
  readonly runId?: RunId | undefined;
  readonly mode?: WorkflowMode | undefined;
  /** The host's own workflow: an object, kept stable, or the text of a file. Default: the project's, from the relay. */
  readonly workflow?: Workflow | string | undefined;
  /** Name of the file, for the title. Default: the title in the file. */
  readonly fileName?: string | undefined;
  readonly limits?: Partial<GraphLimits> | undefined;
  readonly defaultView?: WorkflowGraphView | undefined;
}

/** The graph of a run, or of all runs, for the parts inside it. Sets `data-view`, `data-loading`. */
export const WorkflowGraphRoot = forwardRef<HTMLDivElement, WorkflowGraphRootProps>(
  function WorkflowGraphRoot(props, ref) {
    const {
      scope = 'run',
      runId: givenRunId,
      mode = 'auto',
      workflow: given,
      fileName,
      limits,
      defaultView,
      ...rest
    } = props;
    const { children, ...partProps } = rest;
    const { messages, format, selection, select, navigate } = useMonitorContext();
    const words = messages.workflow;
    const runId = scope === 'all' ? undefined : (givenRunId ?? selection.runId);
    const hasScope = scope === 'all' || runId !== undefined;
    useTopic(runId === undefined ? undefined : `run:${runId}`);
    const run = useRun(runId);
    const gaps = useGaps();
    const { face, workflow } = useWorkflowFace(mode, given);
    // Without a run to draw, a declared graph stands unlit and a discovered one is empty.
    const { graph, topology, loading } = useWorkflowGraph({ runId: hasScope ? runId : noRun, workflow, limits });

    // oxlint-disable-next-line react/exhaustive-deps -- places belong to one graph
    const placer = useMemo(() => createNodePlacer(metrics), [graph]);
    const [tidied, setTidied] = useState(0);
    // oxlint-disable-next-line react/exhaustive-deps -- tidying changes what the placer knows
    const positions = useMemo(() => placer.place(topology), [placer, topology, tidied]);
    const tidy = useCallback(() => {
      void tidyLayout(topology, metrics).then((places) => {
        placer.adopt(places);
        setTidied((count) => count + 1);
      });
    }, [topology, placer]);

    const labelPlaces = useMemo(() => placeEdgeLabels(topology, positions, metrics), [topology, positions]);
    const sharedTargets = useMemo(() => sharedTargetsOf(topology), [topology]);

    const hasMoved = useRef(false);
    const moved = useMemo(
      () => ({
        get: () => hasMoved.current,
        set: (isMoved: boolean) => {
          hasMoved.current = isMoved;
        },
      }),
      [],
    );
    const [view, setView] = useState<WorkflowGraphView>(defaultView ?? 'graph');
    const openNode = useCallback(
      (id: string) => {
        const { latestSpanKey: spanKey, latestRunId } = graph.getNode(id);
        if (spanKey === undefined) {
          if (latestRunId === undefined) return;
          select({ runId: latestRunId });
          navigate({ to: 'run', runId: latestRunId });
          return;
        }
        const { runId: itsRunId } = splitSpanKey(spanKey);
        select({ runId: itsRunId, spanKey });
        navigate({ to: 'span', runId: itsRunId, spanKey });
      },
      [graph, select, navigate],
    );
    const clearSelection = useCallback(() => select({ runId: selection.runId }), [select, selection.runId]);
    const isLowerBound = gaps.some(
      (gap) =>
        runId === undefined ||
        ((run?.startedAtMs ?? 0) <= gap.toMs && (run?.endedAtMs ?? Number.POSITIVE_INFINITY) >= gap.fromMs),
    );
    const isTotals = useMonitorSelector(selectIsTotals) && runId === undefined && hasScope;
    const shortRun = runId === undefined ? '' : format.shortId(runId);
    const note = workflow
      ? words.litBy(fileName ?? workflow.title, shortRun)
      : hasScope
        ? words.fromSpans(shortRun)
        : '';
    const nodeById = useMemo(() => new Map(topology.nodes.map((node) => [node.id, node])), [topology]);
    const selectedId = selection.spanKey === undefined ? undefined : graph.nodeIdOf(selection.spanKey);

    const value = useMemo<WorkflowGraphContextValue>(
      () => ({
        graph,
        topology,
        loading,
        positions,
        labelPlaces,
        sharedTargets,
        apartTop: placer.apartTop,
        face,
        runId,
        note,
        hasFile: workflow !== undefined,
        isLowerBound,
        isTotals,
        selectedId,
        view,
        setView,
        openNode,
        clearSelection,
        tidy: topology.nodes.length > TIDY_LIMIT ? undefined : tidy,
        moved,
        nodeById,
      }),
      [
        graph,
        topology,
        loading,
        positions,
        labelPlaces,
        sharedTargets,
        placer,
        face,
        runId,
        note,
        workflow,
        isLowerBound,
        isTotals,
        selectedId,
        view,
        openNode,
        clearSelection,
        tidy,
        moved,
        nodeById,
      ],
    );
    return useRenderPart('div', partProps, { view, loading: loading !== undefined } satisfies WorkflowGraphRootState, {
      ref,
      className: 'sl-workflow-graph',
      'aria-busy': loading !== undefined || undefined,
      children: (
        <WorkflowGraphContext.Provider value={value}>
          <ReactFlowProvider>{children}</ReactFlowProvider>
        </WorkflowGraphContext.Provider>
      ),
    });
  },
);

/** A run that does not exist: nothing is selected. */
const noRun = '' as RunId;

function sharedTargetsOf({ edges }: GraphTopology): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { to } of edges) (seen.has(to) ? shared : seen).add(to);
  return shared;
}
