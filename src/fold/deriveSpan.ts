import { type Span, spanKinds, spanStatuses } from '../model/span.ts';
import { countInPayer, hasCounts, queueTurnsAbove } from './chargeRules.ts';
import type { RunNode } from './runNode.ts';
import { queueBelow } from './settleMoves.ts';
import * as flag from './spanFlags.ts';
import {
  COUNTED_MASK,
  childrenOf,
  hasChildren,
  isPayer,
  KIND_SHIFT,
  type SpanNode,
  STATUS_SHIFT,
  toolAbove,
} from './spanNode.ts';

const KIND_MASK = 15 << KIND_SHIFT;
/** From 1: a span that was never derived has 0. */
const kindCodes = new Map<Span['kind'], number>(spanKinds.map((kind, index) => [kind, index + 1]));

/**
 * Brings what hangs on a span's place and fields up to date: agent, status, cost, what it counts as in its run.
 * Children that inherit something new are queued, so the pass ends when nothing changes any more.
 */
export function deriveSpan(node: SpanNode): void {
  const { run, span } = node;
  run.isFailureStale = true;
  const agentBefore = span.agentName;
  deriveKind(node);
  deriveAgent(node);
  if (node.flags & flag.renamed) {
    node.flags &= ~flag.renamed;
    if (span.kind === 'tool') run.renamedTools.push(node);
  }
  if (node.flags & flag.usageChanged) {
    node.flags &= ~flag.usageChanged;
    queueTurnsAbove(node);
  }
  if (run.nodeByCallId && span.callId !== undefined) run.nodeByCallId.set(span.callId, node);
  deriveCost(node);
  deriveStatus(node);
  derivePlace(node);
  countInRun(node);
  countAgent(node, agentBefore);
  if (span.kind === 'llm' || node.extra?.countedIn) countInPayer(node);
  if (isPayer(node) || node.extra?.charge || run.fallback?.nodes.has(node)) run.queueCharge(node);
}

/** Whether a kind makes a span a tool, or a turn or call, for what is below it. */
const roleOf = (kind: Span['kind'] | undefined): number =>
  kind === 'tool' ? 1 : kind === 'turn' || kind === 'llm' ? 2 : 0;

function deriveKind(node: SpanNode): void {
  const before = (node.flags & KIND_MASK) >> KIND_SHIFT;
  const kind = kindCodes.get(node.span.kind) ?? 0;
  if (before === kind) return;
  node.flags = (node.flags & ~KIND_MASK) | (kind << KIND_SHIFT);
  if (before === 0) return; // what is below came in this settle too, and is derived by itself
  const was = roleOf(spanKinds[before - 1]);
  const is = roleOf(node.span.kind);
  if (was !== is && hasChildren(node)) queueBelow(node, was === 1 || is === 1, true);
}

/** Its own name for an agent, else what the source said, else what holds for the span above. */
function deriveAgent(node: SpanNode): void {
  const { span } = node;
  const isAgent = span.kind === 'agent' && span.name !== '';
  const agentName = isAgent ? span.name : (node.declaredAgent ?? node.parent?.span.agentName);
  if (agentName === span.agentName) return;
  node.run.context.touch(node);
  node.span.agentName = agentName;
  for (const child of childrenOf(node)) if (child.parent === node) node.run.context.queueDerive(child);
}

function deriveCost(node: SpanNode): void {
  const { extra, span } = node;
  if (!extra || (extra.price === undefined && extra.reportedCostNanoUsd === undefined)) return;
  const { price, reportedCostNanoUsd } = extra;
  const costNanoUsd = reportedCostNanoUsd ?? price?.costNanoUsd;
  const costSource = reportedCostNanoUsd === undefined ? price?.costSource : 'reported';
  const priceVersion = reportedCostNanoUsd === undefined ? price?.priceVersion : undefined;
  if (span.costNanoUsd === costNanoUsd && span.costSource === costSource && span.priceVersion === priceVersion) return;
  node.run.context.touch(node);
  node.span.costNanoUsd = costNanoUsd;
  node.span.costSource = costSource;
  node.span.priceVersion = priceVersion;
}

/** Status as the source said it, completed by what else is known: its end, its error, approvals that concern it. */
function deriveStatus(node: SpanNode): void {
  const { run, span } = node;
  const declared = spanStatuses[((node.flags >> STATUS_SHIFT) & 7) - 1];
  const isEnded = span.endedAtMs !== undefined;
  let status: Span['status'];
  if (declared === 'waiting' && isEnded) {
    run.waiting.add(node);
    status = isStillAsked(run, span) ? 'waiting' : 'cancelled';
  } else if (declared !== undefined && declared !== 'running') {
    status = declared;
  } else if (isEnded) {
    status = span.errorType === undefined && span.errorCode === undefined ? 'ok' : 'error';
  } else {
    status = run.approvals.size > 0 && isAskedFor(run, span) ? 'waiting' : 'running';
  }
  if (span.status === status) return;
  run.context.touch(node);
  node.span.status = status;
}

