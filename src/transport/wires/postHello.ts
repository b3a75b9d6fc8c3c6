import type { HelloFrame } from '../../model/wire.ts';
import type { WireClosed } from '../types.ts';

export interface HttpWireOptions {
  /** `http(s)://` or `ws(s)://`, with or without a path. */
  readonly url: string;
  /** Default: the platform's. */
  readonly fetchImpl?: typeof fetch | undefined;
}

export interface PostHelloTerms {
  readonly address: string;
  readonly accept: string;
  readonly signal: AbortSignal;
  readonly fetchImpl: typeof fetch | undefined;
  /** More of the body: how long a poll waits. */
  readonly more?: Readonly<Record<string, number>> | undefined;
}

/** Says hello by a POST. The token travels in a header, never in the body or the URL. */
export function postHello({ token, ...hello }: HelloFrame, terms: PostHelloTerms): Promise<Response> {
  const doFetch = terms.fetchImpl ?? globalThis.fetch;
  return doFetch(terms.address, {
    method: 'POST',
    headers: { accept: terms.accept, 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ ...hello, ...terms.more }),
    signal: terms.signal,
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error', // a redirect would carry the token to another address
  });
}

/** Why the relay, or something before it, said no. */
export async function readRefusal(response: Response): Promise<WireClosed> {
  const code = await readErrorCode(response);
  const { status } = response;
  if (status === 401) return { code: 'relay.unauthenticated', closeCode: 4401, canRetry: false };
  if (status === 403 && code === 'auth.forbidden') return { code: 'relay.forbidden', closeCode: 4403, canRetry: false };
  // the name or the page it is asked from is not allowed, or it does not understand us: the same answer next time
  if (code !== undefined && (status === 403 || status === 421 || status === 400)) return { code, canRetry: false };
  if (status === 429 || status === 503) {
    return { code: code ?? 'relay.overloaded', closeCode: 1013, canRetry: true, retryMs: readRetryAfterMs(response) };
  }
  return { code: code ?? 'transport.refused', canRetry: true };
}

async function readErrorCode(response: Response): Promise<string | undefined> {
  try {
    const body = (await response.json()) as { readonly error?: { readonly code?: unknown } } | null;
    const code = body?.error?.code;
    return typeof code === 'string' && /^[a-z]+\.[a-z-]{1,60}$/.test(code) ? code : undefined;
  } catch {
    return undefined; // a proxy's page
  }
}

/** At most five minutes: who writes more may be wrong, and nobody would ever look again. */
function readRetryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, 300_000) : undefined;
}
