import { defined } from '../adapters/looseRecord.ts';
import { processTimers } from './agentTimers.ts';
import { createBoundedMap } from './boundedMap.ts';
import { createReports, type Reports } from './createReports.ts';
import { createStreamReports, type StreamReports } from './createStreamReports.ts';
import { createEventEmitter } from './eventEmitter.ts';
import { createEventQueue } from './eventQueue.ts';
import { createEventSender } from './eventSender.ts';
import { addExitFlush } from './exitFlush.ts';
import { createLiveSender } from './liveSender.ts';
import { isContentWithheldIn, type Moment, mapSdkSpan, mapSdkTrace, mapUnseenTrace } from './mapSdkItem.ts';
import { createOpenCalls } from './openCalls.ts';
import { resolveRelayAddress, type SpanlightProcessorOptions } from './options.ts';
import { postEvents } from './postEvents.ts';
import { createProducerId, readSdkVersion } from './processIdentity.ts';
import { readCatalogue } from './readCatalogue.ts';
import { readSdkSpan, readSdkTrace } from './readSdkItem.ts';
import { createToolCallBook } from './toolCallBook.ts';
import { createTroubleTeller } from './troubleTeller.ts';

/** What the processor holds, sent and let go. */
export interface ProcessorStats {
  /** The id under which this processor's events are numbered. */
  readonly producerId: string;
  /** Events that wait, those under way included. */
  readonly queuedEvents: number;
  readonly queuedBytes: number;
  readonly sentEvents: number;
  /** Events that were let go because the queue was full. */
  readonly droppedEvents: number;
  /** Events that went on without their content because the queue was full. */
  readonly droppedDetails: number;
  /** Events that the relay refused for good. */
  readonly refusedEvents: number;
  /** Callbacks of the SDK that could not be read at all. */
  readonly failedCallbacks: number;
  /** Characters of running answers that were not shown because the relay was away or slow; the answers themselves are sent. */
  readonly droppedLiveCharacters: number;
  readonly lastErrorCode: string | undefined;
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

const DEFAULT_FLUSH_MS = 5_000;
/** How often the text of running calls is sent, ms, and how long one POST may take. */
const LIVE_EVERY_MS = 120;
const LIVE_TIMEOUT_MS = 5_000;
const MAX_DETAIL_PART_BYTES = 100_000;
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
  const { env } = process;
  const address = resolveRelayAddress(options, env);
  const now = options.now ?? Date.now;
  const timers = options.timers ?? processTimers;
  const beatEveryMs = options.beatEveryMs ?? 15_000;
  const exitFlushMs = options.exitFlushMs ?? 3_000;
  const service = options.service ?? (env.SPANLIGHT_SERVICE || env.npm_package_name || undefined);
  const producerId = createProducerId(service);
  const sdkVersion = readSdkVersion(); // reads a file: here, not in a callback
  const tellTrouble = createTroubleTeller(address.url, options.onTrouble);
  let lastErrorCode: string | undefined;
  let wasAway = false;
  let failedCallbacks = 0;

  const queue = createEventQueue({
    maxEvents: options.maxQueuedEvents ?? 10_000,
    maxBytes: options.maxQueuedBytes ?? 16 * 1024 * 1024,
  });
  const sender = createEventSender({
    queue,
    timers,
    now,
    random: options.random ?? Math.random,
    flushEveryMs: options.flushEveryMs ?? 100,
    async post(events) {
      const outcome = await postEvents(events, {
        ...address,
        now,
        fetchImpl: options.fetch ?? globalThis.fetch,
        timeoutMs: options.postTimeoutMs ?? 10_000,
      });
      const isAway = outcome.kind === 'later' || outcome.kind === 'barred';
      if (wasAway && !isAway) greet(); // it may have started anew and know nothing of us
      wasAway = isAway;
      return outcome;
    },
    onTrouble(trouble) {
      lastErrorCode = trouble.code;
      tellTrouble(trouble);
    },
  });
  const includeDetail = options.includeDetail ?? env.SPANLIGHT_INCLUDE_DETAIL !== 'false';
  const emit = createEventEmitter({
    queue,
    producerId,
    now,
    includeDetail,
    maxDetailPartBytes: Math.min(options.maxDetailPartBytes ?? MAX_DETAIL_PART_BYTES, MAX_DETAIL_PART_BYTES),
    redact: options.redact,
  });

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
    fetchImpl: options.fetch ?? globalThis.fetch,
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

