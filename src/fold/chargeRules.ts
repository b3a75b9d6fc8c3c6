import { type Usage, usageCounts } from '../model/usage.ts';
import { type Charge, countsOf, isSameCharge, type TokenCounts } from './chargeLedger.ts';
import { DeepestCarriers } from './DeepestCarriers.ts';
import type { RunNode } from './runNode.ts';
import * as flag from './spanFlags.ts';
import { childrenOf, extraOf, hasChildren, payerAbove, type SpanNode, toolAbove } from './spanNode.ts';

/*
 * Who pays. A turn or task repeats the tokens of the model calls below it, and of nested agents too, so levels are never
 * added up. In this order:
 * 1. a model call with usage of its own, unless another model call stands below it (then it is a wrapper);
 * 2. a turn whose own model calls say nothing, less what nested agents below it report;
 * 3. when neither gave a charge: the deepest spans that carry usage.
 * "Below" ends at a tool: what an agent does inside a tool call is not part of the call around it.
 */

export const hasCounts = (usage: Usage | undefined): usage is Usage => {
  if (usage === undefined) return false;
  if (usage.inputTokens !== undefined || usage.outputTokens !== undefined) return true;
  for (const count of usageCounts) if (usage[count] !== undefined) return true;
  return false;
};

const isOwnCall = ({ span }: SpanNode): boolean =>
  hasCounts(span.usage) ? span.usage.scope === 'leaf' : span.costNanoUsd !== undefined;

/** Keeps the count of charging calls below each turn and wrapper true after `node` changed. */
export function countInPayer(first: SpanNode): void {
  for (let node: SpanNode | undefined = first; node; ) {
    const isSpeaking: boolean = node.span.kind === 'llm' && (isOwnCall(node) || (node.extra?.inner ?? 0) > 0);
    const payer: SpanNode | undefined = isSpeaking ? payerAbove(node) : undefined;
    const known: SpanNode | undefined = node.extra?.countedIn;
    if (payer === known) return;
    extraOf(node).countedIn = payer;
    if (known) {
      extraOf(known).inner -= 1;
      node.run.queueCharge(known);
      if (payer && known.span.kind === 'llm') countInPayer(known);
    }
    if (payer) {
      extraOf(payer).inner += 1;
      node.run.queueCharge(payer);
    }
    const next: SpanNode | undefined = payer ?? known;
    node = next?.span.kind === 'llm' ? next : undefined;
  }
}

/** Turns above a span whose usage changed may owe another remainder; the first span that has usage hides it from the rest. O(depth) */
export function queueTurnsAbove(node: SpanNode): void {
  for (let above = node.parent; above; above = above.parent) {
    if (above.span.kind === 'turn') node.run.queueCharge(above);
    if (hasCounts(above.span.usage)) return;
  }
}

type Counts = { -readonly [Count in keyof TokenCounts]: number };

/** Sum of the topmost usage below a span. O(spans until then). */
function usageBelow(top: SpanNode): Counts {
  const sum: Counts = { ...countsOf(undefined) };
  const stack = [...childrenOf(top)];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const { usage } = node.span;
    if (!hasCounts(usage)) {
      for (const child of childrenOf(node)) stack.push(child);
      continue;
    }
    const counts = countsOf(usage);
    for (const count of usageCounts) sum[count] += counts[count];
  }
  return sum;
}

function chargeFor(node: SpanNode, counts?: TokenCounts): Charge {
  const { span } = node;
  return { span, counts, tool: span.kind === 'tool' ? span.name : toolAbove(node)?.span.name };
}

/** What a turn or a last resort owes: nothing when it has no tokens of its own. */
function chargeIfAny(node: SpanNode, counts: TokenCounts): Charge | undefined {
  return counts.inputTokens + counts.outputTokens > 0 ? chargeFor(node, counts) : undefined;
}

/** What a span owes by rules 1 and 2. */
function ownCharge(node: SpanNode): Charge | undefined {
  const { kind, usage } = node.span;
  if ((node.extra?.inner ?? 0) > 0) return undefined;
  if (kind === 'llm') return isOwnCall(node) ? chargeFor(node) : undefined;
  if (kind !== 'turn' || !hasCounts(usage)) return undefined;
  const counts: Counts = { ...countsOf(usage) };
  const below = hasChildren(node) ? usageBelow(node) : countsOf(undefined);
  for (const count of usageCounts) counts[count] = Math.max(0, counts[count] - below[count]);
  return chargeIfAny(node, counts);
}

function setCharge(node: SpanNode, charge: Charge | undefined): void {
  const known = node.extra?.charge;
  if (known === charge) return;
  const { ledger } = node.run;
  if (!known || !charge || !isSameCharge(known, charge)) {
    if (known) ledger.apply(known, -1);
    if (charge) ledger.apply(charge, 1);
  }
  extraOf(node).charge = charge;
}

/** What was charged below a renamed tool moves to its new name. O(spans below), for a thing that hardly happens. */
function queueRenamed(run: RunNode): void {
  const stack = run.renamedTools;
  run.renamedTools = [];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.extra?.charge) run.queueCharge(node);
    for (const child of childrenOf(node)) stack.push(child);
  }
}

/** Brings the run's totals up to date with its queued spans; the lists of children are in order by then. O(queued) */
export function settleCharges(run: RunNode): void {
  if (run.renamedTools.length > 0) queueRenamed(run);
  for (const node of run.fallback?.changed ?? []) run.queueCharge(node);
  run.fallback?.changed.clear();
  const queued = run.chargeQueue;
  run.chargeQueue = [];
  if (run.fallback && queued.some((node) => isReal(node) && ownCharge(node))) {
    for (const node of run.fallback.nodes) setCharge(node, undefined);
    run.fallback = undefined;
  }
  for (const node of queued) {
    node.flags &= ~flag.chargeQueued;
    if (isReal(node)) setCharge(node, ownCharge(node) ?? lastResort(node));
  }
  if (run.fallback || run.ledger.sum.calls > 0 || run.carrierCount === 0) return;
  run.fallback = new DeepestCarriers(run);
  run.fallback.changed.clear();
  for (const node of run.fallback.nodes) setCharge(node, lastResort(node));
}

const isReal = ({ flags }: SpanNode): boolean => (flags & flag.placeholder) === 0;

/** What a span owes by rule 3. */
const lastResort = (node: SpanNode): Charge | undefined =>
  node.run.fallback?.nodes.has(node) ? chargeIfAny(node, countsOf(node.span.usage)) : undefined;
