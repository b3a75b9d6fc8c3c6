import { createResumingTransport, type SessionOptions } from './session/createResumingTransport.ts';
import type { Transport } from './types.ts';
import { createWebSocketWire, type WebSocketWireOptions } from './wires/createWebSocketWire.ts';

export type WebSocketTransportOptions = WebSocketWireOptions & SessionOptions;

/**
 * Live data over one WebSocket.
 * @param options - `url` of the relay and `getToken`; the token travels in the first frame, never in the URL
 * @throws {MonitorError} `transport.bad-url`
 */
export const createWebSocketTransport = (options: WebSocketTransportOptions): Transport =>
  createResumingTransport({ ...options, wire: createWebSocketWire(options) });
