import type { Wire } from '../types.ts';
import { createAttemptWire } from './createAttemptWire.ts';
import { type HttpWireOptions, postHello, readRefusal } from './postHello.ts';
import { streamUrl } from './streamUrl.ts';

/** The part of the platform's `EventSource` that is used. */
export interface EventSourceLike {
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  close(): void;
}
export type EventSourceConstructor = new (url: string) => EventSourceLike;

export interface EventSourceWireOptions extends HttpWireOptions {
  /** Default: the platform's. */
  readonly EventSourceImpl?: EventSourceConstructor | undefined;
}

/**
 * Server-sent events by the platform's `EventSource`, for hosts whose `fetch` cannot stream. It can send no header, so a
 * ticket that opens one stream, once, stands in the URL in place of the token; each reconnect asks for another one.
 */
export function createEventSourceWire({ url, fetchImpl, EventSourceImpl }: EventSourceWireOptions): Wire {
  const address = streamUrl(url, 'http');
  const ticketAddress = `${address.replace(/\/?(\?.*)?$/, '')}/ticket`;

  return createAttemptWire('sse', async (attempt, hello) => {
    const Source = EventSourceImpl ?? (globalThis as { EventSource?: EventSourceConstructor }).EventSource;
    if (!Source) return attempt.end({ code: 'transport.no-event-source', canRetry: false });
    const { signal } = attempt;
    const response = await postHello(hello, { address: ticketAddress, accept: 'application/json', signal, fetchImpl });
    if (!response.ok) return attempt.end(await readRefusal(response));
    const { ticket } = (await response.json()) as { readonly ticket?: unknown };
    if (!attempt.isCurrent) return; // the ticket runs out by itself
    const opened = new URL(address);
    opened.searchParams.set('ticket', String(ticket));
    const source = new Source(opened.toString());
    signal.addEventListener('abort', () => source.close());
    source.onmessage = ({ data }: { readonly data: unknown }) => {
      if (typeof data === 'string') attempt.deliver(data);
    };
    // its own reconnect would bring the used ticket again: the end closes it
    source.onerror = () => attempt.end({ code: 'transport.lost', canRetry: true });
  });
}
