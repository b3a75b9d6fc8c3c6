import { MonitorError } from '../../model/errors.ts';
import { type Clock, systemClock, systemTimers, type Timers } from '../../model/platform.ts';
import { type Scope, scopeKeyOf } from '../../model/scope.ts';
import {
  type ByeFrame,
  closeCodes,
  type HelloFrame,
  identityOf,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  type ServerFrame,
  type Subscription,
  type WelcomeFrame,
} from '../../model/wire.ts';
import { createTimerSlot } from '../timerSlot.ts';
import type { Transport, TransportSink, Wire, WireClosed, WireSink } from '../types.ts';
import { createConnectionReporter } from './connectionReporter.ts';
import { createDegradedMark } from './degradedMark.ts';
import { createHeadWatch } from './headWatch.ts';
import { createHeldState, type DataFrame } from './heldState.ts';
import { browserPage, type PageEvents } from './pageEvents.ts';
import { parseFrame, parseFrames } from './parseFrame.ts';
import { createRelayClock } from './relayClock.ts';
import { createReturnPlan } from './returnPlan.ts';
import { defaultSessionTimes, type SessionTimes } from './sessionTimes.ts';

/** Gives the token for the next connection: called on each open, and once more after a refusal. */
export type TokenSource = () => string | Promise<string>;

