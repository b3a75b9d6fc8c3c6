import { systemTimers, type Timers } from '../../model/platform.ts';
import type { Wire } from '../types.ts';
import { createAttemptWire } from './createAttemptWire.ts';
import { type HttpWireOptions, postHello, readRefusal } from './postHello.ts';
import { streamUrl } from './streamUrl.ts';

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
  const pause = (ms: number) => new Promise<void>((resolve) => timers.setTimeout(resolve, ms));

  return createAttemptWire('polling', async (attempt, firstHello) => {
    const { signal } = attempt;
    let hello = firstHello;
    let wait = 0; // the first answer says at once how things stand
    while (attempt.isCurrent) {
      const timeUp = wait === 0 ? undefined : pause(pauseMs);
      const more = { wait, limit: LIMIT };
      const response = await postHello(hello, { address, accept: 'application/json', signal, fetchImpl, more });
      if (!response.ok) return attempt.end(await readRefusal(response));
      attempt.deliver(await readWhole(response, () => attempt.progress()));
      await timeUp;
      wait = waitMs;
      hello = attempt.currentHello();
    }
  });
}

async function readWhole(response: Response, onPart: () => void): Promise<string> {
  if (!response.body) return response.text(); // a `fetch` that cannot stream
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    onPart();
    text += decoder.decode(value, { stream: true });
  }
}
