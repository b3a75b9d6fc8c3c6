export {
  type ExportSource,
  type RunExportFormat,
  type RunExportQuery,
  runExportFormats,
} from '../model/exportQuery.ts';
export type { Scope } from '../model/scope.ts';
export type { BackoffLimits } from './backoff.ts';
export {
  createEventSourceTransport,
  type EventSourceTransportOptions,
} from './createEventSourceTransport.ts';
export {
  createEventSourceWire,
  type EventSourceConstructor,
  type EventSourceLike,
  type EventSourceWireOptions,
} from './createEventSourceWire.ts';
export { createFallbackTransport, type FallbackTransportOptions } from './createFallbackTransport.ts';
export { createFallbackWire, type FallbackWireOptions } from './createFallbackWire.ts';
export { createPollingTransport, type PollingTransportOptions } from './createPollingTransport.ts';
export { createPollingWire, type PollingWireOptions } from './createPollingWire.ts';
export { createRelayClient, type RelayClient, type RelayClientOptions } from './createRelayClient.ts';
export {
  createResumingTransport,
  type SessionOptions,
  type SessionTimes,
  type TokenSource,
} from './createResumingTransport.ts';
export { createSseTransport, type SseTransportOptions } from './createSseTransport.ts';
export { createSseWire } from './createSseWire.ts';
export { createTransport, type TransportOptions } from './createTransport.ts';
export { createWebSocketTransport, type WebSocketTransportOptions } from './createWebSocketTransport.ts';
export {
  createWebSocketWire,
  type WebSocketConstructor,
  type WebSocketLike,
  type WebSocketWireOptions,
} from './createWebSocketWire.ts';
export { browserPage, type PageEvents } from './pageEvents.ts';
export type { HttpWireOptions } from './postHello.ts';
export type {
  ConnectionState,
  HistoryCalls,
  PageOptions,
  Transport,
  TransportKind,
  TransportSink,
  Wire,
  WireClosed,
  WireSink,
} from './types.ts';
