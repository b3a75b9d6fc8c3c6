import type { HelloFrame } from '../model/wire.ts';
import { type HttpWireOptions, postHello, readRefusal } from './postHello.ts';
import { streamUrl } from './streamUrl.ts';
import type { Wire, WireSink } from './types.ts';

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
  let current: AbortController | undefined;
  let source: EventSourceLike | undefined;

  const close = () => {
    const old = current;
    current = undefined;
    old?.abort();
    source?.close();
    source = undefined;
  };

  const follow = async (own: AbortController, hello: HelloFrame, sink: WireSink) => {
    const Source = EventSourceImpl ?? (globalThis as { EventSource?: EventSourceConstructor }).EventSource;
    if (!Source) {
      sink.onClosed({ code: 'transport.no-event-source', canRetry: false });
      return;
    }
    const { signal } = own;
    const ticketAddress = `${address.replace(/\/?(\?.*)?$/, '')}/ticket`;
    const response = await postHello(hello, { address: ticketAddress, accept: 'application/json', signal, fetchImpl });
    if (!response.ok) {
      const refusal = await readRefusal(response);
      if (own === current) sink.onClosed(refusal);
      return;
    }
    const { ticket } = (await response.json()) as { readonly ticket?: unknown };
    if (own !== current) return;
    const opened = new URL(address);
    opened.searchParams.set('ticket', String(ticket));
    const next = new Source(opened.toString());
    source = next;
    next.onmessage = ({ data }: { readonly data: unknown }) => {
      if (own === current && typeof data === 'string') sink.onData(data);
    };
    next.onerror = () => {
      next.close(); // its own reconnect would bring the used ticket again
      if (own !== current) return;
      close();
      sink.onClosed({ code: 'transport.lost', canRetry: true });
    };
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
    kind: 'sse',
    open,
    setSubs(_subs, hello, sink) {
      if (current) open(hello, sink);
    },
    close,
  };
}
