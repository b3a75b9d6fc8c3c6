export { otlpAdapter } from './adapter.ts';
export { plainOf } from './anyValue.ts';
export { itemLists, resourceLists, scopeLists, scopeNames } from './documents.ts';
export { OtlpReading, type OtlpScope } from './otlpReading.ts';
export { type OtlpSpan, UndecodedItem } from './types.ts';
export type { AnyValue, KeyValue } from './write/anyValueOf.ts';
export {
  type OtlpDocument,
  type RunToWrite,
  type WriteOtlpOptions,
  type WrittenResourceSpans,
  writeOtlp,
  writeRun,
} from './write/writeOtlp.ts';
export type { WrittenSpan } from './write/writeSpan.ts';
