import { queueTurnsAbove } from './chargeRules.ts';
import type { RunNode } from './runNode.ts';
import { childrenOf, hasChildren, isPayer, payerAbove, type SpanNode, toolAbove } from './spanNode.ts';

/** A span that hangs under another parent, and what stood above it before. */
export interface Move {
  readonly node: SpanNode;
  readonly tool: SpanNode | undefined;
  readonly payer: SpanNode | undefined;
}

/** Tells what hangs on moved spans that other tools, turns or calls stand above them now. */
export function settleMoves(run: RunNode): void {
  const { moved } = run;
  if (moved.length === 0) return;
  run.moved = [];
  for (const { node, tool, payer } of moved) {
    run.context.queueDerive(node);
    queueTurnsAbove(node);
    if (hasChildren(node)) queueBelow(node, toolAbove(node) !== tool, payerAbove(node) !== payer);
  }
}

/**
 * Queues the spans below for which another tool, or another turn or call, stands above now: down to the next tool, and to the
 * next turn or call, which hide the change from what is below them. O(spans until then)
 */
export function queueBelow(top: SpanNode, isToolChanged: boolean, isPayerChanged: boolean): void {
  const { queueDerive } = top.run.context;
  const stack: [node: SpanNode, isToolChanged: boolean, isPayerChanged: boolean][] = [
    [top, isToolChanged, isPayerChanged],
  ];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [node, isTool, isPayer_] = next;
    if (!isTool && !isPayer_) continue;
    for (const child of childrenOf(node)) {
      if (child.parent !== node) continue;
      queueDerive(child);
      const isHiding = child.span.kind === 'tool';
      stack.push([child, isTool && !isHiding, isPayer_ && !isHiding && !isPayer(child)]);
    }
  }
}
