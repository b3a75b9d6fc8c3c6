import type { HttpErrorBody } from '../../model/wire.ts';

/** What each code means, in words that name what to do. Constant texts: nothing of a request ever stands in them. */
const messages: Readonly<Record<string, string>> = {
  'auth.required': 'No token. Send it as "Authorization: Bearer <token>".',
  'auth.bad-token': 'The token does not hold. Ask whoever runs the relay for a valid one.',
  'auth.forbidden': 'The token may not do this. Ask for one with the capability that this route names.',
  'auth.too-many-failures': 'Too many wrong tokens from this address. Wait as long as Retry-After says.',
  'http.not-found': 'There is no such path. The relay’s documentation lists all of them.',
  'http.method-not-allowed': 'The path does not take this method. The header Allow names those it takes.',
  'http.host-not-allowed': 'The relay does not answer under this host name. Add it to SPANLIGHT_ALLOWED_HOSTS.',
  'http.origin-not-allowed': 'Pages of this origin may not use the relay. Add it to SPANLIGHT_ALLOWED_ORIGINS.',
  'http.internal': 'The relay failed at this request. Its log has the cause under the same code.',
  'http.upgrade-required':
    'This path is a WebSocket (subprotocol spanlight.v1). Without one, POST a hello, or ask for a ticket.',
  'http.bad-scope': 'The header Spanlight-Scope is no scope. Send URL-encoded JSON: {"session"?, "user"?, "tags"?}.',
  'ingest.content-type':
    'The body must be application/json; on the routes of OTLP application/x-protobuf will do as well.',
  'ingest.content-encoding': 'The body may be plain, gzip or deflate.',
  'ingest.bad-packing': 'The body is not packed as it says, or ends too early.',
  'ingest.too-large': 'The body is over the limit of this route. Send smaller batches.',
  'ingest.too-many-events': 'More than 1000 events in one body. Send smaller batches.',
  'ingest.bad-live': 'The body is no list of texts: each has run, span, offset and text. Nothing of it was taken.',
  'ingest.bad-json': 'The body is no JSON. Nothing of it was taken.',
  'ingest.no-events': 'The body has no list of events. Send {"events": [...]}.',
  'ingest.bad-otlp': 'The body is no export request of OTLP. Nothing of it was taken.',
  'ingest.no-data': 'The body has no list of traces and spans. Send {"data": [...]}.',
  'ingest.no-messages': 'The body has no list of messages. Send {"messages": [...]}.',
  'ingest.body-timeout': 'The body did not come in time. Send it again.',
  'ingest.body-broken': 'The connection broke before the body was whole. Send it again.',
  'ingest.log-unavailable': 'The log does not take events now. Nothing was taken; send the same events again later.',
  'ingest.busy': 'Too much is being taken in at this moment. Send the same events again later.',
  'metrics.not-allowed':
    'Figures are for this machine. From elsewhere, set SPANLIGHT_METRICS_TOKEN and send it as a bearer token.',
  'limit.rate': 'Too many requests with this token. Wait as long as Retry-After says.',
  'history.not-found': 'The log holds no such run, or not for this token.',
  'detail.not-kept':
    'This relay stores no content (SPANLIGHT_PAYLOADS=off). It can be turned on for what comes from then on.',
  'detail.not-found': 'No content is held for this. It was never sent, or it was let go.',
  'relay.closing': 'The relay is closing. Try again in some seconds.',
  'relay.too-many-connections': 'The relay has as many connections as it may. Try again later.',
  'stream.subprotocol-required': 'Open the stream with the WebSocket subprotocol spanlight.v1.',
  'stream.content-type': 'The hello must be application/json.',
  'stream.content-encoding': 'The hello may be plain or gzip.',
  'stream.bad-packing': 'The hello is not packed as it says, or ends too early.',
  'stream.too-large': 'The hello is too large. Ask for fewer topics.',
  'stream.body-timeout': 'The hello did not come in time. Send it again.',
  'stream.body-broken': 'The connection broke before the hello was whole. Send it again.',
  'stream.bad-hello': 'The body is no hello. Send {"t": "hello", "v": [1, 1], "subs": [...]}.',
  'stream.not-acceptable': 'Accept text/event-stream for a stream, or application/json for one long poll.',
  'stream.bad-ticket': 'The ticket was used, has run out, or its token does not hold. Ask for another one.',
  'stream.too-many-tickets': 'Too many tickets of this token were not used. Wait as long as Retry-After says.',
  'stream.too-many-of-address': 'This address has as many connections as it may. Try again later.',
  'stream.too-many-of-token': 'This token has as many connections as it may. Try again later.',
  'stream.too-many-pending': 'Too many connections of this address have not said hello. Try again in some seconds.',
};

export const messageOf = (code: string): string => messages[code] ?? 'The request was refused.';

export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  /** Seconds. */
  readonly retryAfterSec?: number | undefined;
  /** The parameter of the query that is wrong. */
  readonly param?: string | undefined;
  /** In place of the constant text of the code; constant as well. */
  readonly message?: string | undefined;
}

/** Ends a request with a coded answer. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly answer: ErrorAnswer;
  constructor(status: number, code: string, retryAfterMs?: number, more?: Pick<ErrorAnswer, 'param' | 'message'>) {
    super(code);
    this.answer = {
      status,
      code,
      ...(more && { param: more.param, message: more.message }),
      ...(retryAfterMs !== undefined && { retryAfterSec: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
    };
  }
}

export function errorResponse({ status, code, retryAfterSec, param, message }: ErrorAnswer): Response {
  const body: HttpErrorBody = {
    error: { code, message: message ?? messageOf(code), ...(param !== undefined && { param }) },
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(retryAfterSec !== undefined && { 'retry-after': String(retryAfterSec) }),
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="spanlight"' }),
    },
  });
}
