import { createResumingTransport, type SessionOptions } from './createResumingTransport.ts';
import { createSseWire } from './createSseWire.ts';
import type { HttpWireOptions } from './postHello.ts';
import type { Transport } from './types.ts';

export type SseTransportOptions = HttpWireOptions & SessionOptions;

/**
 * Live data over server-sent events, read by a streaming `fetch`.
 * @param options - `url` of the relay and `getToken`; the token travels in a header, never in the URL
 * @throws {MonitorError} `transport.bad-url`
 */
export const createSseTransport = (options: SseTransportOptions): Transport =>
  createResumingTransport({ ...options, wire: createSseWire(options) });
