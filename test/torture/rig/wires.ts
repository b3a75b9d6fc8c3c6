import {
  createPollingTransport,
  createSseTransport,
  createTransport,
  createWebSocketTransport,
  type SessionOptions,
  type Transport,
} from 'spanlight/transport';
import { WebSocket } from 'ws';

export type WireOptions = SessionOptions & {
  readonly url: string;
  /** Between two long polls, ms. Default 100. */
  readonly pauseMs?: number;
};

/** Every wire a reader can take; `packed`: a WebSocket with deflated frames; `any`: the one that takes whatever gets through. */
export const wireKinds = {
  websocket: (options: WireOptions): Transport =>
    createWebSocketTransport({ ...options, WebSocketImpl: WebSocket as never }),
  packed: (options: WireOptions): Transport =>
    createWebSocketTransport({ ...options, WebSocketImpl: WebSocket as never, deflate: true }),
  sse: (options: WireOptions): Transport => createSseTransport(options),
  polling: (options: WireOptions): Transport => createPollingTransport({ pauseMs: 100, ...options }),
  any: (options: WireOptions): Transport =>
    createTransport({
      ...options,
      WebSocketImpl: WebSocket as never,
      fallback: { retryBestMs: 2000, firstRetryBestMs: 500 },
    }),
} as const;

export type ReaderWire = keyof typeof wireKinds;
export const allWires = Object.keys(wireKinds) as ReaderWire[];
