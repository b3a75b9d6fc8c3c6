import type { EventOf, SpanEventType } from '../model/event.ts';
import { rankByType } from '../model/event.ts';
import { spanStatuses } from '../model/span.ts';
import { isGreaterValue } from './fact.ts';
import {
  bitOf,
  ENDED_BIT,
  PARENT_BIT,
  PRICE_BIT,
  partBits,
  partsIn,
  REFS_SHIFT,
  STARTED_BIT,
  spanFieldNames,
} from './spanFields.ts';
import { type SpanNode, STATUS_SHIFT } from './spanNode.ts';

type SpanValues = Record<string, unknown>;

/** An end without a time ended when it was said; so with a start. */
export const impliedBits = {
  'span.start': STARTED_BIT,
  'span.update': 0,
  'span.end': ENDED_BIT,
  'span.price': 0,
} as const;

/** The fields of a span event that are there, as bits. */
function maskOf(event: EventOf<SpanEventType>): number {
  let mask = event.parent === undefined ? 0 : PARENT_BIT;
  if (event.type === 'span.price') return event.a.costNanoUsd === undefined ? mask : mask | PRICE_BIT;
  const fields = event.a as SpanValues;
  for (const name in fields) if (fields[name] !== undefined) mask |= bitOf(name);
  return mask | impliedBits[event.type];
}

/** The parts of content that an event has, or has references to, as bits. */
export function partsOf({ detail, refs }: EventOf<SpanEventType>): number {
  return (detail ? partsIn(detail) : 0) | (refs ? partsIn(refs) << REFS_SHIFT : 0);
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
    if (order > 0) {
      if (facts.lose(row, mask, parts)) {
        if (before === 0) node.facts = next;
        else facts.setNext(before, next);
        facts.remove(row);
        continue;
      }
    } else {
      if (order === 0) {
        twin = row;
        const both = sameOriginWins(node, event, row);
        facts.lose(row, both.mask, both.parts);
      }
      mask &= ~facts.mask(row);
      parts &= ~facts.parts(row);
    }
    before = row;
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
