import { defined } from '../adapters/looseRecord.ts';
import { type AgentTimers, processTimers } from './agentTimers.ts';
import { createEventEmitter, type EventDraft } from './eventEmitter.ts';
import { createEventQueue } from './eventQueue.ts';
import { createEventSender } from './eventSender.ts';
import { createEventSpool } from './eventSpool.ts';
import { addExitFlush } from './exitFlush.ts';
import { type Catalogue, type RelayAddress, type ReporterOptions, resolveRelayAddress } from './options.ts';
import { postEvents } from './postEvents.ts';
import { createProducerId } from './processIdentity.ts';
import { createTroubleTeller } from './troubleTeller.ts';

/** What a reporter holds, sent and let go. */
export interface ReporterStats {
  /** The id under which its events are numbered. */
  readonly producerId: string;
  /** Events that wait, those under way included. */
  readonly queuedEvents: number;
  readonly queuedBytes: number;
  readonly sentEvents: number;
  /** Events that were let go because the queue was full, or by a relay that had too much to take in. */
  readonly droppedEvents: number;
  /** Events that went on without their content because the queue was full. */
  readonly droppedDetails: number;
  /** Events that the relay refused for good. */
  readonly refusedEvents: number;
  /** Callbacks of an SDK that could not be read at all. */
  readonly failedCallbacks: number;
  readonly lastErrorCode: string | undefined;
}

/** What reports through a reporter, as `producer.hello` tells it. */
export interface ReporterIdentity {
  readonly sdk: string;
  readonly sdkVersion?: string | undefined;
  /** Names that are known at the start. */
  readonly readCatalogue?: (() => Catalogue) | undefined;
}

/**
 * What every processor stands on: facts become text at once, wait in a bounded queue and are sent from there, with a beat beside
 * them. Nothing in it throws into the agent, waits for the network or holds a callback up.
 */
export interface Reporter {
  readonly address: RelayAddress;
  readonly includeDetail: boolean;
  readonly now: () => number;
  readonly timers: AgentTimers;
  readonly fetchImpl: typeof globalThis.fetch;
  readonly emit: (draft: EventDraft) => void;
  /** Runs one step that must not disturb the agent, whatever it is handed. @returns a promise that is kept already */
  readonly observe: (step: () => void) => Promise<void>;
  /** @param timeoutMs - gives up after this; default 5,000 */
  forceFlush(timeoutMs?: number): Promise<void>;
  /** Sends what waits and stops the timers. Safe to call twice; a later fact starts them again. @param timeoutMs - default 5,000 */
  shutdown(timeoutMs?: number): Promise<void>;
  readonly stats: ReporterStats;
}

const DEFAULT_FLUSH_MS = 5_000;
const MAX_DETAIL_PART_BYTES = 100_000;

