import { type DetailPart, detailParts } from '../model/detail.ts';
import type { EventFields } from '../model/event.ts';

type SpanField = keyof EventFields<'span.end'>;

/** The fields of a span event, each with a bit of its own in a fact's mask. At most 29: two bits are for parent and price. */
export const spanFieldNames = [
  'kind',
  'name',
  'agentName',
  'startedAtMs',
  'endedAtMs',
  'status',
  'usage',
  'model',
  'requestModel',
  'provider',
  'reportedCostNanoUsd',
  'errorType',
  'errorCode',
  'attempt',
  'operation',
  'turn',
  'fromAgent',
  'toAgent',
  'triggered',
  'server',
  'callId',
  'finishReason',
  'firstTokenAtMs',
  'isExecuted',
  'sourceType',
  'toolNames',
  'handoffNames',
  'links',
] as const satisfies readonly SpanField[];

/** Fails to compile when the schema has a field that is not listed above. */
type Unlisted = Exclude<SpanField, (typeof spanFieldNames)[number]>;
const isComplete: [Unlisted] extends [never] ? true : never = true;

export const PARENT_BIT = isComplete ? 1 << 28 : 0;
export const PRICE_BIT = 1 << 29;

const bits = new Map<string, number>(spanFieldNames.map((name, index) => [name, 1 << index]));
/** 0 for a field that is not known. */
export const bitOf = (name: string): number => bits.get(name) ?? 0;

export const STARTED_BIT = bitOf('startedAtMs');
export const ENDED_BIT = bitOf('endedAtMs');

/** Detail parts have the low bits of a fact's `parts`, their references the next ones, the rank stands above. */
export const REFS_SHIFT = detailParts.length;
export const RANK_SHIFT = detailParts.length * 2;
export const PARTS_MASK = (1 << RANK_SHIFT) - 1;
export const partBits: readonly (readonly [DetailPart, number])[] = detailParts.map((part, index) => [
  part,
  1 << index,
]);
const partBitByName = new Map<string, number>(partBits);

/** The parts that are there, as bits. */
export function partsIn(parts: Readonly<Partial<Record<DetailPart, unknown>>>): number {
  let bits = 0;
  for (const part in parts) {
    if (parts[part as DetailPart] !== undefined) bits |= partBitByName.get(part) ?? 0;
  }
  return bits;
}

/** Whether these parts are there and nothing else is. */
export function hasOnly(parts: object, wanted: number): boolean {
  let bits = 0;
  for (const part in parts) {
    const bit = partBitByName.get(part) ?? 0;
    if ((bit & wanted) === 0) return false;
    bits |= bit;
  }
  return bits === wanted;
}
