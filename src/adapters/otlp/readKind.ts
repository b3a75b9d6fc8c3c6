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
  readonly kind: SpanKind;
  /** The type as the source calls it. */
  readonly sourceType: string | undefined;
  readonly isEmbedding: boolean;
}

const isServer = (spanKind: unknown): boolean => spanKind === 2 || spanKind === 'SPAN_KIND_SERVER';

const has = (values: readonly unknown[], slots: readonly number[]): boolean =>
  slots.some((slot) => values[slot] !== undefined);

/** @param values - by slot, see `AttributeSlots` */
export function readKind(values: readonly unknown[], spanKind: unknown): KindReading {
  let sourceType: string | undefined;
  for (const { slot, kinds, isUpperCase } of namings) {
    const value = values[slot] as string | undefined;
    if (value === undefined) continue;
    sourceType ??= value;
    const kind = kinds.get(value) ?? (isUpperCase === true ? kinds.get(value.toUpperCase()) : undefined);
    if (kind === undefined) continue;
    if (values[mcpSlot] !== undefined && isServer(spanKind) && slot !== namings[0]?.slot) break; // the client's half counts
    const isNamedCall = kind === 'task' && kinds === vercelOperations && values[functionSlot] !== undefined;
    return { kind: isNamedCall ? 'agent' : kind, sourceType: value, isEmbedding: embeddingNames.has(value) };
  }
  // Instrumentations that say nothing of the kind: who has a model and tokens is a model call.
  const isCall = sourceType === undefined && has(values, modelSlots) && has(values, tokenSlots);
  return { kind: isCall ? 'llm' : 'custom', sourceType, isEmbedding: false };
}
