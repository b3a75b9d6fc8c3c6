import type { EntityReader, Touched } from '../../fold/types.ts';
import type { RunId, SpanKey } from '../../model/ids.ts';
import type { Run } from '../../model/run.ts';
import type { Span } from '../../model/span.ts';
import type { Workflow } from '../../model/workflow.ts';
import { createProgress, type ReadParts } from '../slices.ts';
import type { MonitorStore } from '../types.ts';
import {
  approvalKeyOf,
  areContributionsEqual,
  type Contribution,
  contributionOfApproval,
  contributionOfSpan,
  contributionsOfTotals,
  hasOnlyTotals,
} from './contribution.ts';
import { createOwnerBook } from './ownerBook.ts';
import { createGraphIds, createShownGraph } from './shownGraph.ts';
import { declarePlaces, discoverPlaces } from './spanPlaces.ts';
import {
  defaultGraphLimits,
  emptyTopology,
  type GraphLevel,
  type GraphLimits,
  type GraphLoading,
  type WorkflowGraphIndex,
} from './types.ts';

/** A drawing with more edges than this for each node is a tangle. */
const EDGES_A_NODE = 4;

export interface WorkflowGraphOptions {
  readonly store: Pick<MonitorStore, 'getView' | 'subscribe' | 'subscribeTouched'>;
  /** One run; default: all runs that are held. */
  readonly runId?: RunId | undefined;
  /** The declared graph; default: what the spans show. */
  readonly workflow?: Workflow | undefined;
  readonly limits?: Partial<GraphLimits> | undefined;
  /** Reads many spans in parts while somebody listens, so that no part takes long. Default: all at once. */
  readonly parts?: ReadParts | undefined;
}

/**
 * Keeps the workflow graph of a run, or of all runs, beside the store.
 * @remarks A flush costs O(what it touched). The first read, and a jump into the past, cost O(spans in scope), in parts where
 * there are many; until all is read the graph stays as it was.
 * Follows the store only while somebody listens.
 */
