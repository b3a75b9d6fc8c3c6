import { createStore } from 'zustand/vanilla';
import type { Touched } from '../fold/types.ts';
import { systemClock, systemTimers } from '../model/platform.ts';
import { type Scopable, scopeKeyOf } from '../model/scope.ts';
import { defaultLimits, defaultTopics, localSession, TOPIC_LINGER_MS } from './defaults.ts';
import { createDetailCache } from './detailCache.ts';
import { createFrameScheduler } from './frameScheduler.ts';
import { createHistoryBook } from './history/historyBook.ts';
import { createLogTexts } from './history/logTexts.ts';
import { createRunOpener } from './history/runOpener.ts';
import { createHoldings } from './holdings.ts';
import { createInitialState } from './initialState.ts';
import { createStoreSink } from './storeSink.ts';
import { createTopicBook } from './topicBook.ts';
import { createTouchedLedger } from './touchedLedger.ts';
import type { MonitorState, MonitorStore, MonitorStoreOptions, ViewMode } from './types.ts';

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Work in one frame; the rest of the queue waits for the next. */
const FRAME_BUDGET_MS = 5;
/** Spans that take over in one frame what changed above them, e.g. where a parent of very many comes last. */
const INHERITED_A_FRAME = 4096;
/** How often a rate that is falling is shown again when nothing else happens. */
const RATE_TICK_MS = 1000;

/**
 * The headless store: events in, one notification a frame out.
 * @param options - a transport for live data, or none and {@link MonitorStore.ingest}; limits, clock and scheduler of the host
 * @remarks Ingest is O(1) amortised an event, a flush O(what changed). Nothing runs before `connect` or `ingest`.
 */
