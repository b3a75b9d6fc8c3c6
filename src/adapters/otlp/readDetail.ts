import type { Detail, ErrorDetail } from '../../model/detail.ts';
import type { SpanKind } from '../../model/span.ts';
import { parseContent, parseRecord } from '../content.ts';
import type { AttributeSlots } from './attributeSlots.ts';
import { slotOf } from './attributeTable.ts';
import type { SpanEventReading } from './readSpanEvents.ts';

type DetailDraft = { -readonly [Part in keyof Detail]: Detail[Part] };

const slot = {
  input: slotOf('input'),
  output: slotOf('output'),
  instructions: slotOf('instructions'),
  metadata: slotOf('metadata'),
  ownDetail: slotOf('ownDetail'),
} as const;

/** What the model has a field for only now and then: it stays among the attributes, too. */
const kept = (['agentId', 'inputCostUsd', 'outputCostUsd', 'level', 'statusMessage', 'firstTokenTime'] as const).map(
  slotOf,
);

/** The content of a span, `undefined` where it has none. */
export function readDetail(
  slots: AttributeSlots,
  kind: SpanKind,
  events: SpanEventReading,
  error: ErrorDetail | undefined,
): Detail | undefined {
  const { values } = slots;
  const detail: DetailDraft = {};
  const input = contentOf(slots, 'input', kind, events.input);
  if (input !== undefined) detail.input = input;
  const output = contentOf(slots, 'output', kind, events.output);
  if (output !== undefined) detail.output = output;
  const instructions = values[slot.instructions];
  if (instructions !== undefined) detail.instructions = parseContent(instructions);
  if (values[slot.metadata] !== undefined) detail.metadata = parseContent(values[slot.metadata]);
  if (error !== undefined) detail.error = error;
  for (let index = 0; index < kept.length; index += 1) slots.giveBack(kept[index] as number);
  const documents = slots.listOf('documents');
  if (documents !== undefined || events.others !== undefined) {
    slots.rest ??= {};
    if (documents !== undefined) slots.rest['retrieval.documents'] = documents;
    if (events.others !== undefined) slots.rest['otlp.events'] = events.others;
  }
  if (slots.rest !== undefined) detail.attributes = slots.rest;
  const own = values[slot.ownDetail];
  if (own !== undefined) addOwn(detail, parseRecord(own));
  for (const _part in detail) return detail;
  return undefined;
}

/** Messages that were taken apart say more than the one text beside them, which is kept among the other attributes. */
function contentOf(
  slots: AttributeSlots,
  side: 'input' | 'output',
  kind: SpanKind,
  messages: readonly unknown[] | undefined,
): unknown {
  const at = slot[side];
  const list = kind === 'llm' ? slots.listOf(side) : undefined;
  if (list !== undefined) {
    slots.giveBack(at);
    return list;
  }
  return parseContent(slots.values[at]) ?? messages ?? slots.listOf(side);
}

/** Parts that our own export kept whole; they are right where the conventions can only say it nearly. */
function addOwn(detail: DetailDraft, own: Detail | undefined): void {
  const attributes = parseRecord(own?.attributes);
  const read = parseRecord(detail.attributes);
  Object.assign(detail, own);
  if (attributes && read) detail.attributes = { ...read, ...attributes };
}
