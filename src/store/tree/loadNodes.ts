import type { Span } from '../../model/span.ts';
import { createLoadedFacts } from './loadedFacts.ts';
import { amountsOf, isErrorSpan, isOpenSpan } from './spanAmounts.ts';
import { isNoted, type TreeNodes } from './treeNodes.ts';
import { NONE, type Node, ROOT } from './treeTable.ts';

/** A run that is being read into nodes that are empty. */
export interface LoadingNodes {
  /** Reads on. @returns `more`: rows are there that were not before; `done`: all are */
  read(most: number): 'reading' | 'more' | 'done';
}

/**
 * Reads a run in parts: the first part is a tree already, the next ones show together when all is read.
 * @remarks O(n) for spans in start order. One visit a span: fetching it from memory is what takes the time.
 */
export function loadNodes(nodes: TreeNodes): LoadingNodes {
  const { table, lost, handoffs, shape, options } = nodes;
  const entities = options.readEntities();
  const expected = (entities.getRun(options.runId)?.spanCount ?? 0) + 1;
  table.reserve(expected);
  const facts = createLoadedFacts(expected);
  const spans = entities.spansOf(options.runId)[Symbol.iterator]();
  /** Nodes that say a handoff or an attempt. */
  const noted: Node[] = [];
  /** Nodes whose parent was not read before them. */
  const later: Node[] = [];
  let isShown = false;

  const take = (span: Span) => {
    const node = nodes.create(span.spanId, span);
    const isHidden = nodes.isHiddenSpan(span);
    if (isHidden) table.setHidden(node, true);
    facts.add(node, isHidden, isErrorSpan(span), amountsOf(span));
    nodes.count(undefined, span);
    if (isNoted(span)) noted.push(node);
    const { parentId } = span;
    const parent = parentId === undefined || span.isCycleCut ? ROOT : nodes.get(parentId);
    if (parent === undefined || parent === node) later.push(node);
    else table.parents[node] = parent;
  };

  /** Makes the tree of what was read. Until all is read, spans whose parent did not come yet are not shown. */
  const show = (isDone: boolean) => {
    const received = table.size;
    if (isDone) {
      for (const node of later) nodes.adopt(node, nodes.parentFor(table.spans[node] as Span));
      for (let node = received; node < table.size; node += 1) facts.add(node, false, false, undefined);
    }
    for (const node of noted.splice(0)) nodes.noteFacts(node, undefined);
    lost.place(received);
    handoffs.regroup();
    handoffs.match();
    for (let node = 1; node < table.size; node += 1) {
      table.places[node] = table.parentOf(node) === NONE ? NONE : nodes.placeFor(node);
    }
    shape.build(facts, (node, level) => nodes.isCollapsedFirst(node, level));
    if (Number.isFinite(options.initialLevels)) {
      for (let node = 1; node < received; node += 1) if (isOpenSpan(table.spans[node])) nodes.openPathTo(node);
    }
    nodes.extent.settle(table.spans);
    nodes.areLabelsChanged = false;
  };

  return {
    read(most) {
      for (let read = 0; read < most; read += 1) {
        const next = spans.next();
        if (next.done) {
          show(true);
          return 'done';
        }
        // One that was filled in while the run was read comes a second time, at the end.
        if (nodes.get(next.value.spanId) === undefined) take(next.value);
      }
      if (isShown) return 'reading';
      isShown = true;
      show(false);
      return 'more';
    },
  };
}
