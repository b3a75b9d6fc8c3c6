import { MonitorError } from '../model/errors.ts';
import { type Clock, systemClock, systemTimers, type Timers } from '../model/platform.ts';
import { type Scope, scopeKeyOf } from '../model/scope.ts';
import {
  type ByeFrame,
  closeCodes,
  type Degradation,
  type HelloFrame,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  type ServerFrame,
  type Subscription,
  type WelcomeFrame,
} from '../model/wire.ts';
import { type BackoffLimits, backoffMs } from './backoff.ts';
import { createBesideMarks } from './besideMarks.ts';
import { createClockOffset } from './clockOffset.ts';
import { createConnectionReporter } from './connectionReporter.ts';
import { createCursorTracker } from './cursorTracker.ts';
import { browserPage, type PageEvents } from './pageEvents.ts';
import { parseFrame, parseFrames } from './parseFrame.ts';
import { readDegradation } from './readDegradation.ts';
import { createReturnPlace } from './returnPlace.ts';
import { createTimerSlot } from './timerSlot.ts';
import type { Transport, TransportSink, Wire, WireClosed, WireSink } from './types.ts';
import { createWholeTopics } from './wholeTopics.ts';

/** Gives the token for the next connection: called on each open, and once more after a refusal. */
export type TokenSource = () => string | Promise<string>;

/** Times of the session, ms. The defaults are those of the protocol. */
export interface SessionTimes {
  /** No frame for so long: the line is dead. Default 25,000. */
  readonly silenceMs: number;
  /** No welcome for so long after opening. Default 10,000. */
  readonly welcomeMs: number;
  /** The relay is ahead and nothing comes for so long: ask again. Default 2,000. */
  readonly behindMs: number;
  /** A page that wakes looks at its line when the last frame is older. Default 12,000. */
  readonly wakeMs: number;
  /** Not connected for so long is offline. Default 60,000. */
  readonly offlineAfterMs: number;
  /** A connection that stood for so long starts its backoff anew. Default 5,000. */
  readonly stableAfterMs: number;
  /** Full jitter between 0 and a ceiling from 250 to 20,000. */
  readonly backoff: BackoffLimits;
}

const defaultTimes: SessionTimes = {
  silenceMs: 25_000,
  welcomeMs: 10_000,
  behindMs: 2000,
  wakeMs: 12_000,
  offlineAfterMs: 60_000,
  stableAfterMs: 5000,
  backoff: { minMs: 250, maxMs: 20_000 },
};

