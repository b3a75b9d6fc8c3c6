import { createWebSocketTransport, type SessionOptions, type Transport } from 'spanlight/transport';
import { WebSocket } from 'ws';

export type WireOptions = SessionOptions & { readonly url: string };

/** Every wire a reader can take. */
export const wireKinds = {
  websocket: (options: WireOptions): Transport =>
    createWebSocketTransport({ ...options, WebSocketImpl: WebSocket as never }),
} as const;

export type ReaderWire = keyof typeof wireKinds;
export const allWires = Object.keys(wireKinds) as ReaderWire[];
