import type { SpanId } from '../model/ids.ts';
import { queueTurnsAbove } from './chargeRules.ts';
import type { RunNode } from './runNode.ts';
import * as flag from './spanFlags.ts';
import { appendChild, createNode, hasChildren, payerAbove, type SpanNode, toolAbove } from './spanNode.ts';

/** A parent that was named before it was received: stands at the top until its first event fills it in place. */
function createPlaceholder(run: RunNode, spanId: SpanId): SpanNode {
  const node = createNode(run, spanId, 'step');
  node.flags |= flag.placeholder;
  node.span.isPlaceholder = true;
  attach(node, run.root);
  run.context.touch(node);
  return node;
}

function attach(node: SpanNode, parent: SpanNode): void {
  node.run.queueList(parent);
  node.parent = parent;
  appendChild(parent, node);
  node.run.fallback?.attached(node);
}

/** The list keeps the node until the sort pass: taking many out one by one would be quadratic. */
function detach(node: SpanNode): void {
  if (!node.parent) return;
  node.run.fallback?.detached(node, node.parent);
  queueTurnsAbove(node);
  node.run.moved.push({ node, tool: toolAbove(node), payer: payerAbove(node) });
  node.run.displace(node);
  node.parent = undefined;
}

function setCut(node: SpanNode, isCut: boolean): void {
  const { run } = node;
  if (isCut) {
    run.cuts.add(node);
    node.flags |= flag.cut;
  } else {
    run.cuts.delete(node);
    node.flags &= ~flag.cut;
  }
  run.context.countCut(isCut ? 1 : -1);
  run.context.touch(node);
}

function findOrPlace(run: RunNode, spanId: SpanId): SpanNode {
  const known = run.nodes.get(spanId);
  if (known) return known;
  return createPlaceholder(run, spanId);
}

/** Hangs a span under the parent it names. O(1) for a span that has no children yet, else O(depth). */
export function linkSpan(node: SpanNode): void {
  const { run } = node;
  const claim = node.span.parentId;
  const target = claim === undefined ? run.root : findOrPlace(run, claim);
  if (target !== run.root && claim !== undefined) node.span.parentId = target.span.spanId; // one string, not one a child
  if (node.parent === target) return;
  const isMove = node.parent !== undefined;
  if (node.flags & flag.cut) {
    if (isRightCut(node)) return;
    setCut(node, false);
  }
  detach(node);
  if (isMove) run.areCutsStale = true;
  place(node, target);
}

/** Puts a detached span under `target`; where that closes a circle, the circle is cut at its member with the least id. */
function place(node: SpanNode, target: SpanNode): void {
  const { run } = node;
  const cut = hasChildren(node) || target === node ? findCut(node, target) : undefined;
  if (cut === undefined) attach(node, target);
  else if (cut === node) {
    attach(node, run.root);
    setCut(node, true);
  } else {
    detach(cut);
    attach(cut, run.root);
    setCut(cut, true);
    attach(node, target);
    run.context.queueDerive(cut);
  }
}

/** The member of the new circle that is cut, whatever order its links came in: the least id. `undefined`: there is no circle. */
function findCut(node: SpanNode, target: SpanNode): SpanNode | undefined {
  let top: SpanNode | undefined = target;
  while (top && top !== node) top = top.parent;
  if (!top) return undefined;
  let least = node;
  for (let above = target; above !== node; above = above.parent as SpanNode) {
    if (above.span.spanId < least.span.spanId) least = above;
  }
  return least;
}

/** Whether the parents that are named still lead from a cut span back to it, and it is still the one to cut. O(circle) */
function isRightCut(cut: SpanNode): boolean {
  const { nodes } = cut.run;
  let seen = cut; // another circle is met again here: the mark moves on after 1, 2, 4 … steps (Brent)
  let untilMark = 1;
  let stride = 1;
  for (let node: SpanNode | undefined = cut; node; ) {
    if (node.span.spanId < cut.span.spanId) return false; // either the one to cut now, or on a way that leads elsewhere
    const claim: SpanId | undefined = node.span.parentId;
    node = claim === undefined ? undefined : nodes.get(claim);
    if (node === cut) return true;
    if (node === undefined || node === seen) return false;
    untilMark -= 1;
    if (untilMark > 0) continue;
    seen = node;
    stride *= 2;
    untilMark = stride;
  }
  return false;
}

/**
 * Spans moved: circles that they were part of may be gone, and the spans that were cut there go back where they belong. Once a
 * settle, when all spans name their parents: a move that looks at every cut costs moves x cuts.
 */
export function mendCuts(run: RunNode): void {
  if (!run.areCutsStale) return;
  run.areCutsStale = false;
  for (const cut of Array.from(run.cuts)) {
    if (isRightCut(cut)) continue;
    setCut(cut, false);
    detach(cut);
    const claim = cut.span.parentId;
    place(cut, claim === undefined ? run.root : findOrPlace(run, claim));
    run.context.queueDerive(cut);
  }
}
