export type { NoTraceFile, TraceFilePart, TraceFileReader } from '../model/traceFile.ts';
export { adapters, type Detection, detectFormat } from './detectFormat.ts';
export { createHeldExport, type HeldRuns } from './export/createHeldExport.ts';
export {
  createExportWriter,
  type ExportFormat,
  type ExportFormatName,
  exportFormatNames,
  exportFormats,
  type RunToExport,
} from './export/exportFormats.ts';
export { langfuseAdapter } from './langfuse/adapter.ts';
export { nativeAdapter } from './native/adapter.ts';
export type { NotATrace } from './notTraces.ts';
export {
  type InProcessData,
  openaiAgentsAdapter,
  readSpanItem,
  readTraceItem,
  type SpanFacts,
  type TraceFacts,
} from './openai-agents/index.ts';
export {
  type AnyValue,
  type KeyValue,
  type OtlpDocument,
  otlpAdapter,
  type RunToWrite,
  type WriteOtlpOptions,
  type WrittenResourceSpans,
  type WrittenSpan,
  writeOtlp,
  writeRun,
} from './otlp/index.ts';
export { type ParsedText, parseText } from './parseText.ts';
export { redisEventsAdapter } from './redis-events/adapter.ts';
export {
  createTraceFileReader,
  type TraceFileReaderOptions,
  type TraceFileWorker,
} from './trace-file/createTraceFileReader.ts';
export { serveTraceFiles, type TraceFileWorkerScope } from './trace-file/serveTraceFiles.ts';
export type { Adapter, PartReading, ReadOptions, ReadResult } from './types.ts';