export interface SessionOptions {
  /** Only runs in this scope: narrows what the token allows. A store or provider can set another. */
  readonly scope?: Scope | undefined;
  readonly getToken: TokenSource;
  readonly clock?: Clock | undefined;
  readonly timers?: Timers | undefined;
  /** In [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly page?: PageEvents | undefined;
  readonly times?: Partial<SessionTimes> | undefined;
}

/**
 * The session over any wire: says hello, keeps the cursor, resumes, retries. A wire only moves frames.
 * Delivers each event exactly once and in order; what cannot be recovered comes as a gap.
 */
export function createResumingTransport(options: SessionOptions & { readonly wire: Wire }): Transport {
  const {
    wire,
    getToken,
    clock = systemClock,
    timers = systemTimers,
    random = Math.random,
    page = browserPage,
  } = options;
  const times = { ...defaultTimes, ...options.times };
  let sink: TransportSink | undefined;
  let lastSink: TransportSink | undefined;
  let subs: readonly Subscription[] = [];
  let scope = options.scope;
  let token = '';
  /** Grows with each opening and each end: a callback that carries an older one is late and does not speak. */
  let attempt = 0;
  let status: 'stopped' | 'opening' | 'open' | 'waiting' | 'refused' = 'stopped';
  let failures = 0;
  let refusals = 0;
  let hasBeenLive = false;
  let welcomedAtMs = 0;
  let lastFrameAtMs = 0;
  let silenceMs = times.silenceMs;
  /** The head that a replay has to reach. */
  let targetSeq = 0;
  let offsetMs = 0;
  let degraded: Degradation | undefined;
  /** What the relay last said its head was. */
  let knownHead = 0;
  /** The relay asked to be left alone until then. */
  let notBeforeMs = 0;
  let lastCode = 'transport.lost';
  let identity: string | undefined;
  let leavePage: (() => void) | undefined;

  const tracker = createCursorTracker();
  const wholeTopics = createWholeTopics();
  const beside = createBesideMarks();
  const offset = createClockOffset();
  const place = createReturnPlace(clock);
  const silenceTimer = createTimerSlot(timers);
  const behindTimer = createTimerSlot(timers);
  const retryTimer = createTimerSlot(timers);
  const offlineTimer = createTimerSlot(timers);
  const connection = createConnectionReporter(
    () => wire.kind,
    clock,
    times.offlineAfterMs,
    () => sink,
  );

  const hello = (): HelloFrame => ({
    t: 'hello',
    v: [OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION],
    token,
    cursor: tracker.cursor,
    subs,
    scope,
    ...(tracker.cursor !== undefined && { whole: wholeTopics.list(), ...beside.read() }),
  });

  const wireSink = (own: number): WireSink => ({
    onData(text) {
      if (own === attempt) takeText(text, own);
    },
    onProgress() {
      if (own === attempt) watchSilence();
    },
    onClosed(closed) {
      if (own !== attempt) return;
      if (closed.isSwitch) open(true);
      else end(closed);
    },
    currentHello: hello,
  });

  const stopTimers = () => {
    for (const slot of [silenceTimer, behindTimer, retryTimer]) slot.clear();
  };

  /** @param isQuiet - the line is good and only changes its wire */
  const open = (isQuiet = false) => {
    stopTimers();
    attempt += 1;
    const own = attempt;
    status = 'opening';
    if (isQuiet) wire.close();
    else if (hasBeenLive || failures > 0) connection.reconnecting(failures + 1, clock.now(), lastCode);
    else connection.connecting(failures + 1);
    if (!isQuiet) watchOffline();
    watchSilence();
    Promise.resolve()
      .then(getToken)
      .then(
        (next) => {
          if (own !== attempt) return;
          token = next;
          wholeTopics.onHello(subs);
          wire.open(hello(), wireSink(own));
        },
        (cause: unknown) => {
          if (own === attempt) end({ code: 'transport.no-token', canRetry: true, cause });
        },
      );
  };
  /** Whoever stares at an attempt that hangs must still hear when it has been too long. */
  const watchOffline = () => {
    if (offlineTimer.isSet || connection.phase === 'offline') return;
    offlineTimer.set(() => {
      if (status === 'opening' || status === 'waiting') connection.offline(lastCode, false, undefined);
    }, times.offlineAfterMs);
  };

  /** This attempt is over: try again, now or later, or say why not. */
  const end = (closed: WireClosed) => {
    const wasStable = status === 'open' && clock.now() - welcomedAtMs >= times.stableAfterMs;
    attempt += 1;
    wire.close();
    stopTimers();
    lastCode = closed.code;
    if (!closed.canRetry) {
      refuse(closed);
      return;
    }
    if (wasStable) failures = 0;
    notBeforeMs = clock.now() + (closed.retryMs ?? 0);
    if (closed.againMs !== undefined) place.take(closed.retryMs ?? 0, closed.againMs);
    const placeMs = closed.retryMs === undefined || closed.againMs !== undefined ? place.nextMs() : undefined;
    const delayMs = placeMs ?? (closed.retryMs ?? 0) + backoffMs(failures, random, times.backoff);
    failures += 1;
    status = 'waiting';
    connection.reconnecting(failures, clock.now() + delayMs, closed.code);
    watchOffline();
    retryTimer.set(() => open(), delayMs);
  };

  /** A fresh token may be all that is missing, so it is asked for once more. */
  const refuse = (closed: WireClosed) => {
    const isAuthFailure = closed.closeCode === 4401 || closed.closeCode === 4403;
    refusals += 1;
    if (isAuthFailure && refusals === 1) {
      open();
      return;
    }
    status = 'refused';
    offlineTimer.clear();
    connection.offline(closed.code, isAuthFailure, undefined);
  };

  /** Something is missing: ask again from the cursor. At once, unless that was just done. */
  const resume = (code: string) => {
    const isFirst = failures === 0 || clock.now() - welcomedAtMs >= times.stableAfterMs;
    if (!isFirst) {
      end({ code, canRetry: true });
      return;
    }
    attempt += 1;
    wire.close();
    failures = 1;
    lastCode = code;
    open();
  };

  const takeText = (text: string, own: number) => {
    const frames = parseFrames(text);
    lastFrameAtMs = clock.now();
    connection.noteGood();
    if (!frames) {
      sink?.onIssue('transport.no-json');
      end({ code: 'transport.no-json', canRetry: true });
      return;
    }
    for (const value of frames) {
      if (own !== attempt) return; // a frame before ended this attempt
      const frame = parseFrame(value);
      if (frame === 'unknown') sink?.onIssue('transport.unknown-frame');
      else if (frame === 'bad') {
        sink?.onIssue('transport.bad-frame');
        end({ code: 'transport.bad-frame', canRetry: true });
      } else take(frame);
    }
    if (own === attempt && status === 'open') watchSilence();
  };
  const watchSilence = () => {
    const isOpen = status === 'open';
    const code = isOpen ? 'transport.silent' : 'transport.no-welcome';
    silenceTimer.set(() => end({ code, canRetry: true }), isOpen ? silenceMs : times.welcomeMs);
  };

  const take = (frame: ServerFrame) => {
    if (status !== 'open' && frame.t !== 'welcome' && frame.t !== 'bye' && frame.t !== 'err') {
      sink?.onIssue('transport.before-welcome');
      return;
    }
    switch (frame.t) {
      case 'welcome':
        takeWelcome(frame);
        break;
      case 'batch': {
        const taken = tracker.takeBatch(frame);
        if (taken === 'suspect') resume('transport.hole');
        else if (taken !== 'duplicate') {
          sink?.onBatch(taken);
          const newest = frame.ev.at(-1)?.rts;
          if (newest !== undefined) connection.noteLag(clock.now() + offsetMs - newest);
          progress();
        }
        break;
      }
      case 'snap': {
        const taken = tracker.takeSnapshot(frame);
        if (taken === 'suspect') {
          tracker.forgetCursor();
          resume('transport.hole');
        } else {
          if (taken === 'done') wholeTopics.onSnapshot(frame.scope);
          sink?.onSnapshot(frame);
          progress();
        }
        break;
      }
      case 'hb':
        takeDegraded(frame.degraded);
        takeHeartbeat(frame.epoch, frame.head, frame.now);
        break;
      case 'gap':
        sink?.onGap(frame);
        break;
      case 'rows':
        beside.onRows(frame);
        if (frame.runs.length > 0) wholeTopics.onRows();
        sink?.onRows(frame);
        break;
      case 'live':
        beside.onLive(frame);
        sink?.onLive(frame);
        break;
      case 'err':
        sink?.onIssue(`relay.${frame.code}`);
        break;
      case 'bye':
        takeBye(frame);
        break;
    }
  };

  const takeWelcome = (welcome: WelcomeFrame) => {
    if (welcome.v < OLDEST_PROTOCOL_VERSION || welcome.v > PROTOCOL_VERSION) {
      end({ code: 'relay.version', closeCode: 4426, canRetry: false });
      return;
    }
    if (isSameStream(welcome)) {
      // a wire that asks again and again is greeted each time; nothing began anew
      takeClock(welcome.now);
      knownHead = welcome.head;
      if (!behindTimer.isSet) watchHead();
      return;
    }
    if (welcome.resume === 'snapshot') {
      wholeTopics.clear();
      beside.clear();
    }
    const before = tracker.epoch === welcome.epoch && tracker.cursor !== undefined ? tracker.seq : 0;
    const hadCursor = tracker.cursor !== undefined;
    const isNewEpoch = tracker.welcome(welcome);
    const isOther = identity !== undefined && identity !== identityOf(welcome);
    identity = identityOf(welcome);
    status = 'open';
    place.leave();
    refusals = 0;
    welcomedAtMs = clock.now();
    silenceMs = Math.max(times.silenceMs, 2.5 * (welcome.hb || 0));
    offset.reset();
    takeClock(welcome.now);
    sink?.onWelcome(welcome, isNewEpoch);
    takeDegraded(welcome.degraded);
    if (isOther && hadCursor && welcome.resume === 'ok') {
      // What is held was made for another role: the tail alone would leave it on the screen.
      tracker.forgetCursor();
      attempt += 1;
      wire.close();
      open();
      return;
    }
    targetSeq = welcome.head;
    knownHead = welcome.head;
    if (hasBeenLive) connection.catchingUp(Math.max(0, welcome.head - before));
    progress(welcome.resume === 'ok' && !hadCursor);
  };

  const isSameStream = (welcome: WelcomeFrame): boolean =>
    status === 'open' && welcome.resume === 'ok' && welcome.epoch === tracker.epoch && identityOf(welcome) === identity;

  /** Live as soon as everything is here that was there when we came. */
  const progress = (isFresh = false) => {
    if (behindTimer.isSet) watchHead();
    if (tracker.isAwaitingSnapshot || connection.phase === 'live' || connection.phase === 'slow') return;
    if (!isFresh && tracker.seq < targetSeq) return;
    hasBeenLive = true;
    offlineTimer.clear();
    connection.live();
  };

  const takeDegraded = (given: unknown) => {
    const next = readDegradation(given);
    if (JSON.stringify(next) === JSON.stringify(degraded)) return;
    degraded = next;
    sink?.onDegraded(next);
  };

  const takeHeartbeat = (epoch: string, head: number, relayNowMs: number) => {
    takeClock(relayNowMs);
    if (epoch !== tracker.epoch) {
      resume('transport.new-epoch');
      return;
    }
    knownHead = head;
    if (head <= tracker.seq) connection.noteLag(0);
    if (head <= tracker.seq || !behindTimer.isSet) watchHead();
  };

  /**
   * The relay is ahead and sends nothing: each step forward gives it new time. One part of a snapshot can take long on a slow line,
   * and who asks again gets all of it anew.
   */
  const watchHead = () => {
    if (knownHead <= tracker.seq) behindTimer.clear();
    else behindTimer.set(() => resume('transport.behind'), tracker.isAwaitingSnapshot ? silenceMs : times.behindMs);
  };

  const takeClock = (relayNowMs: number) => {
    const next = offset.sample(relayNowMs, clock.now());
    if (Math.abs(next - offsetMs) < 1) return;
    offsetMs = next;
    sink?.onClockOffset(next);
  };

  const takeBye = (bye: ByeFrame) => {
    if (!bye.resume) tracker.forgetCursor();
    const known = Object.hasOwn(closeCodes, bye.code) ? closeCodes[bye.code] : { name: 'unknown', canRetry: true };
    const { code, retryMs, againMs } = bye;
    end({ code: `relay.${known.name}`, closeCode: code, canRetry: known.canRetry, retryMs, againMs });
  };

  /** The page woke up, or the network came back. */
  const wake = () => {
    if (status === 'waiting' && clock.now() >= notBeforeMs) open();
    else if (status === 'open' && clock.now() - lastFrameAtMs > times.wakeMs) resume('transport.woke');
  };

  return {
    get kind() {
      return wire.kind;
    },
    start(nextSink) {
      if (sink === nextSink) return;
      if (sink) throw inUse();
      if (lastSink !== nextSink) {
        tracker.reset();
        wholeTopics.clear();
        beside.clear();
        identity = undefined;
        hasBeenLive = false;
      }
      sink = nextSink;
      lastSink = nextSink;
      failures = 0;
      refusals = 0;
      place.leave();
      leavePage = page.subscribe(wake);
      open();
    },
    setSubs(nextSubs) {
      subs = nextSubs;
      wholeTopics.keep(subs);
      if (status === 'open' || status === 'opening') wire.setSubs(subs, hello(), wireSink(attempt));
    },
    setScope(nextScope) {
      if (scopeKeyOf(nextScope) === scopeKeyOf(scope)) return;
      scope = nextScope;
      if (status !== 'open' && status !== 'opening') return;
      tracker.forgetCursor(); // what is held was made for another scope
      attempt += 1;
      wire.close();
      open();
    },
    retryNow() {
      if (!sink || status === 'open' || status === 'opening') return;
      failures = 0;
      refusals = 0;
      open();
    },
    stop() {
      if (!sink) return;
      attempt += 1;
      status = 'stopped';
      leavePage?.();
      stopTimers();
      offlineTimer.clear();
      wire.close();
      connection.idle();
      takeDegraded(undefined);
      sink = undefined;
    },
  };
}

/** Two of the same see the same, so a tail may go on where the other stood. */
const identityOf = ({ who, project, roles, can, lens }: WelcomeFrame): string =>
  JSON.stringify([who, project, [...roles].sort(), [...can].sort(), lens]);

const inUse = () =>
  new MonitorError('transport.in-use', {
    happened: 'A transport that serves one store was given to another.',
    follows: 'The second store gets nothing.',
    todo: 'Make one transport for each store.',
  });
