import type { SpanKey } from '../../model/ids.ts';
import type { TreeNode } from './treeNode.ts';

/** When a span held the run up, epoch ms: its own part, without what it waited for. */
export interface CriticalPart {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The spans that the run waited for, one after the other. Agents, tasks and turns only contain them and stand not in it. */
export type CriticalPath = ReadonlyMap<SpanKey, CriticalPart>;

interface Step {
  readonly node: TreeNode;
  readonly startMs: number;
  /** What may have held it up, latest end last. */
  readonly children: readonly Candidate[];
  left: number;
  cursorMs: number;
}

interface Candidate {
  readonly node: TreeNode;
  readonly startMs: number;
  readonly endMs: number;
}

const isContainer = (node: TreeNode) => {
  const kind = node.span?.kind;
  return kind === 'agent' || kind === 'task' || kind === 'turn' || node.span === undefined || node.span.isPlaceholder;
};

/** True children: the target of a handoff is drawn under its source and belongs beside it. */
function trueChildren(node: TreeNode): TreeNode[] {
  const children: TreeNode[] = [];
  for (const child of node.children) if (child.claimedBy !== node) children.push(child);
  for (let at = 0; at < children.length; at += 1) {
    for (const target of children[at]?.targets ?? []) children.push(target);
  }
  return children;
}

/**
 * Walks back from the end: what ended last held the span up, before that what ended last before it began, and so on down.
 * Children that outlive their parent count up to its end. O(children of the spans on the path), no recursion.
 * Source: Yang, Miller, Critical path analysis for the execution of parallel and distributed programs, ICDCS 1988; the walk is
 * the one trace viewers use.
 * @param nowMs - where open spans end so far
 */
export function walkCriticalPath(root: TreeNode, nowMs: number): CriticalPath {
  const path = new Map<SpanKey, CriticalPart>();
  const endOf = (node: TreeNode): number => {
    const { span } = node;
    if (span?.endedAtMs !== undefined) return span.endedAtMs;
    if (span?.isPlaceholder || span === undefined) return latestBelow(node, nowMs);
    return span.status === 'running' || span.status === 'waiting' ? nowMs : node.startMs;
  };
  const candidates = (node: TreeNode, fromMs: number, limitMs: number): Candidate[] => {
    const list: Candidate[] = [];
    for (const child of trueChildren(node)) {
      const { startMs } = child;
      const endMs = Math.min(endOf(child), limitMs);
      // A child whose clock is off may say that it ended before its parent began: nothing waited for it then.
      if (startMs < endMs && endMs > fromMs) list.push({ node: child, startMs, endMs });
    }
    return list.sort((a, b) => a.endMs - b.endMs);
  };
  const note = (node: TreeNode, fromMs: number, toMs: number) => {
    if (toMs <= fromMs || isContainer(node)) return;
    const known = path.get(node.key);
    path.set(
      node.key,
      known ? { fromMs: Math.min(known.fromMs, fromMs), toMs: Math.max(known.toMs, toMs) } : { fromMs, toMs },
    );
  };
  const enter = (node: TreeNode, startMs: number, endMs: number): Step => {
    const children = candidates(node, startMs, endMs);
    return { node, startMs, children, left: children.length, cursorMs: endMs };
  };

  const steps: Step[] = [enter(root, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)];
  while (steps.length > 0) {
    const step = steps[steps.length - 1] as Step;
    let next: Candidate | undefined;
    while (step.left > 0 && !next) {
      step.left -= 1;
      const candidate = step.children[step.left] as Candidate;
      if (candidate.endMs <= step.cursorMs) next = candidate;
    }
    if (next) {
      note(step.node, next.endMs, step.cursorMs);
      step.cursorMs = Math.max(next.startMs, step.startMs);
      steps.push(enter(next.node, next.startMs, next.endMs));
    } else {
      note(step.node, step.startMs, step.cursorMs);
      steps.pop();
    }
  }
  return path;
}

/** A parent that was not received lasts as long as what is known of its children. */
function latestBelow(node: TreeNode, nowMs: number): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (const { span } of node.children) {
    const isOpen = span?.status === 'running' || span?.status === 'waiting';
    latest = Math.max(latest, span?.endedAtMs ?? (isOpen ? nowMs : (span?.startedAtMs ?? latest)));
  }
  return latest;
}
