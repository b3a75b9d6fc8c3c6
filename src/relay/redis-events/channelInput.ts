import type { IngestAnswer } from '../../model/wire.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import { readMessages } from './readMessages.ts';
import { createRecentIds } from './recentIds.ts';

export interface ChannelInputOptions {
  readonly channel: string;
  readonly project: string;
  readonly take: (project: string, values: readonly unknown[]) => Promise<IngestAnswer>;
  /** Makes the ids of the events, the same in every relay. */
  readonly hash: (text: string) => string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly report: RelayLogger;
}

export interface ChannelFigures {
  readonly messages: number;
  /** Messages that were let go since too many waited for the log. */
  readonly droppedMessages: number;
  /** What could not be read or was refused, by code. */
  readonly issues: ReadonlyMap<string, number>;
}

/** One channel: messages wait here, bounded, until the log has them. */
export interface ChannelInput {
  readonly figures: ChannelFigures;
  /** A message of the channel. Returns at once. */
  push(text: string): void;
  /** Messages of another way, such as the stream beside the channel; settles when the log has them. */
  store(texts: readonly string[]): Promise<void>;
  /** Settles when nothing waits, or when the time is over. */
  close(waitMs: number): Promise<void>;
}

const MAX_WAITING = 10_000;
const MAX_WAITING_CHARS = 16 * 1024 * 1024;
const BATCH_MESSAGES = 500;
const RETRY_MS = 500;
const REPORT_EVERY_MS = 10_000;

export function createChannelInput(options: ChannelInputOptions): ChannelInput {
  const { channel, project, now, report } = options;
  const stored = createRecentIds();
  const issues = new Map<string, number>();
  let waiting: string[] = [];
  let waitingChars = 0;
  let messages = 0;
  let dropped = 0;
  let lastReportMs = Number.NEGATIVE_INFINITY;
  let draining: Promise<void> | undefined;
  let isClosed = false;

  const note = (found: ReadonlyMap<string, number>) => {
    for (const [code, count] of found) issues.set(code, (issues.get(code) ?? 0) + count);
    if (found.size === 0 || performance.now() - lastReportMs < REPORT_EVERY_MS) return;
    lastReportMs = performance.now();
    report('warn', 'redis-events.issues', { channel, ...Object.fromEntries(issues) });
  };

  const tryStore = async (texts: readonly string[]) => {
    const read = readMessages(texts, { receivedAtMs: now(), hash: options.hash });
    const fresh = read.events.filter(({ id }) => !stored.has(id));
    const answer = fresh.length === 0 ? undefined : await options.take(project, fresh);
    const found = new Map(read.issues);
    for (const [index, verdict] of (answer?.events ?? []).entries()) {
      const id = fresh[index]?.id;
      if (verdict.st !== 'bad') {
        if (id !== undefined) stored.add(id);
        continue;
      }
      const code = verdict.code ?? 'event.bad';
      found.set(code, (found.get(code) ?? 0) + 1);
    }
    note(found);
  };

  /** Keeps at it while the log takes nothing: nobody else holds these messages. */
  const store = async (texts: readonly string[]) => {
    for (;;) {
      try {
        return await tryStore(texts);
      } catch (cause) {
        if (isClosed) throw cause;
        report('warn', 'redis-events.log-unavailable', { channel, cause: codeOf(cause) });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH_MESSAGES);
      for (const text of batch) waitingChars -= text.length;
      await store(batch);
    }
  };

  return {
    get figures() {
      return { messages, droppedMessages: dropped, issues };
    },
    push(text) {
      if (isClosed) return;
      messages += 1;
      waiting.push(text);
      waitingChars += text.length;
      while (waiting.length > MAX_WAITING || waitingChars > MAX_WAITING_CHARS) {
        waitingChars -= waiting.shift()?.length ?? 0;
        dropped += 1; // a hole in the publisher's numbers tells readers
      }
      draining ??= drain()
        .catch((cause: unknown) => report('error', 'redis-events.failed', { channel, cause: codeOf(cause) }))
        .finally(() => {
          draining = undefined;
        });
    },
    store,
    async close(waitMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs);
      });
      await Promise.race([draining ?? Promise.resolve(), late]);
      clearTimeout(timer);
      isClosed = true;
      waiting = [];
    },
  };
}
