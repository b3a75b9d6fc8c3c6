import type { SpanKey } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import { type Node, ROOT, type TreeTable } from './treeTable.ts';

/** When a span held the run up, epoch ms: its own part, without what it waited for. */
export interface CriticalPart {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The spans that the run waited for, one after the other. Agents, tasks and turns only contain them and stand not in it. */
export type CriticalPath = ReadonlyMap<SpanKey, CriticalPart>;

interface Step {
  readonly node: Node;
  readonly startMs: number;
  /** What may have held it up, latest end last. */
  readonly children: readonly Candidate[];
  left: number;
  cursorMs: number;
}

interface Candidate {
  readonly node: Node;
  readonly startMs: number;
  readonly endMs: number;
}

const isContainer = (span: Span | undefined): boolean =>
  span === undefined || span.isPlaceholder || span.kind === 'agent' || span.kind === 'task' || span.kind === 'turn';

/** True children: the target of a handoff is drawn under its source and belongs beside it. */
function trueChildren(table: TreeTable, node: Node): Node[] {
  const children = table.childrenOf(node).filter((child) => table.claimedBy.get(child) !== node);
  if (table.targets.size === 0) return children;
  for (let at = 0; at < children.length; at += 1) {
    for (const target of table.targets.get(children[at] as Node) ?? []) children.push(target);
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
export function walkCriticalPath(table: TreeTable, nowMs: number): CriticalPath {
  const path = new Map<SpanKey, CriticalPart>();
  const endOf = (node: Node): number => {
    const span = table.spans[node];
    if (span?.endedAtMs !== undefined) return span.endedAtMs;
    if (span?.isPlaceholder || span === undefined) return latestBelow(table, node, nowMs);
    return span.status === 'running' || span.status === 'waiting' ? nowMs : table.startOf(node);
  };
  const candidates = (node: Node, fromMs: number, limitMs: number): Candidate[] => {
    const list: Candidate[] = [];
    for (const child of trueChildren(table, node)) {
      const startMs = table.startOf(child);
      const endMs = Math.min(endOf(child), limitMs);
      // A child whose clock is off may say that it ended before its parent began: nothing waited for it then.
      if (startMs < endMs && endMs > fromMs) list.push({ node: child, startMs, endMs });
    }
    return list.sort((a, b) => a.endMs - b.endMs);
  };
  const note = (node: Node, fromMs: number, toMs: number) => {
    const span = table.spans[node];
    if (toMs <= fromMs || span === undefined || isContainer(span)) return;
    const { key } = span;
    const known = path.get(key);
    path.set(
      key,
      known ? { fromMs: Math.min(known.fromMs, fromMs), toMs: Math.max(known.toMs, toMs) } : { fromMs, toMs },
    );
  };
  const enter = (node: Node, startMs: number, endMs: number): Step => {
    const children = candidates(node, startMs, endMs);
    return { node, startMs, children, left: children.length, cursorMs: endMs };
  };

  const steps: Step[] = [enter(ROOT, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)];
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
function latestBelow(table: TreeTable, node: Node, nowMs: number): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (const child of table.childrenOf(node)) {
    const span = table.spans[child];
    const isOpen = span?.status === 'running' || span?.status === 'waiting';
    latest = Math.max(latest, span?.endedAtMs ?? (isOpen ? nowMs : (span?.startedAtMs ?? latest)));
  }
  return latest;
}
