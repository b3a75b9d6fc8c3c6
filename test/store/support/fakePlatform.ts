import type { FrameScheduler, MonitorStoreOptions, Transport, TransportSink } from 'spanlight/store';
import { createFakeTime, type FakeTime } from '../../transport/support/fakeTime.ts';
import { BASE_MS } from './buildEvents.ts';

/** Frames that come when a test says so. */
export interface FakeFrames extends FrameScheduler {
  readonly isAsked: boolean;
  /** Runs one frame. @returns whether one was asked for */
  frame(): boolean;
  /** Runs frames until none is asked for. @returns how many */
  frames(): number;
}

function createFakeFrames(): FakeFrames {
  let waiting: (() => void) | undefined;
  const frames: FakeFrames = {
    request(flush) {
      waiting ??= flush;
    },
    cancel() {
      waiting = undefined;
    },
    get isAsked() {
      return waiting !== undefined;
    },
    frame() {
      const flush = waiting;
      waiting = undefined;
      flush?.();
      return flush !== undefined;
    },
    frames() {
      let ran = 0;
      while (frames.frame()) ran += 1;
      return ran;
    },
  };
  return frames;
}

export interface FakeTransport extends Transport {
  readonly sink: TransportSink;
  readonly subs: string[][];
  isStarted: boolean;
  retries: number;
}

export function createFakeTransport(): FakeTransport {
  let sink: TransportSink | undefined;
  const transport: FakeTransport = {
    kind: 'websocket',
    subs: [],
    isStarted: false,
    retries: 0,
    get sink() {
      if (!sink) throw new Error('not started');
      return sink;
    },
    start(next) {
      sink = next;
      transport.isStarted = true;
    },
    setSubs: (subs) => void transport.subs.push(subs.map((sub) => sub.sub)),
    retryNow: () => void (transport.retries += 1),
    stop() {
      transport.isStarted = false;
    },
  };
  return transport;
}

export interface FakePlatform {
  readonly frames: FakeFrames;
  readonly time: FakeTime;
  readonly options: Pick<MonitorStoreOptions, 'clock' | 'scheduler' | 'timers'>;
}

export function createFakePlatform(): FakePlatform {
  const frames = createFakeFrames();
  const time = createFakeTime(BASE_MS);
  return { frames, time, options: { clock: time.clock, scheduler: frames, timers: time.timers } };
}
