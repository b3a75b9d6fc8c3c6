import type { ClientFrame } from '../../../src/model/wire.ts';
import type { Wire, WireSink } from '../../../src/transport/types.ts';
import type { LogServer, Reader, Seat } from './logServer.ts';

/** A wire without a network: frames wait until they are let through, so that a test decides what arrives and when. */
export interface FakeWire extends Wire {
  /** Lets all that waits arrive. */
  deliver(): void;
  /** The line breaks: what was under way is lost. */
  cut(): void;
  /** Both ends think the line stands, nothing passes any more. */
  blackHole(): void;
  /** Sends frames past the server's rules. */
  inject(...frames: readonly unknown[]): void;
  injectText(text: string): void;
  /** Sinks of all attempts, oldest first: a late callback of an old attempt. */
  readonly sinks: WireSink[];
  readonly isOpen: boolean;
  /** The next openings fail. */
  isDown: boolean;
}

export function createFakeWire(server: LogServer): FakeWire {
  let line:
    | { readonly sink: WireSink; readonly waiting: string[]; seat: Seat | undefined; isDead: boolean }
    | undefined;
  const leave = () => {
    if (line) server.leave(line.seat);
    line = undefined;
  };
  const wire: FakeWire = {
    kind: 'websocket',
    sinks: [],
    isDown: false,
    get isOpen() {
      return line !== undefined;
    },
    open(hello, sink) {
      leave();
      wire.sinks.push(sink);
      if (wire.isDown) {
        sink.onClosed({ code: 'transport.unreachable', canRetry: true });
        return;
      }
      const own = { sink, waiting: [] as string[], seat: undefined as Seat | undefined, isDead: false };
      line = own;
      const reader: Reader = {
        send: (frames) => void own.waiting.push(...frames.map((frame) => JSON.stringify(frame))),
        close: () => undefined,
      };
      own.seat = server.take(undefined, reader, hello);
    },
    setSubs(subs) {
      const frame: ClientFrame = { t: 'sub', subs };
      if (line) server.take(line.seat, { send: () => undefined, close: () => undefined }, frame);
    },
    close: leave,
    deliver() {
      const own = line;
      while (own && own === line && !own.isDead && own.waiting.length > 0) own.sink.onData(own.waiting.shift() ?? '');
    },
    cut() {
      const sink = line?.sink;
      leave();
      sink?.onClosed({ code: 'transport.lost', canRetry: true });
    },
    blackHole() {
      if (line) line.isDead = true;
    },
    inject(...frames) {
      for (const frame of frames) line?.sink.onData(JSON.stringify(frame));
    },
    injectText: (text) => line?.sink.onData(text),
  };
  return wire;
}
