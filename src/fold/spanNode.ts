import type { Span } from '../model/span.ts';
import type { Charge } from './chargeLedger.ts';
import type { RunNode } from './runNode.ts';

export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** One event that still owns a field of a span: which fields (`mask`), which content parts (`parts`, with the rank above them). */
export interface SpanFact {
  readonly ts: number;
  readonly id: string;
  mask: number;
  parts: number;
  next: SpanFact | undefined;
}

/** Cost as `span.price` events say it. */
export interface Price {
  readonly costNanoUsd: number;
  readonly costSource?: Span['costSource'];
  readonly priceVersion?: string | undefined;
}

/** What few spans have. */
export interface SpanExtra {
  charge: Charge | undefined;
  price: Price | undefined;
  reportedCostNanoUsd: number | undefined;
  /** Charging spans below that stand for this one, see `chargeRules.ts`. */
  inner: number;
  /** The turn or model call whose `inner` counts this one. */
  countedIn: SpanNode | undefined;
  /** Under which name this agent span is counted in its run. */
  countedAgent: string | undefined;
}

/** Bits of {@link SpanNode.flags}. The first group says what is counted in the run, so that a change can be taken back. */
export const flag = {
  counted: 1,
  open: 1 << 1,
  error: 1 << 2,
  llm: 1 << 3,
  failedLlm: 1 << 4,
  tool: 1 << 5,
  root: 1 << 6,
  carrier: 1 << 7,
  fatal: 1 << 8,
  orphanError: 1 << 9,
  dirty: 1 << 10,
  placeholder: 1 << 11,
  cut: 1 << 12,
  /** Waits for its turn in the derive pass. */
  pending: 1 << 13,
  chargeQueued: 1 << 14,
  /** Its children list waits for the sort pass. */
  listQueued: 1 << 15,
  /** The whole list is to be filtered and sorted, not only what was appended. */
  listBroken: 1 << 16,
  /** Some of its children are gone or stand in it twice. */
  listHoles: 1 << 19,
  /** The name changed after others may have used it. */
  renamed: 1 << 17,
  usageChanged: 1 << 18,
  /** Hangs under another parent since the last settle. */
  moved: 1 << 23,
} as const;

/** What a settled span counts as in its run. */
export const COUNTED_MASK = (1 << 10) - 1;
export const STATUS_SHIFT = 20;
export const KIND_SHIFT = 24;

const none: readonly SpanNode[] = [];

/** The fold's own record of a span: links, origins, and the public object that is replaced when the span changes. */
export class SpanNode {
  readonly run: RunNode;
  span: Draft<Span>;
  parent: SpanNode | undefined = undefined;
  children: SpanNode[] = none as SpanNode[];
  childIds: readonly Span['spanId'][] | undefined = undefined;
  facts: SpanFact | undefined = undefined;
  flags = 0;
  /** Nearest tool span above. */
  tool: SpanNode | undefined = undefined;
  /** Nearest turn or model call above. */
  payer: SpanNode | undefined = undefined;
  /** Agent as the source said it. */
  declaredAgent: string | undefined = undefined;
  extra: SpanExtra | undefined = undefined;

  constructor(run: RunNode, span: Draft<Span>) {
    this.run = run;
    this.span = span;
  }
}

/** The nearest tool as the children of a span see it. */
export const toolBelow = (parent: SpanNode): SpanNode | undefined =>
  parent.span.kind === 'tool' ? parent : parent.tool;

/** The nearest turn or model call as the children of a span see it. */
export const payerBelow = (parent: SpanNode): SpanNode | undefined =>
  parent.span.kind === 'turn' || parent.span.kind === 'llm' ? parent : parent.payer;

export function extraOf(node: SpanNode): SpanExtra {
  node.extra ??= {
    charge: undefined,
    price: undefined,
    reportedCostNanoUsd: undefined,
    inner: 0,
    countedIn: undefined,
    countedAgent: undefined,
  };
  return node.extra;
}

/** Appends without the spare room that `push` would take for a short list: most spans have few children. */
export function appendChild(node: SpanNode, child: SpanNode): void {
  const list = node.children;
  switch (list.length) {
    case 0:
      node.children = [child];
      return;
    case 1:
      node.children = [list[0] as SpanNode, child];
      return;
    case 2:
      node.children = [list[0] as SpanNode, list[1] as SpanNode, child];
      return;
    case 3:
      node.children = [list[0] as SpanNode, list[1] as SpanNode, list[2] as SpanNode, child];
      return;
    default:
      list.push(child);
  }
}
