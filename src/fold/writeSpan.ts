import { type Detail, type DetailRefs, detailParts } from '../model/detail.ts';
import { type EventFields, type EventOf, rankByType, type SpanEventType } from '../model/event.ts';
import { type SpanKind, type SpanStatus, spanStatuses } from '../model/span.ts';
import type { Usage } from '../model/usage.ts';
import { impliedBits, partsOf, type Won } from './mergeSpan.ts';
import { bitOf, ENDED_BIT, hasOnly, PARENT_BIT, PRICE_BIT, partBits, REFS_SHIFT, STARTED_BIT } from './spanFields.ts';
import * as flag from './spanFlags.ts';
import { extraOf, hasChildren, type SpanNode, STATUS_SHIFT } from './spanNode.ts';

type SpanFields = EventFields<'span.end'>;
type SpanValues = Record<string, unknown>;

/** Takes the first event of a span: there is nothing that it could lose against, so one pass does. */
export function takeFirst(node: SpanNode, event: EventOf<SpanEventType>): void {
  let mask = 0;
  if (event.parent !== undefined) {
    node.span.parentId = event.parent;
    mask = PARENT_BIT;
  }
  if (event.type === 'span.price') {
    if (event.a.costNanoUsd !== undefined) mask |= PRICE_BIT;
    writePrice(node, event, mask);
  } else {
    const fields = event.a as SpanValues;
    for (const name in fields) {
      const value = fields[name];
      if (value !== undefined) mask |= writeField(node, name, value);
    }
    mask |= impliedBits[event.type];
    writeImplied(node, event, mask);
  }
  const parts = partsOf(event);
  if (parts !== 0) writeParts(node, event, parts);
  if (mask !== 0 || parts !== 0) {
    node.facts = node.run.facts.add(event.ts, event.id, rankByType[event.type], mask, parts);
  }
}

/** Writes the fields that a fact won into the span's draft. */
export function writeFields(node: SpanNode, event: EventOf<SpanEventType>, { mask, parts }: Won): void {
  if (mask & PARENT_BIT) node.span.parentId = event.parent;
  if (event.type === 'span.price') writePrice(node, event, mask);
  else {
    const fields = event.a as SpanValues;
    for (const name in fields) if (mask & bitOf(name)) writeField(node, name, fields[name]);
    writeImplied(node, event, mask);
  }
  if (parts !== 0) writeParts(node, event, parts);
}

function writePrice(node: SpanNode, { a }: EventOf<'span.price'>, mask: number): void {
  if (mask & PRICE_BIT) extraOf(node).price = { ...a, costNanoUsd: a.costNanoUsd ?? 0 };
}

/** Times that an event does not name. */
function writeImplied(node: SpanNode, { a, ts }: EventOf<Exclude<SpanEventType, 'span.price'>>, mask: number): void {
  const fields = a as SpanFields;
  if (mask & STARTED_BIT && fields.startedAtMs === undefined) writeStart(node, ts);
  if (mask & ENDED_BIT && fields.endedAtMs === undefined) writeEnd(node, ts);
}

/** Some fields stand elsewhere or have something to tell; the others are the span's own. @returns the field's bit, 0 for an unknown one */
function writeField(node: SpanNode, name: string, value: unknown): number {
  const bit = bitOf(name);
  if (bit === 0) return 0;
  const draft = node.span;
  switch (name) {
    case 'kind':
      draft.kind = value as SpanKind;
      break;
    case 'name':
      if (draft.name !== value && hasChildren(node)) node.flags |= flag.renamed;
      draft.name = node.run.intern(value as string);
      break;
    case 'agentName':
      node.declaredAgent = node.run.intern(value as string);
      break;
    case 'startedAtMs':
      writeStart(node, value as number);
      break;
    case 'endedAtMs':
      writeEnd(node, value as number);
      break;
    case 'status': {
      const code = spanStatuses.indexOf(value as SpanStatus) + 1;
      node.flags = (node.flags & ~(7 << STATUS_SHIFT)) | (code << STATUS_SHIFT);
      break;
    }
    case 'usage':
      draft.usage = value as Usage;
      node.flags |= flag.usageChanged;
      break;
    case 'model':
      draft.model = node.run.intern(value as string);
      break;
    case 'requestModel':
      draft.requestModel = value as string;
      break;
    case 'provider':
      draft.provider = value as string;
      break;
    case 'sourceType':
      draft.sourceType = value as string;
      break;
    case 'reportedCostNanoUsd':
      extraOf(node).reportedCostNanoUsd = value as number;
      break;
    default:
      (draft as SpanValues)[name] = value;
  }
  return bit;
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
  if (won !== 0) node.span.detail = mergeParts<Detail>(node.span.detail, event.detail, won);
  if (wonRefs !== 0) node.span.detailRefs = mergeParts<DetailRefs>(node.span.detailRefs, event.refs, wonRefs);
}

/** Where all of the content is new and none was there, the event's own object is it: nothing writes to either. */
function mergeParts<Parts extends Detail | DetailRefs>(known: Parts | undefined, came: Parts | undefined, won: number) {
  if (known === undefined && came !== undefined && hasOnly(came, won)) return came;
  const merged: SpanValues = { ...known };
  for (const [part, bit] of partBits) if (won & bit) merged[part] = came?.[part];
  return merged as Parts;
}
