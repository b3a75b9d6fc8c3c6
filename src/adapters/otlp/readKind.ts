import type { SpanKind } from '../../model/span.ts';
import { slotOf } from './attributeTable.ts';
import {
  embeddingNames,
  genAiOperations,
  langfuseTypes,
  mcpMethods,
  openInferenceKinds,
  ownKinds,
  requestTypes,
  traceloopKinds,
  vercelOperations,
} from './kinds.ts';

interface Naming {
  readonly slot: number;
  readonly kinds: ReadonlyMap<string, SpanKind>;
  readonly isUpperCase?: boolean;
}

/** Attributes that name a span's kind; the first whose value is known decides. */
const namings: readonly Naming[] = [
  { slot: slotOf('spanlightKind'), kinds: ownKinds },
  { slot: slotOf('openInferenceKind'), kinds: openInferenceKinds, isUpperCase: true },
  { slot: slotOf('operation'), kinds: genAiOperations },
  { slot: slotOf('vercelOperation'), kinds: vercelOperations },
  { slot: slotOf('traceloopKind'), kinds: traceloopKinds },
  { slot: slotOf('requestType'), kinds: requestTypes },
  { slot: slotOf('langfuseType'), kinds: langfuseTypes, isUpperCase: true },
  { slot: slotOf('mcpMethod'), kinds: mcpMethods },
];

const mcpSlot = slotOf('mcpMethod');
const functionSlot = slotOf('functionId');
const modelSlots = [slotOf('model'), slotOf('requestModel')];
const tokenSlots = [slotOf('inputTokens'), slotOf('outputTokens'), slotOf('totalTokens')];

export interface KindReading {
  kind: SpanKind;
  /** The type as the source calls it. */
  sourceType: string | undefined;
  isEmbedding: boolean;
}

const isServer = (spanKind: unknown): boolean => spanKind === 2 || spanKind === 'SPAN_KIND_SERVER';

const has = (values: readonly unknown[], slots: readonly number[]): boolean =>
  slots.some((slot) => values[slot] !== undefined);

/**
 * @param values - by slot, see `AttributeSlots`
 * @param reading - takes what was read
 */
export function readKind(values: readonly unknown[], spanKind: unknown, reading: KindReading): void {
  reading.sourceType = undefined;
  reading.isEmbedding = false;
  for (let index = 0; index < namings.length; index += 1) {
    const { slot, kinds, isUpperCase } = namings[index] as Naming;
    const value = values[slot] as string | undefined;
    if (value === undefined) continue;
    reading.sourceType ??= value;
    const kind = kinds.get(value) ?? (isUpperCase === true ? kinds.get(value.toUpperCase()) : undefined);
    if (kind === undefined) continue;
    if (values[mcpSlot] !== undefined && isServer(spanKind) && index > 0) break; // the client's half counts
    const isNamedCall = kind === 'task' && kinds === vercelOperations && values[functionSlot] !== undefined;
    reading.kind = isNamedCall ? 'agent' : kind;
    reading.sourceType = value;
    reading.isEmbedding = kind === 'llm' && embeddingNames.has(value);
    return;
  }
  // Instrumentations that say nothing of the kind: who has a model and tokens is a model call.
  const isCall = reading.sourceType === undefined && has(values, modelSlots) && has(values, tokenSlots);
  reading.kind = isCall ? 'llm' : 'custom';
}
