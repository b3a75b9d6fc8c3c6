import { type Detail, type DetailRefs, detailParts } from '../model/detail.ts';
import type { EventFields, EventOf, SpanEventType } from '../model/event.ts';
import { rankByType } from '../model/event.ts';
import type { Span } from '../model/span.ts';
import { spanStatuses } from '../model/span.ts';
import { isGreaterValue } from './fact.ts';
import {
  bitOf,
  ENDED_BIT,
  PARENT_BIT,
  PRICE_BIT,
  partBits,
  REFS_SHIFT,
  STARTED_BIT,
  spanFieldNames,
} from './spanFields.ts';
import { extraOf, flag, hasChildren, type SpanNode, STATUS_SHIFT } from './spanNode.ts';

type SpanFields = EventFields<'span.end'>;
type SpanValues = Record<string, unknown>;

/** The fields of a span event that are there, as bits. An end without a time ended when it was said; so with a start. */
function maskOf(event: EventOf<SpanEventType>): number {
  let mask = event.parent === undefined ? 0 : PARENT_BIT;
  if (event.type === 'span.price') return event.a.costNanoUsd === undefined ? mask : mask | PRICE_BIT;
  const fields = event.a as SpanValues;
  for (const name in fields) if (fields[name] !== undefined) mask |= bitOf(name);
  if (event.type === 'span.start') return mask | STARTED_BIT;
  return event.type === 'span.end' ? mask | ENDED_BIT : mask;
}

function partsOf(event: EventOf<SpanEventType>): number {
  let parts = 0;
  if (event.detail) {
    for (const [part, bit] of partBits) if (event.detail[part] !== undefined) parts |= bit;
  }
  if (event.refs) {
    for (const [part, bit] of partBits) if (event.refs[part] !== undefined) parts |= bit << REFS_SHIFT;
  }
  return parts;
}

/** What an event won: fields and parts of content. */
export interface Won {
  readonly mask: number;
  readonly parts: number;
}

/**
 * Which fields of the event win over what is known; the facts that lose them are told so, and dropped when nothing is left.
 * @returns `undefined` when the event brings nothing
 */
export function claimFields(node: SpanNode, event: EventOf<SpanEventType>): Won | undefined {
  const { facts } = node.run;
  const rank = rankByType[event.type];
  const { ts, id } = event;
  let mask = maskOf(event);
  let parts = partsOf(event);
  let before = 0;
  let twin = 0;
  for (let row = node.facts, next = 0; row !== 0; row = next) {
    next = facts.next(row);
    const order = rank - facts.rank(row) || ts - facts.ts(row) || compareIds(id, facts.id(row));
    if (order === 0) {
      twin = row;
      const both = sameOriginWins(node, event, row);
      facts.setMask(row, facts.mask(row) & ~both.mask);
      facts.setParts(row, facts.parts(row) & ~both.parts);
    }
    if (order > 0) {
      facts.setMask(row, facts.mask(row) & ~mask);
      facts.setParts(row, facts.parts(row) & ~parts);
    } else {
      mask &= ~facts.mask(row);
      parts &= ~facts.parts(row);
    }
    if (row !== twin && facts.mask(row) === 0 && facts.parts(row) === 0) {
      if (before === 0) node.facts = next;
      else facts.setNext(before, next);
      facts.remove(row);
    } else before = row;
  }
  if (mask === 0 && parts === 0) return undefined;
  if (twin !== 0) {
    facts.setMask(twin, facts.mask(twin) | mask);
    facts.setParts(twin, facts.parts(twin) | parts);
    return { mask, parts };
  }
  const row = facts.add(ts, id, rank, mask, parts);
  if (before === 0) node.facts = row;
  else facts.setNext(before, row);
  return { mask, parts };
}

const compareIds = (left: string, right: string): number => (left === right ? 0 : left > right ? 1 : -1);

/** One id twice with different content: the greater value stays, whichever came first. */
function sameOriginWins(node: SpanNode, event: EventOf<SpanEventType>, row: number): Won {
  const incoming = event.a as SpanValues;
  const owned = node.run.facts.mask(row);
  const ownedParts = node.run.facts.parts(row);
  let mask = 0;
  let parts = 0;
  for (const name of spanFieldNames) {
    const bit = bitOf(name);
    const value = incoming[name] ?? impliedTime(event, name);
    if (owned & bit && value !== undefined && isGreaterValue(value, rawValue(node, name))) mask |= bit;
  }
  if (owned & PARENT_BIT && event.parent !== undefined && isGreaterValue(event.parent, node.span.parentId)) {
    mask |= PARENT_BIT;
  }
  if (owned & PRICE_BIT && event.type === 'span.price' && isGreaterValue(event.a, priceFields(node))) mask |= PRICE_BIT;
  for (const [part, bit] of partBits) {
    if (ownedParts & bit && isGreaterValue(event.detail?.[part], node.span.detail?.[part])) parts |= bit;
    const refBit = bit << REFS_SHIFT;
    if (ownedParts & refBit && isGreaterValue(event.refs?.[part], node.span.detailRefs?.[part])) parts |= refBit;
  }
  return { mask, parts };
}

