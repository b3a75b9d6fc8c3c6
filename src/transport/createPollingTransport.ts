import { createResumingTransport, type SessionOptions } from './session/createResumingTransport.ts';
import type { Transport } from './types.ts';
import { createPollingWire, type PollingWireOptions } from './wires/createPollingWire.ts';

export type PollingTransportOptions = PollingWireOptions & SessionOptions;

/**
 * Live data by long polls: plain requests, each answered as soon as there is news.
 * @param options - `url` of the relay and `getToken`; the token travels in a header, never in the URL
 * @throws {MonitorError} `transport.bad-url`
 */
export const createPollingTransport = (options: PollingTransportOptions): Transport =>
  createResumingTransport({ ...options, wire: createPollingWire(options) });
