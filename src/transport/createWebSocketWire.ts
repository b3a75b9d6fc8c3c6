import { type CloseCode, closeCodes, type HelloFrame, SUBPROTOCOL, type Subscription } from '../model/wire.ts';
import { streamUrl } from './streamUrl.ts';
import type { Wire, WireClosed, WireSink } from './types.ts';

/** The part of the platform's WebSocket that is used; `ws` in Node has it too. */
export interface WebSocketLike {
  readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}
export type WebSocketConstructor = new (url: string, protocols: string) => WebSocketLike;

export interface WebSocketWireOptions {
  /** `http(s)://` or `ws(s)://`, with or without a path. */
  readonly url: string;
  /** Default: the platform's. Node before 22 has none: give the class of the `ws` package. */
  readonly WebSocketImpl?: WebSocketConstructor | undefined;
}

const OPEN = 1;

/** One socket at a time; the token travels in the first frame, never in the URL. */
export function createWebSocketWire({ url, WebSocketImpl }: WebSocketWireOptions): Wire {
  const address = streamUrl(url, 'ws');
  let socket: WebSocketLike | undefined;
  let hello: HelloFrame | undefined;
  let sent: readonly Subscription[] = [];

  const close = () => {
    const old = socket;
    socket = undefined;
    if (!old) return;
    // An older attempt may still call back; it must not speak for the next one.
    old.onopen = null;
    old.onmessage = null;
    old.onclose = null;
    old.onerror = () => undefined; // `ws` throws for an error nobody listens to
    old.close(1000);
  };

  return {
    kind: 'websocket',
    open(nextHello: HelloFrame, sink: WireSink) {
      close();
      hello = nextHello;
      const Socket = WebSocketImpl ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
      if (!Socket) {
        sink.onClosed({ code: 'transport.no-websocket', canRetry: false });
        return;
      }
      let own: WebSocketLike;
      try {
        own = new Socket(address, SUBPROTOCOL);
      } catch (cause) {
        sink.onClosed({ code: 'transport.unreachable', canRetry: true, cause });
        return;
      }
      socket = own;
      let hasOpened = false;
      own.onopen = () => {
        if (own !== socket || !hello) return;
        hasOpened = true;
        sent = hello.subs;
        own.send(JSON.stringify(hello));
      };
      own.onmessage = ({ data }: { readonly data: unknown }) => {
        if (own === socket && typeof data === 'string') sink.onData(data);
      };
      own.onerror = () => undefined; // a close with its reason follows
      own.onclose = ({ code }: { readonly code: number }) => {
        if (own !== socket) return;
        socket = undefined;
        sink.onClosed(closedOf(code, hasOpened));
      };
    },
    setSubs(subs, nextHello) {
      hello = nextHello;
      if (socket?.readyState !== OPEN) return;
      const added = subs.filter((sub) => !sent.some((known) => isSame(known, sub)));
      const removed = sent.filter((known) => !subs.some((sub) => isSame(known, sub)));
      sent = subs;
      if (added.length > 0) socket.send(JSON.stringify({ t: 'sub', subs: added }));
      if (removed.length > 0) socket.send(JSON.stringify({ t: 'unsub', subs: removed }));
    },
    close,
  };
}

const isSame = (a: Subscription, b: Subscription) => JSON.stringify(a) === JSON.stringify(b);

function closedOf(code: number, hasOpened: boolean): WireClosed {
  if (Object.hasOwn(closeCodes, code)) {
    const known = closeCodes[code as CloseCode];
    return { code: `relay.${known.name}`, closeCode: code as CloseCode, canRetry: known.canRetry };
  }
  return { code: hasOpened ? 'transport.lost' : 'transport.unreachable', canRetry: true };
}