export function createWorkflowGraph(options: WorkflowGraphOptions): WorkflowGraphIndex {
  const { store, runId, workflow, parts } = options;
  const { groupAbove, aggregateAbove } = { ...defaultGraphLimits, ...options.limits };
  const stride = parts?.spans ?? Number.POSITIVE_INFINITY;
  const atOnce = parts?.atOnce ?? stride;
  const edgesAbove = options.limits?.edgesAbove ?? groupAbove * EDGES_A_NODE;
  const places = workflow ? declarePlaces(workflow) : discoverPlaces();
  const ids = createGraphIds();
  const isOneRun = runId !== undefined;
  let view = store.getView();
  const owners = createOwnerBook(() => view.entities, places);
  const contributions = new Map<string, Contribution>();
  const keysByRun = new Map<RunId, Set<string>>();
  let level: GraphLevel = 'full';
  let shown = createShownGraph({ level, places, ids, isOneRun });
  let topology = emptyTopology;
  let isLoaded = false;
  /** What is left to read. */
  let slices: Generator<void> | undefined;
  let cancelPart: (() => void) | undefined;
  let readCount = 0;
  let total = 0;
  let loading: GraphLoading | undefined;
  const progress = createProgress();
  let stop: (() => void) | undefined;
  const listeners = new Set<() => void>();
  const nodeListeners = new Map<string, Set<() => void>>();
  const edgeListeners = new Map<string, Set<() => void>>();

  const scope = (entities: EntityReader): readonly RunId[] => (runId === undefined ? entities.runIds : [runId]);

  const put = (key: string, run: RunId, next: Contribution | undefined) => {
    const known = contributions.get(key);
    if (areContributionsEqual(known, next)) return;
    if (!next) {
      contributions.delete(key);
      keysByRun.get(run)?.delete(key);
    } else {
      contributions.set(key, next);
      let keys = keysByRun.get(run);
      if (!keys) {
        keys = new Set();
        keysByRun.set(run, keys);
      }
      keys.add(key);
    }
    if (known) shown.remove(known, next);
    else if (next) shown.add(next);
  };
  const putSpan = (span: Span) => put(span.key, span.runId, contributionOfSpan(span, places, owners.ownerOf(span)));
  const putApprovals = (run: RunId) => {
    for (const approval of view.entities.approvalsOf(run)) {
      put(approvalKeyOf(approval), run, contributionOfApproval(approval, places, view.entities));
    }
  };
  /** Of many runs also those count of which only totals are here; their spans take the place of the totals. */
  const putTotals = (run: Run) => {
    const isShown = hasOnlyTotals(run, view.entities);
    for (const one of contributionsOfTotals(run, places)) put(one.key, run.runId, isShown ? one : undefined);
  };
  const putTouched = (span: Span) => {
    const below = owners.note(span);
    putSpan(span);
    for (const child of below) putSpan(child);
  };
  const forgetRun = (run: RunId) => {
    for (const key of keysByRun.get(run) ?? []) {
      const known = contributions.get(key);
      contributions.delete(key);
      owners.forget(key as SpanKey);
      if (known) shown.remove(known);
    }
    keysByRun.delete(run);
  };

  /** Grows coarser when there is too much to draw, and stays so: nothing jumps back under the reader. */
  const levelThatFits = (): GraphLevel => {
    const isCrowded = shown.edgeCount > edgesAbove;
    if (level === 'grouped' && isCrowded) return 'agents';
    const least = level === 'full' && (isCrowded || shown.nodeCount > groupAbove) ? 'grouped' : level;
    return least === 'grouped' && shown.namesakeCount > aggregateAbove ? 'agents' : least;
  };
  /** @returns whether it fits now; else all is read anew, coarser */
  const fitLevel = (): boolean => {
    const next = levelThatFits();
    if (next === level) return true;
    level = next;
    if (contributions.size > atOnce) {
      load();
      return false;
    }
    shown = createShownGraph({ level, places, ids, isOneRun });
    for (const contribution of contributions.values()) shown.add(contribution);
    return fitLevel();
  };

  const tell = (group: Map<string, Set<() => void>>, changed: Iterable<string>) => {
    for (const id of changed) for (const listener of group.get(id) ?? []) listener();
  };
  /** What is read from outside; another than `shown` while that is not whole. */
  let published = shown;
  const publish = () => {
    if (slices || !fitLevel()) return;
    const isAnother = published !== shown;
    published = shown;
    const { nodeIds, edgeIds, isRestructured } = shown.settle();
    const wasLoading = loading !== undefined;
    loading = undefined;
    if (isRestructured || isAnother) topology = shown.readTopology();
    if (isRestructured || isAnother || wasLoading) for (const listener of listeners) listener();
    tell(nodeListeners, isAnother ? nodeListeners.keys() : nodeIds);
    tell(edgeListeners, isAnother ? edgeListeners.keys() : edgeIds);
  };
  const tellLoading = () => {
    const read = progress.told(readCount, total);
    if (loading?.read === read) return;
    loading = { read, total };
    for (const listener of listeners) listener();
  };

  /** Reads all runs in scope. Spans that change meanwhile are put anew by who tells of them. */
  function* readAll(stride: number): Generator<void> {
    let left = stride;
    for (const id of scope(view.entities)) {
      for (const span of view.entities.spansOf(id)) {
        readCount += 1;
        // in parts: it may have changed, or gone, since this reading began
        const held = Number.isFinite(stride) ? view.entities.getSpan(span.key) : span;
        if (held) putSpan(held);
        left -= 1;
        if (left > 0) continue;
        left = stride;
        yield;
      }
      putApprovals(id);
      const run = isOneRun ? undefined : view.entities.getRun(id);
      if (run) putTotals(run);
    }
  }
  /** Takes in a great many spans that were touched at once. */
  function* putSpans(spans: readonly Span[], before: Generator<void> | undefined): Generator<void> {
    if (before) yield* before;
    for (let at = 0; at < spans.length; at += 1) {
      const { key } = spans[at] as Span;
      const held = view.entities.getSpan(key); // it may have changed, or gone, meanwhile
      readCount += 1;
      if (held) putTouched(held);
      if (at % stride === stride - 1) yield;
    }
  }
  const load = () => {
    view = store.getView();
    isLoaded = true;
    owners.clear();
    contributions.clear();
    keysByRun.clear();
    shown = createShownGraph({ level, places, ids, isOneRun });
    readCount = 0;
    total = runId === undefined ? view.entities.spanCount : (view.entities.getRun(runId)?.spanCount ?? 0);
    const isSmall = total <= atOnce;
    slices = readAll(isSmall ? Number.POSITIVE_INFINITY : stride);
    if (isSmall) readPart();
    readOn(); // of a part nothing is shown: a large reading begins when somebody listens
  };
  const readPart = () => {
    if (slices?.next().done) {
      slices = undefined;
      publish();
    } else if (slices && levelThatFits() !== level) fitLevel();
  };
  const readOn = () => {
    cancelPart?.();
    cancelPart = undefined;
    if (!slices) return;
    tellLoading();
    if (!stop) return; // nobody listens yet
    cancelPart = parts?.next(() => {
      readPart();
      readOn();
    });
  };

  const onTouched = (touched: Touched) => {
    view = store.getView();
    // A snapshot took the place of everything.
    if (touched.areProducersTouched && touched.areAlertsTouched && touched.restructuredRunIds.size > 0) {
      load();
      return;
    }
    for (const run of touched.restructuredRunIds) if (view.entities.getRun(run) === undefined) forgetRun(run);
    /** Runs whose approvals are to be looked at again. */
    const asked = new Set<RunId>();
    const spans = isOneRun ? touched.spans.filter((span) => span.runId === runId) : touched.spans;
    const isMuch = spans.length > atOnce;
    for (const span of spans) {
      if (view.entities.getSpan(span.key) === undefined) continue;
      if (!isMuch) putTouched(span);
      if (span.kind === 'approval') asked.add(span.runId);
    }
    if (isMuch) {
      total = (slices ? total : 0) + spans.length;
      readCount = slices ? readCount : 0;
      slices = putSpans(spans, slices);
    }
    if (touched.areApprovalsTouched)
      for (const run of touched.runs) if (!isOneRun || run.runId === runId) asked.add(run.runId);
    for (const run of asked) putApprovals(run);
    if (!isOneRun) for (const run of touched.runs) if (view.entities.getRun(run.runId)) putTotals(run);
    if (isMuch) readOn();
    publish();
  };
  const onChange = () => {
    const next = store.getView();
    const isJump = next.entities !== view.entities && (next.view.mode === 'past' || view.view.mode === 'past');
    if (isJump) load();
    else view = next;
  };

  const ensure = () => {
    if (!isLoaded || (!stop && store.getView() !== view)) load();
  };
  const follow = () => {
    if (stop) return;
    ensure();
    const stops = [store.subscribeTouched(onTouched), store.subscribe(onChange)];
    stop = () => {
      for (const end of stops) end();
    };
    readOn();
  };
  const isUnheard = () => listeners.size + nodeListeners.size + edgeListeners.size === 0;
  const rest = () => {
    if (!isUnheard()) return;
    stop?.();
    stop = undefined;
    cancelPart?.();
    cancelPart = undefined;
  };
  const hear = (group: Map<string, Set<() => void>>, id: string, listener: () => void) => {
    follow();
    let heard = group.get(id);
    if (!heard) {
      heard = new Set();
      group.set(id, heard);
    }
    heard.add(listener);
    return () => {
      heard.delete(listener);
      if (heard.size === 0 && group.get(id) === heard) group.delete(id);
      rest();
    };
  };

  return {
    runId,
    getTopology() {
      ensure();
      return topology;
    },
    getNode(id) {
      ensure();
      return published.getNode(id);
    },
    getEdge(id) {
      ensure();
      return published.getEdge(id);
    },
    nodeIdOf(key) {
      ensure();
      const node = contributions.get(key)?.node;
      return node && published.idOf(node);
    },
    getLoading() {
      ensure();
      return loading;
    },
    subscribe(listener) {
      follow();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        rest();
      };
    },
    subscribeNode: (id, listener) => hear(nodeListeners, id, listener),
    subscribeEdge: (id, listener) => hear(edgeListeners, id, listener),
  };
}
