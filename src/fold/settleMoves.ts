import { queueTurnsAbove } from './chargeRules.ts';
import type { RunNode } from './runNode.ts';
import { flag, payerBelow, type SpanNode, toolBelow } from './spanNode.ts';

/**
 * Gives moved spans and what hangs on them their new tools and payers, from the top down, before anything is derived:
 * a span that went below its own child would otherwise leave two that point at each other.
 * O(spans whose tool or payer changed), and O(depth) a moved span when there are several.
 */
export function settleMoves(run: RunNode): void {
  const { moved } = run;
  if (moved.length === 0) return;
  run.moved = [];
  for (const node of moved) {
    if (moved.length > 1) for (const above of movedAbove(node)) settleMove(above);
    settleMove(node);
  }
}

/** Moved spans above a span, the topmost first. */
function movedAbove(node: SpanNode): SpanNode[] {
  const above: SpanNode[] = [];
  for (let parent = node.parent; parent; parent = parent.parent) if (parent.flags & flag.moved) above.push(parent);
  return above.reverse();
}

function settleMove(top: SpanNode): void {
  if (!(top.flags & flag.moved)) return;
  top.flags &= ~flag.moved;
  const stack = [top];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const parent = node.parent ?? node.run.root;
    const tool = toolBelow(parent);
    const payer = payerBelow(parent);
    if (node !== top && node.tool === tool && node.payer === payer) continue;
    node.tool = tool;
    node.payer = payer;
    node.run.context.queueDerive(node);
    if (node === top) queueTurnsAbove(node);
    for (const child of node.children) if (child.parent === node) stack.push(child);
  }
}
