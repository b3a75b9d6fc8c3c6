import type { RunNode } from './runNode.ts';
import { childrenOf, type SpanNode } from './spanNode.ts';

const isError = (node: SpanNode): boolean => node.span.status === 'error';

/** Time order; spans without a time last; the id decides the rest, so that arrival does not. */
const compareTimes = (left: SpanNode, right: SpanNode): number =>
  (left.span.startedAtMs ?? Number.MAX_VALUE) - (right.span.startedAtMs ?? Number.MAX_VALUE) ||
  (left.span.spanId < right.span.spanId ? -1 : 1);

function lastOf(nodes: readonly SpanNode[], isWanted: (node: SpanNode) => boolean): SpanNode | undefined {
  let last: SpanNode | undefined;
  for (const node of nodes) if (isWanted(node) && (last === undefined || compareTimes(node, last) > 0)) last = node;
  return last;
}

/**
 * The child that explains a failure: the guardrail that tripped, else the last child in error. An SDK may leave the turn
 * clean in which the model call failed, so below a span without such a child the last turn is looked into for one; not for
 * tools, whose errors the model may have got over.
 */
function causeBelow(node: SpanNode): SpanNode | undefined {
  const tripped = lastOf(childrenOf(node), ({ span }) => span.kind === 'guardrail' && span.triggered === true);
  if (tripped) return tripped;
  const failed = lastOf(childrenOf(node), isError);
  if (failed) return failed;
  const turn = lastOf(childrenOf(node), ({ span }) => span.kind === 'turn' || span.kind === 'agent');
  return turn && lastOf(childrenOf(turn), (child) => isError(child) && child.span.kind !== 'tool');
}

/** The span that names a run's failure: the deepest cause under the first span that made the run fail. O(siblings on the way). */
export function findFailedSpan(run: RunNode): SpanNode | undefined {
  if (!run.isFailureStale) return run.failed;
  run.isFailureStale = false;
  const candidates = run.fatal.size > 0 ? run.fatal : run.orphanErrors;
  let found: SpanNode | undefined;
  for (const node of candidates) {
    const isTop = node.parent === undefined || !candidates.has(node.parent);
    if (isTop && (found === undefined || compareTimes(node, found) < 0)) found = node;
  }
  for (let next = found; next; next = causeBelow(next)) found = next;
  run.failed = found;
  return found;
}