  let beatTimer: unknown;
  let hasGreeted = false;
  let removeExitFlush: (() => void) | undefined;
  /** Events sent when the process last tried to end: without it a relay that is down would keep the process from ending. */
  let queuedAtLastExit = -1;

  const identity = () => ({ sdk: 'openai-agents', language: 'js', service, beatEveryMs });
  const losses = () => ({
    droppedEvents: queue.droppedEvents,
    queuedEvents: queue.size + sender.inFlightEvents,
  });

  /** The first fact starts what runs beside the agent: a process that never traces sends nothing. */
  function wake(): void {
    if (beatTimer === undefined) beatAgain();
    if ((options.flushOnExit ?? true) && !removeExitFlush) removeExitFlush = addExitFlush(flushBeforeExit);
    if (hasGreeted) return;
    hasGreeted = true;
    greet();
  }

  function greet(): void {
    const declared = readCatalogue(options.agents ?? []);
    const a = { ...identity(), sdkVersion, ...declared, ...defined(options.catalogue ?? {}) };
    emit({ type: 'producer.hello', ts: now(), a });
  }

  function emitBeat(): void {
    emit({ type: 'producer.beat', ts: now(), a: { ...identity(), ...losses() } });
  }

  function beatAgain(): void {
    beatTimer = timers.setTimeout(
      () => {
        emitBeat();
        sender.nudge();
        beatAgain();
      },
      beatEveryMs,
      false,
    );
  }

  async function flushBeforeExit(): Promise<void> {
    const left = queue.size + sender.inFlightEvents;
    if (left === 0 || left === queuedAtLastExit) return;
    await sender.flush(exitFlushMs);
    queuedAtLastExit = queue.size + sender.inFlightEvents;
  }

  const done = Promise.resolve();
  /** Runs one step that must not disturb the agent, whatever it is handed. */
  function observe(step: () => void): Promise<void> {
    try {
      wake();
      step();
      sender.nudge();
    } catch {
      failedCallbacks += 1;
    }
    return done;
  }

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
    reportStream: (stream, choice) => streamReports.reportStream(stream, choice),
    forceFlush: (timeoutMs = DEFAULT_FLUSH_MS) => sender.flush(timeoutMs),
    async shutdown(timeoutMs = DEFAULT_FLUSH_MS) {
      // The SDK always allows 5 s at the end of the process; a relay that was away before is not worth them.
      const endMs = now() + (sender.isFailing ? Math.min(timeoutMs, exitFlushMs) : timeoutMs);
      const wasBeating = beatTimer !== undefined;
      if (wasBeating) timers.clearTimeout(beatTimer);
      beatTimer = undefined;
      removeExitFlush?.();
      removeExitFlush = undefined;
      await sender.flush(endMs - now());
      if (wasBeating) {
        emitBeat(); // last, so that its counts are final
        await sender.flush(endMs - now());
      }
      sender.stop();
      liveSender.stop();
    },
    get stats() {
      return {
        producerId,
        queuedEvents: queue.size + sender.inFlightEvents,
        queuedBytes: queue.sizeBytes,
        sentEvents: sender.sentEvents,
        droppedEvents: queue.droppedEvents,
        droppedDetails: queue.droppedDetails,
        refusedEvents: sender.refusedEvents,
        failedCallbacks,
        droppedLiveCharacters: liveSender.droppedCharacters,
        lastErrorCode,
      };
    },
  };
}
