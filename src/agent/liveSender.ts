import type { AgentTimers } from './agentTimers.ts';
import { createBoundedMap } from './boundedMap.ts';

/** Sends what running model calls write. It is of use for a moment only: what does not get through is let go. */
export interface LiveSender {
  /** Takes a piece in; O(1), never waits. */
  write(runId: string, spanId: string, text: string): void;
  /** Characters that were let go. */
  readonly droppedCharacters: number;
  stop(): void;
}

export interface LiveSenderOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly fetchImpl: typeof globalThis.fetch;
  readonly timers: AgentTimers;
  /** Epoch ms. */
  readonly now: () => number;
  readonly flushEveryMs: number;
  readonly timeoutMs: number;
}

interface Piece {
  readonly run: string;
  readonly span: string;
  readonly offset: number;
  text: string;
}

/** Characters that wait, over all calls. */
const MAX_WAITING = 64 * 1024;
/** Calls whose length is remembered. */
const MAX_CALLS = 2000;
/** Pauses after a POST that did not get through, ms: the relay is busy or away; it will not take any. */
const RETRY_MS = 2000;
const BARRED_MS = 60_000;
const barring = new Set([401, 403, 404, 405, 421]);

export function createLiveSender(options: LiveSenderOptions): LiveSender {
  const { timers, now } = options;
  const lengths = createBoundedMap<number>(MAX_CALLS);
  let waiting = new Map<string, Piece>();
  let waitingCharacters = 0;
  let droppedCharacters = 0;
  let timer: unknown;
  let isPosting = false;
  let notBeforeMs = 0;

  const schedule = () => {
    if (timer !== undefined || isPosting || waiting.size === 0) return;
    const delayMs = Math.max(options.flushEveryMs, notBeforeMs - now());
    timer = timers.setTimeout(
      () => {
        timer = undefined;
        void post();
      },
      delayMs,
      false,
    );
  };

  const post = async (): Promise<void> => {
    const pieces = [...waiting.values()];
    waiting = new Map();
    waitingCharacters = 0;
    isPosting = true;
    try {
      const response = await options.fetchImpl(`${options.url}/v1/live`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        },
        body: JSON.stringify({ texts: pieces }),
        redirect: 'error',
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      await response.arrayBuffer();
      if (!response.ok) throw response.status;
    } catch (cause) {
      droppedCharacters += pieces.reduce((sum, { text }) => sum + text.length, 0);
      notBeforeMs = now() + (barring.has(cause as number) ? BARRED_MS : RETRY_MS);
    }
    isPosting = false;
    schedule();
  };

  return {
    get droppedCharacters() {
      return droppedCharacters;
    },
    write(run, span, text) {
      const key = `${run}\u001f${span}`;
      const offset = lengths.get(key) ?? 0;
      lengths.set(key, offset + text.length);
      if (waitingCharacters + text.length > MAX_WAITING || now() < notBeforeMs) {
        droppedCharacters += text.length;
        const held = waiting.get(key); // a text with a hole in it would read as if it were whole
        if (held) {
          waiting.delete(key);
          waitingCharacters -= held.text.length;
          droppedCharacters += held.text.length;
        }
        return;
      }
      waitingCharacters += text.length;
      const held = waiting.get(key);
      if (held) held.text += text;
      else waiting.set(key, { run, span, offset, text });
      schedule();
    },
    stop() {
      if (timer !== undefined) timers.clearTimeout(timer);
      timer = undefined;
    },
  };
}
