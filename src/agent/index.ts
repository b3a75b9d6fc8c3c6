export type { Decision, InterruptionOptions, ReportOptions, Reports } from './createReports.ts';
export {
  createSpanlightProcessor,
  type ProcessorStats,
  type SpanlightProcessor,
} from './createSpanlightProcessor.ts';
export type { StreamOptions, StreamReports } from './createStreamReports.ts';
export type { Catalogue, ProcessorTrouble, Redact, SpanlightProcessorOptions } from './options.ts';
