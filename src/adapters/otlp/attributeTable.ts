import { type AttributeField, type AttributeNames, type FieldType, fieldTypes } from './names/fields.ts';
import { genAiNames, mcpNames } from './names/genAi.ts';
import { openInferenceNames } from './names/openInference.ts';
import { spanlightNames } from './names/spanlight.ts';
import { langfuseNames, traceloopNames } from './names/traceloop.ts';
import { vercelAiNames } from './names/vercelAi.ts';

/** All conventions, the most trusted first: where two name one field, the earlier counts. */
const conventions: readonly AttributeNames[] = [
  spanlightNames,
  genAiNames,
  mcpNames,
  langfuseNames,
  openInferenceNames,
  vercelAiNames,
  traceloopNames,
];

export const fieldNames = Object.keys(fieldTypes) as readonly AttributeField[];

/** Where an attribute goes. */
export interface AttributeTarget {
  /** Index in {@link fieldNames}. */
  readonly slot: number;
  readonly type: FieldType;
  /** Among the names of one field the least counts. */
  readonly rank: number;
}

function buildTable(): Map<string, AttributeTarget> {
  const table = new Map<string, AttributeTarget>();
  for (const [slot, field] of fieldNames.entries()) {
    const names = conventions.flatMap((convention) => convention[field] ?? []);
    for (const [rank, name] of names.entries()) table.set(name, { slot, type: fieldTypes[field], rank });
  }
  return table;
}

export const attributeTable: ReadonlyMap<string, AttributeTarget> = buildTable();

const slots = new Map<AttributeField, number>(fieldNames.map((field, slot) => [field, slot]));
export const slotOf = (field: AttributeField): number => slots.get(field) ?? -1;

/** Attributes that are one list taken apart, `<prefix><index>.<path>`, and the field that is put together from them. */
export const flattened: readonly (readonly [prefix: string, field: 'input' | 'output' | 'documents'])[] = [
  ['llm.input_messages.', 'input'],
  ['llm.output_messages.', 'output'],
  ['gen_ai.prompt.', 'input'],
  ['gen_ai.completion.', 'output'],
  ['retrieval.documents.', 'documents'],
];
