export type { BackoffLimits } from './backoff.ts';
export { createRelayClient, type RelayClient, type RelayClientOptions } from './createRelayClient.ts';
export {
  createResumingTransport,
  type SessionOptions,
  type SessionTimes,
  type TokenSource,
} from './createResumingTransport.ts';
export { createWebSocketTransport, type WebSocketTransportOptions } from './createWebSocketTransport.ts';
export {
  createWebSocketWire,
  type WebSocketConstructor,
  type WebSocketLike,
  type WebSocketWireOptions,
} from './createWebSocketWire.ts';
export { browserPage, type PageEvents } from './pageEvents.ts';
export type {
  ConnectionState,
  Transport,
  TransportKind,
  TransportSink,
  Wire,
  WireClosed,
  WireSink,
} from './types.ts';
