import { createResumingTransport, type SessionOptions } from './session/createResumingTransport.ts';
import type { Transport } from './types.ts';
import { createSseWire } from './wires/createSseWire.ts';
import type { HttpWireOptions } from './wires/postHello.ts';

export type SseTransportOptions = HttpWireOptions & SessionOptions;

/**
 * Live data over server-sent events, read by a streaming `fetch`.
 * @param options - `url` of the relay and `getToken`; the token travels in a header, never in the URL
 * @throws {MonitorError} `transport.bad-url`
 */
export const createSseTransport = (options: SseTransportOptions): Transport =>
  createResumingTransport({ ...options, wire: createSseWire(options) });
