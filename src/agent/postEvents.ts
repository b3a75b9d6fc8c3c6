import type { IngestVerdict } from '../model/wire.ts';
import type { QueuedEvent } from './eventQueue.ts';

/** What became of one POST. */
export type PostOutcome =
  /** Taken, with one verdict an event. */
  | { readonly kind: 'taken'; readonly refused: readonly IngestVerdict[] }
  /** Not now: the same events again, not before `afterMs`. */
  | { readonly kind: 'later'; readonly code: string; readonly afterMs?: number | undefined }
  /** Not with these credentials or not at this address: a person has to act. */
  | { readonly kind: 'barred'; readonly code: string }
  /** Not these events: too large, or not understood. */
  | { readonly kind: 'refused'; readonly code: string };

export interface PostOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly fetchImpl: typeof globalThis.fetch;
  readonly timeoutMs: number;
  /** Epoch ms, for a `Retry-After` that names a date. */
  readonly now: () => number;
}

/** The body of `POST /v1/events` for these events. */
function bodyOf(events: readonly QueuedEvent[]): string {
  const texts = events.map(({ head, content }) => (content === undefined ? head : `${head.slice(0, -1)},${content}}`));
  return `{"events":[${texts.join(',')}]}`;
}

/** One POST of a batch. Never throws. */
export async function postEvents(events: readonly QueuedEvent[], options: PostOptions): Promise<PostOutcome> {
  const { fetchImpl, token } = options;
  let response: Response;
  try {
    response = await fetchImpl(`${options.url}/v1/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: bodyOf(events),
      redirect: 'error', // a redirect would carry the events to another address
      signal: AbortSignal.timeout(options.timeoutMs),
    });
  } catch (cause) {
    return { kind: 'later', code: codeOfFault(cause) };
  }
  const text = await response.text().catch(() => '');
  return readOutcome(response, text, options.now());
}

/** Wrong token, or nothing that takes events under this name: the same answer for every batch. */
const barring = new Set([401, 403, 404, 405, 421]);

function readOutcome(response: Response, text: string, nowMs: number): PostOutcome {
  const { status } = response;
  if (response.ok) return { kind: 'taken', refused: readRefused(text) };
  const code = `http.${status}`;
  if (barring.has(status)) return { kind: 'barred', code };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: 'later', code, afterMs: readRetryAfter(response.headers.get('retry-after'), nowMs) };
  }
  return { kind: 'refused', code };
}

function readRefused(text: string): IngestVerdict[] {
  try {
    const answer = JSON.parse(text) as { events?: unknown };
    if (!Array.isArray(answer.events)) return [];
    return (answer.events as IngestVerdict[]).filter((verdict) => verdict?.st === 'bad');
  } catch {
    return []; // a 2xx without a body we know: taken all the same
  }
}

/** Seconds or a date. @returns ms from now, at most five minutes */
function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const afterMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(afterMs) ? Math.min(Math.max(afterMs, 0), 300_000) : undefined;
}

function codeOfFault(cause: unknown): string {
  for (let error = cause, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth += 1) {
    if (error.name === 'TimeoutError') return 'net.timeout';
    const { code } = error as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code)) return `net.${code}`;
  }
  return 'net.failed';
}
