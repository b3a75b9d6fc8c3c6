export type { AgentTimers } from './agentTimers.ts';
export type { ReporterStats } from './createReporter.ts';
export type { Decision, InterruptionOptions, LogOptions, ReportOptions, Reports } from './createReports.ts';
export {
  createSpanlightProcessor,
  type ProcessorStats,
  type SpanlightProcessor,
} from './createSpanlightProcessor.ts';
export {
  createSpanlightSpanProcessor,
  type SpanlightSpanProcessor,
  type SpanlightSpanProcessorOptions,
  type SpanToFilter,
} from './createSpanlightSpanProcessor.ts';
export type { StreamOptions, StreamReports } from './createStreamReports.ts';
export type {
  Catalogue,
  ProcessorTrouble,
  Redact,
  ReporterOptions,
  SpanlightProcessorOptions,
} from './options.ts';
export { type DecisionMessage, type VerifyDecisionOptions, verifyDecision } from './verifyDecision.ts';