/**
 * A call that an SDK reported as ended while it waits (it wrote a placeholder and runs the call as another span):
 * it waits while an approval of its tool is pending, or while nothing is known of one.
 */
const isStillAsked = (run: RunNode, span: Span): boolean => run.approvalBook.isUndecided(span.callId, span.name);

const isAskedFor = (run: RunNode, span: Span): boolean =>
  run.approvalBook.isSpanAsked(span.spanId) || (span.callId !== undefined && run.approvalBook.isPending(span.callId));

function derivePlace(node: SpanNode): void {
  const isOrphan = node.parent !== undefined && (node.parent.flags & flag.placeholder) !== 0;
  const isCycleCut = (node.flags & flag.cut) !== 0;
  const isPlaceholder = (node.flags & flag.placeholder) !== 0;
  const { span } = node;
  if (span.isOrphan === isOrphan && span.isCycleCut === isCycleCut && span.isPlaceholder === isPlaceholder) return;
  node.run.context.touch(node);
  node.span.isOrphan = isOrphan;
  node.span.isCycleCut = isCycleCut;
  node.span.isPlaceholder = isPlaceholder;
}

const topKinds: ReadonlySet<Span['kind']> = new Set(['task', 'agent', 'turn']);

function countedBits(node: SpanNode): number {
  if (node.flags & flag.placeholder) return 0;
  const { span } = node;
  const isError = span.status === 'error';
  const isRoot = node.parent === node.run.root;
  let bits: number = flag.counted;
  if (span.endedAtMs === undefined && (span.status === 'running' || span.status === 'waiting')) bits |= flag.open;
  if (isRoot) bits |= flag.root;
  if (hasCounts(span.usage)) bits |= flag.carrier;
  if (span.kind === 'llm') bits |= isError ? flag.llm | flag.failedLlm : flag.llm;
  if (span.kind === 'tool' && span.isExecuted !== false) bits |= flag.tool;
  if (!isError) return bits;
  bits |= flag.error;
  if (isRoot || (topKinds.has(span.kind) && !toolAbove(node))) bits |= flag.fatal;
  return span.isOrphan ? bits | flag.orphanError : bits;
}

const change = (old: number, now: number, bit: number): number => (now & bit ? 1 : 0) - (old & bit ? 1 : 0);

/** Takes back what the span counted as and counts it anew. O(1). */
function countInRun(node: SpanNode): void {
  const { run, span } = node;
  const old = node.flags & COUNTED_MASK;
  const now = countedBits(node);
  if (old !== now) {
    node.flags = (node.flags & ~COUNTED_MASK) | now;
    run.spanCount += change(old, now, flag.counted);
    run.openCount += change(old, now, flag.open);
    run.errorCount += change(old, now, flag.error);
    run.llmCount += change(old, now, flag.llm);
    run.failedLlmCount += change(old, now, flag.failedLlm);
    run.toolCount += change(old, now, flag.tool);
    run.rootCount += change(old, now, flag.root);
    const carried = change(old, now, flag.carrier);
    run.carrierCount += carried;
    if (carried > 0) run.fallback?.gain(node);
    if (carried < 0) run.fallback?.lose(node);
    if ((old ^ now) & flag.fatal) keepIn(run.fatal, node, (now & flag.fatal) !== 0);
    if ((old ^ now) & flag.orphanError) keepIn(run.orphanErrors, node, (now & flag.orphanError) !== 0);
  }
  const isCancelledRoot = (now & flag.root) !== 0 && span.status === 'cancelled' && span.isExecuted !== false;
  if (isCancelledRoot || run.cancelledRoots.size > 0) keepIn(run.cancelledRoots, node, isCancelledRoot);
  if (span.startedAtMs !== undefined) {
    if (span.startedAtMs < run.minStartMs) run.minStartMs = span.startedAtMs;
    if (span.startedAtMs > run.maxStartMs) run.maxStartMs = span.startedAtMs;
  }
  if (span.endedAtMs !== undefined && span.endedAtMs > run.maxEndMs) run.maxEndMs = span.endedAtMs;
}

function countAgent(node: SpanNode, nameBefore: string | undefined): void {
  const { run, span } = node;
  const wasCounted = (node.flags & flag.agentCounted) !== 0;
  const isCounted = span.kind === 'agent' && span.name !== '' && !(node.flags & flag.placeholder);
  if (wasCounted === isCounted && nameBefore === span.agentName) return;
  if (wasCounted && nameBefore !== undefined) run.countAgent(nameBefore, -1);
  if (isCounted) run.countAgent(span.name, 1);
  node.flags = isCounted ? node.flags | flag.agentCounted : node.flags & ~flag.agentCounted;
}

function keepIn<T>(set: Set<T>, item: T, isIn: boolean): void {
  if (isIn) set.add(item);
  else set.delete(item);
}
