import { createResumingTransport, type SessionOptions } from './session/createResumingTransport.ts';
import type { Transport } from './types.ts';
import { createFallbackWire, type FallbackWireOptions } from './wires/createFallbackWire.ts';

export type FallbackTransportOptions = FallbackWireOptions & SessionOptions;

/**
 * Live data over the first of some wires that gets through, for a host that chooses them itself. {@link createTransport} is
 * the usual choice.
 */
export const createFallbackTransport = (options: FallbackTransportOptions): Transport =>
  createResumingTransport({ ...options, wire: createFallbackWire(options) });
