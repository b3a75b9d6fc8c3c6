import type { Span } from '../../model/span.ts';
import { inSlices } from '../slices.ts';
import { createLoadedFacts } from './loadedFacts.ts';
import { amountsOf, isErrorSpan, isOpenSpan } from './spanAmounts.ts';
import { isNoted, type TreeNodes } from './treeNodes.ts';
import { NONE, type Node, ROOT } from './treeTable.ts';

export interface LoadNodesOptions {
  /** In start order it is quickest. */
  readonly spans: Iterable<Span>;
  /** They are all there are. Else those whose parent is not among them are not shown. */
  readonly isWhole: boolean;
  /** Nodes that are visited between two pauses. */
  readonly stride: number;
}

/**
 * Reads spans into nodes that are empty, slice by slice; nothing of the nodes may be read before the end.
 * @remarks O(n) for spans in start order. One visit a span: fetching it from memory is what takes the time.
 */
export function* loadNodes(nodes: TreeNodes, { spans, isWhole, stride }: LoadNodesOptions): Generator<void> {
  const { table, lost, handoffs, shape, options } = nodes;
  const expected = (options.readEntities().getRun(options.runId)?.spanCount ?? 0) + 1;
  table.reserve(expected);
  const facts = createLoadedFacts(expected);
  /** Nodes that say a handoff or an attempt. */
  const noted: Node[] = [];
  /** Nodes whose parent was not read before them. */
  const later: Node[] = [];

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
  const left = spans[Symbol.iterator]();
  /** @returns whether there is more */
  const readSlice = (): boolean => {
    for (let read = 0; read < stride; read += 1) {
      const next = left.next();
      if (next.done) return false;
      // One that was filled in while the run was read comes a second time, at the end.
      if (nodes.get(next.value.spanId) === undefined) take(next.value);
    }
    return true;
  };

  while (readSlice()) yield;
  const received = table.size;
  if (isWhole) {
    yield* inSlices(0, later.length, stride, (from, to) => {
      for (let at = from; at < to; at += 1) {
        const node = later[at] as Node;
        nodes.adopt(node, nodes.parentFor(table.spans[node] as Span));
      }
    });
    for (let node = received; node < table.size; node += 1) facts.add(node, false, false, undefined);
  }
  yield* inSlices(0, noted.length, stride, (from, to) => {
    for (let at = from; at < to; at += 1) nodes.noteFacts(noted[at] as Node, undefined);
  });
  lost.place(received);
  handoffs.regroup();
  handoffs.match();
  yield* inSlices(1, table.size, stride, (from, to) => {
    for (let node = from; node < to; node += 1) {
      table.places[node] = table.parentOf(node) === NONE ? NONE : nodes.placeFor(node);
    }
  });
  yield* shape.build(facts, (node, level) => nodes.isCollapsedFirst(node, level), stride);
  if (Number.isFinite(options.initialLevels)) {
    yield* inSlices(1, received, stride, (from, to) => {
      for (let node = from; node < to; node += 1) if (isOpenSpan(table.spans[node])) nodes.openPathTo(node);
    });
  }
  nodes.extent.settle(table.spans);
  nodes.areLabelsChanged = false;
}
