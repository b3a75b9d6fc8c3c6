import { createResumingTransport, type SessionOptions } from './session/createResumingTransport.ts';
import type { Transport } from './types.ts';
import { createFallbackWire, type FallbackWireOptions } from './wires/createFallbackWire.ts';
import { createPollingWire, type PollingWireOptions } from './wires/createPollingWire.ts';
import { createSseWire } from './wires/createSseWire.ts';
import { createWebSocketWire, type WebSocketWireOptions } from './wires/createWebSocketWire.ts';

/** Options of {@link createTransport}: `url` and `getToken` are needed. */
export type TransportOptions = WebSocketWireOptions &
  PollingWireOptions &
  SessionOptions & {
    /** When the wire is changed. */
    readonly fallback?: Omit<FallbackWireOptions, 'wires' | 'timers'> | undefined;
  };

/**
 * Live data over whatever gets through: a WebSocket, else server-sent events, else long polls; back to the WebSocket as soon
 * as it works. One cursor over all of them. Use {@link createWebSocketTransport} where only a WebSocket is wanted: smaller.
 * @param options - `url` of the relay and `getToken`; the token never stands in a URL
 * @throws {MonitorError} `transport.bad-url`
 */
export const createTransport = (options: TransportOptions): Transport =>
  createResumingTransport({
    ...options,
    wire: createFallbackWire({
      ...options.fallback,
      timers: options.timers,
      wires: [createWebSocketWire(options), createSseWire(options), createPollingWire(options)],
    }),
  });