/** @throws {MonitorError} `agent.bad-url`, `agent.bad-token` when it is made, never later */
export function createReporter(options: ReporterOptions, identity: ReporterIdentity): Reporter {
  const { env } = process;
  const address = resolveRelayAddress(options, env);
  const now = options.now ?? Date.now;
  const fetchImpl = options.fetch ?? globalThis.fetch;
  const timers = options.timers ?? processTimers;
  const beatEveryMs = options.beatEveryMs ?? 15_000;
  const exitFlushMs = options.exitFlushMs ?? 3_000;
  const service = options.service ?? (env.SPANLIGHT_SERVICE || env.npm_package_name || undefined);
  const producerId = createProducerId(service);
  const tellTrouble = createTroubleTeller(address.url, options.onTrouble);
  let lastErrorCode: string | undefined;
  let wasAway = false;
  let failedCallbacks = 0;

  const maxQueuedBytes = options.maxQueuedBytes ?? 16 * 1024 * 1024;
  const queue = createEventQueue({ maxEvents: options.maxQueuedEvents ?? 10_000, maxBytes: maxQueuedBytes });
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
        fetchImpl,
        timeoutMs: options.postTimeoutMs ?? 10_000,
      });
      const isAway = outcome.kind === 'later' || outcome.kind === 'barred';
      if (isAway) spool?.begin();
      else if (outcome.kind === 'taken' && queue.size + sender.inFlightEvents <= events.length) spool?.clear();
      if (wasAway && !isAway) greet(); // it may have started anew and know nothing of us
      wasAway = isAway;
      return outcome;
    },
    onTrouble(trouble) {
      lastErrorCode = trouble.code;
      tellTrouble(trouble);
    },
  });
  const spoolDir = options.spoolDir ?? (env.SPANLIGHT_SPOOL_DIR || undefined);
  const spool =
    spoolDir === undefined
      ? undefined
      : createEventSpool({
          dir: spoolDir,
          maxBytes: maxQueuedBytes,
          list: () => [...sender.listInFlight(), ...queue.list()],
          timers,
          onFault: (code) => tellTrouble({ kind: 'spool', code }),
        });
  const includeDetail = options.includeDetail ?? env.SPANLIGHT_INCLUDE_DETAIL !== 'false';
  const emit = createEventEmitter({
    queue: {
      push(event) {
        queue.push(event);
        spool?.add(event);
      },
    },
    producerId,
    now,
    includeDetail,
    maxDetailPartBytes: Math.min(options.maxDetailPartBytes ?? MAX_DETAIL_PART_BYTES, MAX_DETAIL_PART_BYTES),
    redact: options.redact,
  });

  let beatTimer: unknown;
  let hasGreeted = false;
  let removeExitFlush: (() => void) | undefined;
  /** Events sent when the process last tried to end: without it a relay that is down would keep the process from ending. */
  let queuedAtLastExit = -1;

  const who = { sdk: identity.sdk, language: 'js', service, beatEveryMs };
  const losses = () => ({
    droppedEvents: queue.droppedEvents + sender.shedEvents,
    queuedEvents: queue.size + sender.inFlightEvents,
  });

  /** The first fact starts what runs beside the agent: a process that never traces sends nothing. */
  function wake(): void {
    if (beatTimer === undefined) beatAgain();
    if ((options.flushOnExit ?? true) && !removeExitFlush) removeExitFlush = addExitFlush(flushBeforeExit);
    if (hasGreeted) return;
    hasGreeted = true;
    void sendLeftBehind();
    greet();
  }

  /** What an earlier process could not send goes first, as far as there is room. */
  async function sendLeftBehind(): Promise<void> {
    const events = (await spool?.adopt()) ?? [];
    for (const event of events) queue.push(event);
    if (events.length > 0) sender.nudge();
  }

  /** What cannot be sent is left for the next process. */
  async function keepRest(): Promise<void> {
    if (!spool || queue.size + sender.inFlightEvents === 0) return;
    spool.begin();
    await spool.flush();
  }

  function greet(): void {
    const a = {
      ...who,
      sdkVersion: identity.sdkVersion,
      ...identity.readCatalogue?.(),
      ...defined(options.catalogue ?? {}),
    };
    emit({ type: 'producer.hello', ts: now(), a });
  }

  function emitBeat(): void {
    emit({ type: 'producer.beat', ts: now(), a: { ...who, ...losses() } });
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
    await keepRest();
    queuedAtLastExit = queue.size + sender.inFlightEvents;
  }

  const done = Promise.resolve();
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

  return {
    address,
    includeDetail,
    now,
    timers,
    fetchImpl,
    emit,
    observe,
    forceFlush: (timeoutMs = DEFAULT_FLUSH_MS) => sender.flush(timeoutMs),
    async shutdown(timeoutMs = DEFAULT_FLUSH_MS) {
      // An SDK may always allow 5 s at the end of the process; a relay that was away before is not worth them.
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
      await keepRest();
    },
    get stats() {
      return {
        producerId,
        queuedEvents: queue.size + sender.inFlightEvents,
        queuedBytes: queue.sizeBytes,
        sentEvents: sender.sentEvents,
        droppedEvents: queue.droppedEvents + sender.shedEvents,
        droppedDetails: queue.droppedDetails,
        refusedEvents: sender.refusedEvents,
        failedCallbacks,
        lastErrorCode,
      };
    },
  };
}
