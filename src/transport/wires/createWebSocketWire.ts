import { type CloseCode, closeCodes, type HelloFrame, SUBPROTOCOL, type Subscription } from '../../model/wire.ts';
import type { Wire, WireClosed, WireSink } from '../types.ts';
import { canInflate, createInflatingInbox } from './inflatingInbox.ts';
import { streamUrl } from './streamUrl.ts';

/** The part of the platform's WebSocket that is used; `ws` in Node has it too. */
export interface WebSocketLike {
  readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  binaryType: string;
  send(data: string): void;
  close(code?: number): void;
}
export type WebSocketConstructor = new (url: string, protocols: string) => WebSocketLike;

export interface WebSocketWireOptions {
  /** `http(s)://` or `ws(s)://`, with or without a path. */
  readonly url: string;
  /** Default: the platform's. Node before 22 has none: give the class of the `ws` package. */
  readonly WebSocketImpl?: WebSocketConstructor | undefined;
  /**
   * Asks the relay for deflated frames: about a fifth of the bytes, for some CPU here and no more there. Default false.
   * Ignored where the platform has no `DecompressionStream`.
   */
  readonly deflate?: boolean | undefined;
}

const OPEN = 1;

/** One socket at a time; the token travels in the first frame, never in the URL. */
export function createWebSocketWire({ url, WebSocketImpl, deflate = false }: WebSocketWireOptions): Wire {
  const address = streamUrl(url, 'ws');
  const canDeflate = deflate && canInflate();
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
        own.send(JSON.stringify(canDeflate ? { ...hello, deflate: true } : hello));
      };
      own.binaryType = 'arraybuffer';
      const inbox = createInflatingInbox({
        onText: (text) => {
          if (own === socket) sink.onData(text);
        },
        onBad: (cause) => {
          if (own !== socket) return;
          close();
          sink.onClosed({ code: 'transport.bad-deflate', canRetry: true, cause });
        },
      });
      own.onmessage = ({ data }: { readonly data: unknown }) => {
        if (own === socket && (typeof data === 'string' || data instanceof ArrayBuffer)) inbox.take(data);
      };
      own.onerror = () => undefined; // a close with its reason follows
      own.onclose = ({ code }: { readonly code: number }) =>
        inbox.whenEmpty(() => {
          if (own !== socket) return;
          socket = undefined;
          sink.onClosed(closedOf(code, hasOpened));
        });
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