export function createMonitorStore(options: MonitorStoreOptions = {}): MonitorStore {
  const { transport, clock = systemClock, timers = systemTimers, onError } = options;
  const scheduler = options.scheduler ?? createFrameScheduler();
  const limits = { ...defaultLimits, ...options.limits };
  const givenSession = options.session ?? (transport ? undefined : localSession);
  const initialState = createInitialState(givenSession);

  let { scope } = options;
  const scoped = <Source extends Scopable<Source>>(source: Source): Source =>
    scope === undefined ? source : (source.withScope?.(scope) ?? source);
  const scopeSources = () => ({
    detail: options.detailSource && scoped(options.detailSource),
    history: options.historySource && scoped(options.historySource),
  });
  let sources = scopeSources();
  let clockOffsetMs = 0;
  const now = () => clock.now() + clockOffsetMs;
  const holdings = createHoldings({
    limits,
    now,
    elapsed: () => clock.now(),
    prices: options.prices,
    isOpen: (runId) => opener.isOpen(runId),
  });
  const live = createStore<MonitorState>(() => ({
    ...initialState,
    entities: holdings.entities.reader,
    gaps: holdings.gaps.gaps,
    liveText: holdings.liveTexts.texts,
  }));
  /** What is shown while it is not the live state. */
  let shown: MonitorState | undefined;
  /** Set beside the holdings: connection, session and the like. */
  let pendingPatch: Partial<MonitorState> = {};
  let isChanged = false;
  let isDestroyed = false;
  let rateTimer: unknown;
  const touchedListeners = new Set<(touched: Touched) => void>();
  const viewTouched = createTouchedLedger({
    isHeld: (span) => holdings.entities.reader.getSpan(span.key) === span,
    limit: limits.spans,
    logLineLimit: limits.logLines,
  });

  const details = createDetailCache({
    readSource: () => sources.detail,
    readEntities: () => getView().entities,
    readSession: () => pendingPatch.session ?? live.getState().session,
    onChange: () => change({ details: details.details, workflow: details.workflow }),
  });
  const topics = createTopicBook({
    always: options.topics ?? defaultTopics,
    timers,
    lingerMs: options.topicLingerMs ?? TOPIC_LINGER_MS,
    onChange: (subs) => transport?.setSubs(subs),
  });

  const book = createHistoryBook(() => change({ historyRuns: book.runs }));
  const texts = createLogTexts(
    () => sources.history,
    () => change({ logTexts: texts.texts }),
  );
  const { reader } = holdings.entities;
  const opener = createRunOpener({
    readSource: () => sources.history,
    isLive: (runId) => reader.getRun(runId) !== undefined && !holdings.isAside(runId),
    isHeld: (runId) => reader.getRun(runId) !== undefined,
    follow: (runId) => topics.hold(`run:${runId}`),
    take(facts) {
      holdings.pushAside(facts);
      askForFrame();
    },
    letGo(runId) {
      holdings.dropAside(runId);
      askForFrame();
    },
    onChange: () => change({ openedRuns: opener.opened }),
  });
  let historyEra = 0;
  /** The role or the identity changed: nothing that was asked for before may stay. */
  const dropContent = () => {
    details.clear();
    book.clear();
    texts.clear();
    opener.restart();
    historyEra += 1;
    change({ historyEra });
  };

  const getView = (): MonitorState => shown ?? live.getState();

  const change = (patch: Partial<MonitorState>) => {
    pendingPatch = { ...pendingPatch, ...patch };
    isChanged = true;
    askForFrame();
  };

  const askForFrame = () => {
    if (!isDestroyed) scheduler.request(onFrame);
  };

  const onFrame = () => {
    holdings.work(FRAME_BUDGET_MS);
    publish(INHERITED_A_FRAME);
    if (holdings.isBusy) askForFrame();
  };

  /**
   * Everything that changed becomes one new state; a replay after a reconnect shows only when it is whole.
   * @param atMost - spans that take over what changed above them; the others do so in later frames
   */
  const publish = (atMost?: number) => {
    if (isDestroyed) return;
    const previous = live.getState();
    const touched = holdings.isHeldBack ? undefined : holdings.settle(atMost);
    const measured = holdings.readMeasured(previous);
    if (!touched && !isChanged && !measured) return;
    const next: Draft<MonitorState> = { ...previous };
    if (isChanged) Object.assign(next, pendingPatch);
    if (touched) Object.assign(next, holdings.readTouched(touched));
    if (measured) Object.assign(next, measured);
    next.clockOffsetMs = clockOffsetMs;
    next.revision = previous.revision + 1;
    pendingPatch = {};
    isChanged = false;
    if (shown) shown = followLiveParts(shown, next);
    if (touched) viewTouched.add(touched);
    keepRateFalling(next);
    live.setState(next, true);
    if (touched && !holdings.isBusy) opener.check();
  };

  /** Frozen: what the agents did. Live: who we are, whether the line stands, what was let go. */
  const followLiveParts = (frozen: MonitorState, next: MonitorState): MonitorState => ({
    ...next,
    view: viewOf(frozen.view, next),
    entities: frozen.entities,
    runIds: frozen.runIds,
    pendingApprovals: frozen.pendingApprovals,
    logLines: frozen.logLines,
    leftLogLines: frozen.leftLogLines,
    gaps: frozen.gaps,
    liveText: frozen.liveText,
    metricBuckets: frozen.metricBuckets,
  });
  let eventsAtPause = 0;
  const viewOf = (view: ViewMode, next: MonitorState): ViewMode =>
    view.mode === 'paused' ? { ...view, waitingEvents: next.counters.acceptedEvents - eventsAtPause } : view;

  const keepRateFalling = (state: MonitorState) => {
    if (state.throughput.eventsPerSec === 0 || rateTimer !== undefined) return;
    rateTimer = timers.setTimeout(() => {
      rateTimer = undefined;
      askForFrame();
    }, RATE_TICK_MS);
  };

  /** Indexes beside the store follow what is shown: while it is frozen they hear nothing, then all at once. */
  const tellTouched = () => {
    if (shown) return;
    const touched = viewTouched.take();
    if (touched) for (const listener of touchedListeners) listener(touched);
  };
  live.subscribe(tellTouched);

  const flush = () => {
    if (isDestroyed) return;
    scheduler.cancel();
    holdings.work(Number.POSITIVE_INFINITY);
    publish();
  };

  const sink = createStoreSink({
    holdings,
    now,
    readState: () => ({ ...live.getState(), ...pendingPatch }),
    change,
    askForFrame,
    setClockOffset: (offsetMs) => {
      clockOffsetMs = offsetMs;
      change({});
    },
    dropContent,
    onError: (code) => onError?.({ code }),
  });

  return {
    getView,
    getState: live.getState,
    getInitialState: () => initialState,
    subscribe: (listener) => live.subscribe(() => listener()),
    subscribeTouched(listener) {
      touchedListeners.add(listener);
      return () => void touchedListeners.delete(listener);
    },
    ingest(events) {
      if (events.length === 0 || isDestroyed) return;
      holdings.push({ kind: 'events', events: events.slice(), receivedAtMs: now(), isHeld: false });
      askForFrame();
    },
    flush,
    connect() {
      if (isDestroyed) return;
      transport?.setSubs(topics.subs);
      if (scope) transport?.setScope?.(scope);
      transport?.start(sink);
    },
    disconnect() {
      transport?.stop();
    },
    setScope(next) {
      if (isDestroyed || scopeKeyOf(next) === scopeKeyOf(scope)) return;
      scope = next;
      sources = scopeSources();
      holdings.clear();
      dropContent(); // content, and what the history gave: it is of the scope before
      transport?.setScope?.(next);
    },
    retry: () => transport?.retryNow(),
    pause() {
      if (shown) return;
      flush();
      const state = live.getState();
      eventsAtPause = state.counters.acceptedEvents;
      shown = {
        ...state,
        view: { mode: 'paused', atMs: now(), waitingEvents: 0 },
        entities: holdings.entities.checkpoint(),
      };
      change({});
      flush();
    },
    follow() {
      if (!shown) return;
      shown = undefined;
      change({});
      flush();
    },
    hold: topics.hold,
    loadDetail: details.load,
    loadWorkflow: details.loadWorkflow,
    get historySource() {
      return sources.history;
    },
    scoped,
    openRun: opener.open,
    retryRun: opener.retry,
    keepHistoryRuns(rows) {
      const era = historyEra;
      book.keep(rows);
      publish(); // they can be read before anybody lists them
      return () => {
        if (era === historyEra) book.release(rows);
      };
    },
    loadLogTexts: texts.load,
    addLogTexts: texts.add,
    holdLogLines() {
      const release = holdings.holdLogLines();
      return () => {
        release();
        askForFrame();
      };
    },
    factsOf: (runId) => holdings.entities.factsOf(runId),
    loggedEvents: () => holdings.log.read(),
    now,
    destroy() {
      if (isDestroyed) return;
      isDestroyed = true;
      scheduler.cancel();
      topics.stop();
      if (rateTimer !== undefined) timers.clearTimeout(rateTimer);
      transport?.stop();
      opener.stop();
      touchedListeners.clear();
    },
  };
}
