import type { SpanId, SpanKey } from '../model/ids.ts';
import type { Span } from '../model/span.ts';
import type { Charge } from './chargeLedger.ts';
import type { RunNode } from './runNode.ts';
import { copySpan, createSpan, type SpanForm } from './spanRecord.ts';

export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Cost as `span.price` events say it. */
export interface Price {
  readonly costNanoUsd: number;
  readonly costSource?: Span['costSource'];
  readonly priceVersion?: string | undefined;
}

/** What only spans have that have to do with money. */
export interface SpanExtra {
  charge: Charge | undefined;
  price: Price | undefined;
  reportedCostNanoUsd: number | undefined;
  /** Charging calls below that stand for this one, see `chargeRules.ts`. */
  inner: number;
  /** The turn or model call whose `inner` counts this one. */
  countedIn: SpanNode | undefined;
}

/** {@link SpanForm} of the public object. */
const FORM_SHIFT = 28;
const forms: readonly SpanForm[] = ['step', 'call', 'whole'];

/** What a settled span counts as in its run. */
export const COUNTED_MASK = (1 << 10) - 1;
export const STATUS_SHIFT = 20;
export const KIND_SHIFT = 24;

/**
 * The fold's own record of a span: links, origins, and the public object that is replaced when the span changes.
 * There is one a span, so each field costs: what few spans have stands in {@link SpanExtra}, or in the run.
 */
export class SpanNode {
  readonly run: RunNode;
  span: Draft<Span>;
  parent: SpanNode | undefined = undefined;
  /** One child stands for itself: most parents have one. Read it with {@link childrenOf}. */
  children: SpanNode | SpanNode[] | undefined = undefined;
  /** First row in the run's table of facts. */
  facts = 0;
  flags = 0;
  /** Agent as the source said it. */
  declaredAgent: string | undefined = undefined;
  extra: SpanExtra | undefined = undefined;

  constructor(run: RunNode, span: Draft<Span>) {
    this.run = run;
    this.span = span;
  }
}

/** Puts a span into its run. */
export function createNode(run: RunNode, spanId: SpanId, form: SpanForm): SpanNode {
  const key = (run.keyPrefix + spanId) as SpanKey;
  const node = new SpanNode(run, createSpan(key, run.runId, spanId, form));
  node.flags = forms.indexOf(form) << FORM_SHIFT;
  run.nodes.add(node);
  return node;
}

/** The public object may be written again: what was handed out stays as it is. */
export function renewSpan(node: SpanNode): void {
  node.span = copySpan(node.span, forms[node.flags >> FORM_SHIFT] ?? 'step');
}

export function extraOf(node: SpanNode): SpanExtra {
  node.extra ??= {
    charge: undefined,
    price: undefined,
    reportedCostNanoUsd: undefined,
    inner: 0,
    countedIn: undefined,
  };
  return node.extra;
}

const none: readonly SpanNode[] = [];

export const hasChildren = (node: SpanNode): boolean => node.children !== undefined;

export function childrenOf({ children }: SpanNode): readonly SpanNode[] {
  if (children === undefined) return none;
  return Array.isArray(children) ? children : [children];
}

export const childCountOf = ({ children }: SpanNode): number =>
  children === undefined ? 0 : Array.isArray(children) ? children.length : 1;

export const firstChildOf = ({ children }: SpanNode): SpanNode | undefined =>
  Array.isArray(children) ? children[0] : children;

export function setChildren(node: SpanNode, list: SpanNode[]): void {
  node.children = list.length > 1 ? list : list[0];
}

/** Appends without the spare room that `push` would take for a short list. */
export function appendChild(node: SpanNode, child: SpanNode): void {
  const { children } = node;
  if (children === undefined) node.children = child;
  else if (!Array.isArray(children)) node.children = [children, child];
  else if (children.length === 2) node.children = [children[0] as SpanNode, children[1] as SpanNode, child];
  else children.push(child);
}

/** Nearest tool span above. O(depth) */
export function toolAbove(node: SpanNode): SpanNode | undefined {
  for (let above = node.parent; above; above = above.parent) if (above.span.kind === 'tool') return above;
  return undefined;
}

export const isPayer = ({ span }: SpanNode): boolean => span.kind === 'turn' || span.kind === 'llm';

/** Nearest turn or model call above, with no tool in between: what an agent does inside a tool call is not part of the call around it. O(depth) */
export function payerAbove(node: SpanNode): SpanNode | undefined {
  for (let above = node.parent; above && above.span.kind !== 'tool'; above = above.parent) {
    if (isPayer(above)) return above;
  }
  return undefined;
}
