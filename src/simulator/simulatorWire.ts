import type { Timers } from '../model/platform.ts';
import type { ByeFrame, CloseCode, HelloFrame, ServerFrame } from '../model/wire.ts';
import type { Wire, WireSink } from '../transport/types.ts';
import type { RelayReader } from './relayReader.ts';

/** What is wrong with the line. `silent`: it stands, and nothing comes. */
export type LineFault = 'none' | 'unreachable' | 'refused' | 'silent';

export interface SimulatorWireOptions {
  readonly timers: Timers;
  /** How long opening takes, ms. */
  readonly latencyMs: number;
  readonly flushEveryMs: number;
  readonly createReader: (send: (frame: ServerFrame) => void) => RelayReader;
}

/** A wire inside the page, with faults on demand. The session above it is the real one. */
export interface SimulatorWire extends Wire {
  fault: LineFault;
  /** The line breaks; the next try may succeed. */
  cut(): void;
  /** The relay says goodbye. */
  bye(code: CloseCode, terms: Pick<ByeFrame, 'resume' | 'retryMs'>): void;
  /** Sends what is due now instead of with the next flush. */
  flush(): void;
}

interface Line {
  readonly sink: WireSink;
  reader?: RelayReader | undefined;
  hello: HelloFrame;
}

export function createSimulatorWire({
  timers,
  latencyMs,
  flushEveryMs,
  createReader,
}: SimulatorWireOptions): SimulatorWire {
  let fault: LineFault = 'none';
  let line: Line | undefined;
  let timer: unknown;

  const close = () => {
    line = undefined;
    timers.clearTimeout(timer);
  };
  const end = (sink: WireSink, code: string) => {
    close();
    sink.onClosed({ code, canRetry: true });
  };
  const send = (own: Line, frame: ServerFrame) => {
    if (own === line && fault !== 'silent') own.sink.onData(JSON.stringify(frame));
  };
  const connect = (own: Line) => {
    if (own !== line || fault === 'silent') return;
    if (fault === 'unreachable') end(own.sink, 'transport.unreachable');
    else if (fault === 'refused') send(own, { t: 'bye', code: 4401, resume: true });
    else {
      own.reader = createReader((frame) => send(own, frame));
      own.reader.greet(own.hello);
      timer = timers.setTimeout(() => tick(own), flushEveryMs); // what was missed shows as "catching up" until then
    }
  };
  const tick = (own: Line) => {
    if (own !== line) return;
    if (fault !== 'silent') own.reader?.pump();
    if (own === line) timer = timers.setTimeout(() => tick(own), flushEveryMs);
  };

  return {
    kind: 'simulator',
    open(hello, sink) {
      close();
      const own: Line = { sink, hello };
      line = own;
      timer = timers.setTimeout(() => connect(own), latencyMs);
    },
    setSubs(subs, hello) {
      if (!line) return;
      line.hello = hello;
      line.reader?.setSubs(subs);
    },
    close,
    get fault() {
      return fault;
    },
    set fault(next) {
      fault = next;
      if (!line) return;
      if (next === 'unreachable') end(line.sink, 'transport.lost');
      else if (next === 'refused') send(line, { t: 'bye', code: 4401, resume: true });
    },
    cut() {
      if (line) end(line.sink, 'transport.lost');
    },
    bye(code, terms) {
      if (line) send(line, { t: 'bye', code, ...terms });
    },
    flush() {
      if (fault !== 'silent') line?.reader?.pump();
    },
  };
}
