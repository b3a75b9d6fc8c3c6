import { createBoundedMap } from './boundedMap.ts';
import { createReporter, type ReporterStats } from './createReporter.ts';
import { createReports, type Reports } from './createReports.ts';
import { createStreamReports, type StreamReports } from './createStreamReports.ts';
import { createLiveSender } from './liveSender.ts';
import { isContentWithheldIn, type Moment, mapSdkSpan, mapSdkTrace, mapUnseenTrace } from './mapSdkItem.ts';
import { createOpenCalls } from './openCalls.ts';
import type { SpanlightProcessorOptions } from './options.ts';
import { readSdkVersion } from './processIdentity.ts';
import { readCatalogue } from './readCatalogue.ts';
import { readSdkSpan, readSdkTrace } from './readSdkItem.ts';
import { createToolCallBook } from './toolCallBook.ts';

/** What the processor holds, sent and let go. */
export interface ProcessorStats extends ReporterStats {
  /** Characters of running answers that were not shown because the relay was away or slow; the answers themselves are sent. */
  readonly droppedLiveCharacters: number;
}

/** A `TracingProcessor` of `@openai/agents`, by its shape. */
export interface SpanlightProcessor extends Reports, StreamReports {
  onTraceStart(trace: unknown): Promise<void>;
  onTraceEnd(trace: unknown): Promise<void>;
  onSpanStart(span: unknown): Promise<void>;
  onSpanEnd(span: unknown): Promise<void>;
  /** Sends what waits. @param timeoutMs - gives up after this; default 5,000 */
  forceFlush(timeoutMs?: number): Promise<void>;
  /** Sends what waits and stops the timers. Safe to call twice; a later span starts them again. @param timeoutMs - default 5,000 */
  shutdown(timeoutMs?: number): Promise<void>;
  readonly stats: ProcessorStats;
}

/** How often the text of running calls is sent, ms, and how long one POST may take. */
const LIVE_EVERY_MS = 120;
const LIVE_TIMEOUT_MS = 5_000;
/** Calls and runs that are remembered, to tell which run an interruption belongs to. */
const REMEMBERED = 10_000;

/**
 * Reports every run of this process to a Spanlight relay, as it happens.
 * `addTraceProcessor(createSpanlightProcessor())` is all it takes; address and token come from `SPANLIGHT_URL` and `SPANLIGHT_INGEST_TOKEN`.
 *
 * Nothing in it throws into the agent, waits for the network or holds a callback up: each fact becomes text at once, waits
 * in a bounded queue and is sent from there. What the queue lets go is counted, in `stats` and on the dashboard.
 * @throws {MonitorError} `agent.bad-url`, `agent.bad-token` when it is made, never later
 */
export function createSpanlightProcessor(options: SpanlightProcessorOptions = {}): SpanlightProcessor {
  const reporter = createReporter(options, {
    sdk: 'openai-agents',
    sdkVersion: readSdkVersion(), // reads a file: here, not in a callback
    readCatalogue: () => readCatalogue(options.agents ?? []),
  });
  const { address, emit, fetchImpl, includeDetail, now, observe, timers } = reporter;

  const toolCalls = createToolCallBook(REMEMBERED);
  const withheldRunIds = createBoundedMap<true>(REMEMBERED);
  const namedRunIds = createBoundedMap<true>(REMEMBERED);
  const reports = createReports({
    emit,
    now,
    pendingCalls: createBoundedMap(REMEMBERED),
    runOfCall: (callId) => toolCalls.runOf(callId),
    isContentWithheld: (runId) => withheldRunIds.get(runId) === true,
  });

  const calls = createOpenCalls(REMEMBERED);
  const liveSender = createLiveSender({
    ...address,
    fetchImpl,
    timers,
    now,
    flushEveryMs: LIVE_EVERY_MS,
    timeoutMs: LIVE_TIMEOUT_MS,
  });
  const streamReports = createStreamReports({
    calls,
    sender: liveSender,
    // what must be redacted can stand across two pieces: only the whole answer can be
    isContentSent: includeDetail && options.redact === undefined,
  });

  function takeSpan(span: unknown, moment: Moment): void {
    if (moment === 'start') calls.start(span);
    else calls.end(span);
    const snapshot = readSdkSpan(span);
    if (!snapshot) return;
    const runId = String(snapshot.item.trace_id);
    if (moment === 'end') {
      toolCalls.note(snapshot);
      if (isContentWithheldIn(snapshot)) withheldRunIds.set(runId, true);
    }
    if (namedRunIds.get(runId) === undefined) {
      namedRunIds.set(runId, true);
      for (const draft of mapUnseenTrace(snapshot, now())) emit(draft);
    }
    const callId = moment === 'end' ? toolCalls.takeCallOf(snapshot) : undefined;
    for (const draft of mapSdkSpan(snapshot, moment, now(), callId)) emit(draft);
  }

  function takeTrace(trace: unknown, moment: Moment): void {
    const item = readSdkTrace(trace);
    if (!item) return;
    namedRunIds.set(String(item.id), true);
    for (const draft of mapSdkTrace(item, moment, now())) emit(draft);
  }

  /** A report by the host: its answer, or `fallback` where something hostile was handed over. */
  function report<T>(step: () => T, fallback: T): T {
    let answer = fallback;
    void observe(() => {
      answer = step();
    });
    return answer;
  }

  return {
    onTraceStart: (trace) => observe(() => takeTrace(trace, 'start')),
    onTraceEnd: (trace) => observe(() => takeTrace(trace, 'end')),
    onSpanStart: (span) => observe(() => takeSpan(span, 'start')),
    onSpanEnd: (span) => observe(() => takeSpan(span, 'end')),
    reportInterruptions: (result, choice) => report(() => reports.reportInterruptions(result, choice), 0),
    reportDecision: (call, decision) => report(() => reports.reportDecision(call, decision), false),
    reportRunFailure: (error, choice) => report(() => reports.reportRunFailure(error, choice), false),
    reportLog: (level, message, choice) => report(() => reports.reportLog(level, message, choice), undefined),
    reportStream: (stream, choice) => streamReports.reportStream(stream, choice),
    forceFlush: (timeoutMs) => reporter.forceFlush(timeoutMs),
    async shutdown(timeoutMs) {
      await reporter.shutdown(timeoutMs);
      liveSender.stop();
    },
    get stats() {
      return { ...reporter.stats, droppedLiveCharacters: liveSender.droppedCharacters };
    },
  };
}
