import { systemTimers, type Timers } from '../model/platform.ts';
import type { HelloFrame } from '../model/wire.ts';
import { type HttpWireOptions, postHello, readRefusal } from './postHello.ts';
import { streamUrl } from './streamUrl.ts';
import type { Wire, WireSink } from './types.ts';

export interface PollingWireOptions extends HttpWireOptions {
  /** How long the relay may hold an answer back until there is news, ms. Default and most: 20,000. */
  readonly waitMs?: number | undefined;
  /** Least time between two questions while much happens, ms. Default 500. */
  readonly pauseMs?: number | undefined;
  readonly timers?: Timers | undefined;
}

/** Events of one answer. */
const LIMIT = 500;

/** One question after the other by plain requests: passes where everything that stays open is cut or held back. */
export function createPollingWire(options: PollingWireOptions): Wire {
  const { url, fetchImpl, waitMs = 20_000, pauseMs = 500, timers = systemTimers } = options;
  const address = streamUrl(url, 'http');
  /** The questions under way; older ones may still call back and must not speak for them. */
  let current: AbortController | undefined;

  const close = () => {
    const old = current;
    current = undefined;
    old?.abort();
  };
  const pause = (ms: number) => new Promise<void>((resolve) => timers.setTimeout(resolve, ms));

  const follow = async (own: AbortController, firstHello: HelloFrame, sink: WireSink) => {
    let hello = firstHello;
    let wait = 0; // the first answer says at once how things stand
    while (own === current) {
      const timeUp = wait === 0 ? undefined : pause(pauseMs);
      const more = { wait, limit: LIMIT };
      const { signal } = own;
      const response = await postHello(hello, { address, accept: 'application/json', signal, fetchImpl, more });
      if (!response.ok) {
        const refusal = await readRefusal(response);
        if (own === current) sink.onClosed(refusal);
        return;
      }
      const text = await response.text();
      if (own !== current) return;
      sink.onData(text);
      await timeUp;
      wait = waitMs;
      hello = sink.currentHello();
    }
  };

  const open = (hello: HelloFrame, sink: WireSink) => {
    close();
    const own = new AbortController();
    current = own;
    follow(own, hello, sink).catch((cause: unknown) => {
      if (own !== current) return;
      current = undefined;
      sink.onClosed({ code: 'transport.unreachable', canRetry: true, cause });
    });
  };

  return {
    kind: 'polling',
    open,
    setSubs(_subs, hello, sink) {
      if (current) open(hello, sink); // else the hello that is about to be said has them
    },
    close,
  };
}
