export { otlpAdapter } from './adapter.ts';
export { OtlpReading, type OtlpReadingOptions, type OtlpScope } from './otlpReading.ts';
export type { OtlpAttribute, OtlpLink, OtlpLogRecord, OtlpSpan, OtlpSpanEvent, ValueReader } from './types.ts';
