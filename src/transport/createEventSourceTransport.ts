import { createResumingTransport, type SessionOptions } from './session/createResumingTransport.ts';
import type { Transport } from './types.ts';
import { createEventSourceWire, type EventSourceWireOptions } from './wires/createEventSourceWire.ts';

export type EventSourceTransportOptions = EventSourceWireOptions & SessionOptions;

/**
 * Live data over the platform's `EventSource`, opened with a single-use ticket of 30 s in place of the token.
 * @param options - `url` of the relay and `getToken`
 * @throws {MonitorError} `transport.bad-url`
 */
export const createEventSourceTransport = (options: EventSourceTransportOptions): Transport =>
  createResumingTransport({ ...options, wire: createEventSourceWire(options) });