const impliedTime = (event: EventOf<SpanEventType>, name: string): number | undefined =>
  (name === 'startedAtMs' && event.type === 'span.start') || (name === 'endedAtMs' && event.type === 'span.end')
    ? event.ts
    : undefined;

const priceFields = (node: SpanNode) => {
  const price = node.extra?.price;
  return price && { costNanoUsd: price.costNanoUsd, costSource: price.costSource, priceVersion: price.priceVersion };
};

/** A merged field as the source said it: some stand elsewhere because the public span shows a derived value in their place. */
export function rawValue(node: SpanNode, name: (typeof spanFieldNames)[number]): unknown {
  if (name === 'agentName') return node.declaredAgent;
  if (name === 'status') return spanStatuses[((node.flags >> STATUS_SHIFT) & 7) - 1];
  if (name === 'reportedCostNanoUsd') return node.extra?.reportedCostNanoUsd;
  return node.span[name];
}

/** Writes the fields that a fact won into the span's draft. */
export function writeFields(node: SpanNode, event: EventOf<SpanEventType>, won: Won): void {
  const { mask, parts } = won;
  const draft = node.span;
  if (mask & PARENT_BIT) draft.parentId = event.parent;
  if (event.type === 'span.price') {
    if (mask & PRICE_BIT) extraOf(node).price = { ...event.a, costNanoUsd: event.a.costNanoUsd ?? 0 };
  } else {
    const fields = event.a as SpanFields;
    for (const name in fields) {
      if (mask & bitOf(name)) writeField(node, name, fields);
    }
    if (mask & STARTED_BIT && fields.startedAtMs === undefined) writeStart(node, event.ts);
    if (mask & ENDED_BIT && fields.endedAtMs === undefined) writeEnd(node, event.ts);
  }
  if (parts !== 0) writeParts(node, event, parts);
}

/** Some fields stand elsewhere or have something to tell; the others are the span's own. */
function writeField(node: SpanNode, name: string, fields: SpanFields): void {
  const draft = node.span;
  switch (name) {
    case 'startedAtMs':
      return writeStart(node, fields.startedAtMs as number);
    case 'endedAtMs':
      return writeEnd(node, fields.endedAtMs as number);
    case 'name':
      if (draft.name !== fields.name && hasChildren(node)) node.flags |= flag.renamed;
      draft.name = node.run.intern(fields.name as string);
      return;
    case 'agentName':
      node.declaredAgent = node.run.intern(fields.agentName as string);
      return;
    case 'status': {
      const code = spanStatuses.indexOf(fields.status as Span['status']) + 1;
      node.flags = (node.flags & ~(7 << STATUS_SHIFT)) | (code << STATUS_SHIFT);
      return;
    }
    case 'usage':
      draft.usage = fields.usage;
      node.flags |= flag.usageChanged;
      return;
    case 'reportedCostNanoUsd':
      extraOf(node).reportedCostNanoUsd = fields.reportedCostNanoUsd;
      return;
    case 'model':
      draft.model = node.run.intern(fields.model as string);
      return;
    default:
      (draft as SpanValues)[name] = (fields as SpanValues)[name];
  }
}

/** Moves the start; a run's own start follows, and siblings that are sorted by it. */
function writeStart(node: SpanNode, startedAtMs: number): void {
  const known = node.span.startedAtMs;
  if (known === startedAtMs) return;
  node.span.startedAtMs = startedAtMs;
  if (known !== undefined) node.run.forgetTime(known);
  node.run.displace(node);
}

function writeEnd(node: SpanNode, endedAtMs: number): void {
  const known = node.span.endedAtMs;
  node.span.endedAtMs = endedAtMs;
  if (known !== undefined && known !== endedAtMs) node.run.forgetTime(known);
}

function writeParts(node: SpanNode, event: EventOf<SpanEventType>, parts: number): void {
  const won = parts & ((1 << detailParts.length) - 1);
  const wonRefs = parts >> REFS_SHIFT;
  if (won !== 0) {
    const detail: { -readonly [Part in keyof Detail]: unknown } = { ...node.span.detail };
    for (const [part, bit] of partBits) if (won & bit) detail[part] = event.detail?.[part];
    node.span.detail = detail;
  }
  if (wonRefs !== 0) {
    const refs: { -readonly [Part in keyof DetailRefs]: DetailRefs[Part] } = { ...node.span.detailRefs };
    for (const [part, bit] of partBits) if (wonRefs & bit) refs[part] = event.refs?.[part];
    node.span.detailRefs = refs;
  }
}
