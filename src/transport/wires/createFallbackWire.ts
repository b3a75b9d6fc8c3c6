import { systemTimers, type Timers } from '../../model/platform.ts';
import type { HelloFrame } from '../../model/wire.ts';
import { createTimerSlot } from '../timerSlot.ts';
import type { Wire, WireClosed, WireSink } from '../types.ts';

export interface FallbackWireOptions {
  /** The best first. */
  readonly wires: readonly [Wire, ...Wire[]];
  /** Openings that fail one after the other before the next wire is tried. Default 3. */
  readonly failuresBeforeNext?: number | undefined;
  /** How often the best wire is tried while a lesser one carries, ms. Default 300,000. */
  readonly retryBestMs?: number | undefined;
  /** The first such try, ms: it may have been the relay that was away, not the wire. Default 5,000. */
  readonly firstRetryBestMs?: number | undefined;
  /** A try that hears nothing for so long has failed, ms. Default 10,000. */
  readonly probeMs?: number | undefined;
  readonly timers?: Timers | undefined;
}

/**
 * Several wires as one: the first that gets through carries. An opening has failed when no frame came before it ended;
 * what the relay itself answers (a refused token, a busy relay) is no failure of the wire. After the last one it begins with
 * the first again. While a lesser wire carries, the best one is tried beside it, and takes over once a frame came through.
 */
export function createFallbackWire(options: FallbackWireOptions): Wire {
  const { wires, failuresBeforeNext = 3, retryBestMs = 300_000, firstRetryBestMs = 5000, probeMs = 10_000 } = options;
  const timers = options.timers ?? systemTimers;
  const retryTimer = createTimerSlot(timers);
  const probeTimer = createTimerSlot(timers);
  /** What this platform does not have. */
  const unusable = new Set<Wire>();
  let index = 0;
  let failures = 0;
  let attempt = 0;
  /** How the opening under way stands. */
  let opening: 'none' | 'waiting' | 'heard' = 'none';

  const current = (): Wire => wires[index] ?? wires[0];
  const best = (): Wire => wires.find((wire) => !unusable.has(wire)) ?? wires[0];

  const moveOn = () => {
    failures = 0;
    for (let step = 0; step < wires.length; step += 1) {
      index = (index + 1) % wires.length;
      if (!unusable.has(current())) return;
    }
  };
  const noteFailure = () => {
    opening = 'none';
    failures += 1;
    if (failures >= failuresBeforeNext) moveOn();
  };

  const stopProbe = () => {
    retryTimer.clear();
    if (!probeTimer.isSet) return;
    probeTimer.clear();
    best().close();
  };
  const planProbe = (delayMs: number, sink: WireSink) => {
    if (current() === best()) return;
    retryTimer.set(() => probe(sink), delayMs);
  };
  /** Opens the best wire beside the one that carries, asking for nothing: one frame proves that it gets through. */
  const probe = (sink: WireSink) => {
    const own = attempt;
    const tried = best();
    const settle = (isGood: boolean) => {
      if (own !== attempt || !probeTimer.isSet) return;
      stopProbe();
      if (!isGood) {
        planProbe(retryBestMs, sink);
        return;
      }
      index = wires.indexOf(tried);
      failures = 0;
      opening = 'none';
      for (const wire of wires) wire.close();
      sink.onClosed({ code: 'transport.better-wire', canRetry: true, isSwitch: true });
    };
    probeTimer.set(() => settle(false), probeMs);
    const { cursor: _cursor, whole: _whole, ...bare } = sink.currentHello();
    const probeSink: WireSink = {
      onData: () => settle(true),
      onProgress: () => undefined,
      onClosed: () => settle(false),
      currentHello: () => bare,
    };
    tried.open({ ...bare, subs: [] }, probeSink);
  };

  const takeClosed = (closed: WireClosed, hello: HelloFrame, sink: WireSink) => {
    const hasHeard = opening === 'heard';
    if (closed.code.startsWith('transport.no-') && !closed.canRetry && unusable.size < wires.length - 1) {
      unusable.add(current());
      moveOn();
      openCurrent(hello, sink);
      return;
    }
    if (hasHeard || closed.closeCode !== undefined || !closed.canRetry) opening = 'none';
    else noteFailure();
    stopProbe();
    sink.onClosed(closed);
  };

  const openCurrent = (hello: HelloFrame, sink: WireSink) => {
    attempt += 1;
    opening = 'waiting';
    current().open(hello, guard(attempt, sink));
  };

  const guard = (own: number, sink: WireSink): WireSink => ({
    onData(text) {
      if (own !== attempt) return;
      if (opening === 'waiting') {
        opening = 'heard';
        failures = 0;
        planProbe(firstRetryBestMs, sink);
      }
      sink.onData(text);
    },
    onProgress() {
      if (own === attempt) sink.onProgress();
    },
    onClosed(closed) {
      if (own === attempt) takeClosed(closed, sink.currentHello(), sink);
    },
    currentHello: () => sink.currentHello(),
  });

  return {
    get kind() {
      return current().kind;
    },
    open(hello, sink) {
      stopProbe();
      if (opening === 'waiting') {
        current().close(); // nothing came until somebody lost patience
        noteFailure();
      }
      openCurrent(hello, sink);
    },
    setSubs: (subs, hello, sink) => current().setSubs(subs, hello, guard(attempt, sink)),
    close() {
      stopProbe();
      attempt += 1;
      for (const wire of wires) wire.close();
    },
  };
}