/** Who opens the line, and what stands in for the platform in tests. */
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
  const times = { ...defaultSessionTimes, ...options.times };
  let sink: TransportSink | undefined;
  let lastSink: TransportSink | undefined;
  let subs: readonly Subscription[] = [];
  let scope = options.scope;
  let token = '';
  /** Grows with each opening and each end: a callback that carries an older one is late and does not speak. */
  let attempt = 0;
  let status: 'stopped' | 'opening' | 'open' | 'waiting' | 'refused' = 'stopped';
  let hasBeenLive = false;
  let welcomedAtMs = 0;
  let lastFrameAtMs = 0;
  let silenceMs = times.silenceMs;
  /** The head that a replay has to reach. */
  let targetSeq = 0;
  let lastCode = 'transport.lost';
  let identity: string | undefined;
  let leavePage: (() => void) | undefined;

  const held = createHeldState();
  const plan = createReturnPlan(clock, random, times.backoff);
  const relayClock = createRelayClock(clock, (offsetMs) => sink?.onClockOffset(offsetMs));
  const degraded = createDegradedMark((next) => sink?.onDegraded(next));
  const head = createHeadWatch({
    timers,
    seq: () => held.seq,
    // one part of a snapshot can take long on a slow line, and who asks again gets all of it anew
    patienceMs: () => (held.isAwaitingSnapshot ? silenceMs : times.behindMs),
    onBehind: () => resume('transport.behind'),
  });
  const silenceTimer = createTimerSlot(timers);
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
    subs,
    scope,
    ...held.read(),
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
    silenceTimer.clear();
    retryTimer.clear();
    head.clear();
  };

  /** @param isQuiet - the line is good and only changes its wire */
  const open = (isQuiet = false) => {
    stopTimers();
    attempt += 1;
    const own = attempt;
    status = 'opening';
    if (isQuiet) wire.close();
    else if (hasBeenLive || plan.failures > 0) connection.reconnecting(plan.failures + 1, clock.now(), lastCode);
    else connection.connecting(plan.failures + 1);
    if (!isQuiet) watchOffline();
    watchSilence();
    Promise.resolve()
      .then(getToken)
      .then(
        (next) => {
          if (own !== attempt) return;
          token = next;
          held.onHello(subs);
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

  const isStable = () => clock.now() - welcomedAtMs >= times.stableAfterMs;

  /** This attempt is over: try again, now or later, or say why not. */
  const end = (closed: WireClosed) => {
    const wasStable = status === 'open' && isStable();
    attempt += 1;
    wire.close();
    stopTimers();
    lastCode = closed.code;
    if (!closed.canRetry) {
      refuse(closed);
      return;
    }
    const delayMs = plan.afterEnd(closed, wasStable);
    status = 'waiting';
    connection.reconnecting(plan.failures, clock.now() + delayMs, closed.code);
    watchOffline();
    retryTimer.set(() => open(), delayMs);
  };

  /** A fresh token may be all that is missing, so it is asked for once more. */
  const refuse = (closed: WireClosed) => {
    const isAuthFailure = closed.closeCode === 4401 || closed.closeCode === 4403;
    if (plan.afterRefusal() && isAuthFailure) {
      open();
      return;
    }
    status = 'refused';
    offlineTimer.clear();
    connection.offline(closed.code, isAuthFailure, undefined);
  };

  /** Something is missing: ask again from the cursor. At once, unless that was just done. */
  const resume = (code: string) => {
    if (!plan.goesAtOnce(isStable())) {
      end({ code, canRetry: true });
      return;
    }
    lastCode = code;
    openAnew();
  };

  /** On a new connection, without a wait. */
  const openAnew = () => {
    attempt += 1;
    wire.close();
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
      case 'hb':
        degraded.take(frame.degraded);
        takeHeartbeat(frame.epoch, frame.head, frame.now);
        break;
      case 'err':
        sink?.onIssue(`relay.${frame.code}`);
        break;
      case 'bye':
        takeBye(frame);
        break;
      case 'batch':
      case 'snap':
      case 'gap':
      case 'rows':
      case 'live':
        takeData(frame);
        break;
    }
  };

  const takeData = (frame: DataFrame) => {
    const taken = held.take(frame, sink);
    if (taken === 'suspect') resume('transport.hole');
    if (taken !== 'moved') return;
    const newestMs = frame.t === 'batch' ? frame.ev.at(-1)?.rts : undefined;
    if (newestMs !== undefined) connection.noteLag(relayClock.ageMs(newestMs));
    progress();
  };

  const takeWelcome = (welcome: WelcomeFrame) => {
    if (welcome.v < OLDEST_PROTOCOL_VERSION || welcome.v > PROTOCOL_VERSION) {
      end({ code: 'relay.version', closeCode: 4426, canRetry: false });
      return;
    }
    if (isSameStream(welcome)) {
      // a wire that asks again and again is greeted each time; nothing began anew
      relayClock.take(welcome.now);
      head.note(welcome.head);
      return;
    }
    const hadCursor = held.cursor !== undefined;
    const before = held.epoch === welcome.epoch && hadCursor ? held.seq : 0;
    const isNewEpoch = held.onWelcome(welcome);
    const isOther = identity !== undefined && identity !== identityOf(welcome);
    identity = identityOf(welcome);
    status = 'open';
    plan.onWelcome();
    welcomedAtMs = clock.now();
    silenceMs = Math.max(times.silenceMs, 2.5 * (welcome.hb || 0));
    relayClock.reset();
    relayClock.take(welcome.now);
    sink?.onWelcome(welcome, isNewEpoch);
    degraded.take(welcome.degraded);
    if (isOther && hadCursor && welcome.resume === 'ok') {
      // What is held was made for another role: the tail alone would leave it on the screen.
      held.forgetCursor();
      openAnew();
      return;
    }
    targetSeq = welcome.head;
    head.begin(welcome.head);
    if (hasBeenLive) connection.catchingUp(Math.max(0, welcome.head - before));
    progress(welcome.resume === 'ok' && !hadCursor);
  };

  const isSameStream = (welcome: WelcomeFrame): boolean =>
    status === 'open' && welcome.resume === 'ok' && welcome.epoch === held.epoch && identityOf(welcome) === identity;

  /** Live as soon as everything is here that was there when we came. */
  const progress = (isFresh = false) => {
    head.onStep();
    if (held.isAwaitingSnapshot || connection.phase === 'live' || connection.phase === 'slow') return;
    if (!isFresh && held.seq < targetSeq) return;
    hasBeenLive = true;
    offlineTimer.clear();
    connection.live();
  };

  const takeHeartbeat = (epoch: string, headSeq: number, relayNowMs: number) => {
    relayClock.take(relayNowMs);
    if (epoch !== held.epoch) {
      resume('transport.new-epoch');
      return;
    }
    if (headSeq <= held.seq) connection.noteLag(0);
    head.note(headSeq);
  };

  const takeBye = (bye: ByeFrame) => {
    if (!bye.resume) held.forgetCursor();
    const known = Object.hasOwn(closeCodes, bye.code) ? closeCodes[bye.code] : { name: 'unknown', canRetry: true };
    const { code, retryMs, againMs } = bye;
    end({ code: `relay.${known.name}`, closeCode: code, canRetry: known.canRetry, retryMs, againMs });
  };

  /** The page woke up, or the network came back. */
  const wake = () => {
    if (status === 'waiting' && plan.isDue) open();
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
        held.reset();
        identity = undefined;
        hasBeenLive = false;
      }
      sink = nextSink;
      lastSink = nextSink;
      plan.clear();
      leavePage = page.subscribe(wake);
      open();
    },
    setSubs(nextSubs) {
      subs = nextSubs;
      held.keep(subs);
      if (status === 'open' || status === 'opening') wire.setSubs(subs, hello(), wireSink(attempt));
    },
    setScope(nextScope) {
      if (scopeKeyOf(nextScope) === scopeKeyOf(scope)) return;
      scope = nextScope;
      if (status !== 'open' && status !== 'opening') return;
      held.forgetCursor(); // what is held was made for another scope
      openAnew();
    },
    retryNow() {
      if (!sink || status === 'open' || status === 'opening') return;
      plan.forgive();
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
      degraded.take(undefined);
      sink = undefined;
    },
  };
}

const inUse = () =>
  new MonitorError('transport.in-use', {
    happened: 'A transport that serves one store was given to another.',
    follows: 'The second store gets nothing.',
    todo: 'Make one transport for each store.',
  });
