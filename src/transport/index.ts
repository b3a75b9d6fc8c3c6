export {
  type ExportSource,
  type RunExportFormat,
  type RunExportQuery,
  runExportFormats,
} from '../model/exportQuery.ts';
export type { Scope } from '../model/scope.ts';
export {
  createEventSourceTransport,
  type EventSourceTransportOptions,
} from './createEventSourceTransport.ts';
export { createFallbackTransport, type FallbackTransportOptions } from './createFallbackTransport.ts';
export { createPollingTransport, type PollingTransportOptions } from './createPollingTransport.ts';
export { createRelayClient, type RelayClient, type RelayClientOptions } from './createRelayClient.ts';
export { createSseTransport, type SseTransportOptions } from './createSseTransport.ts';
export { createTransport, type TransportOptions } from './createTransport.ts';
export { createWebSocketTransport, type WebSocketTransportOptions } from './createWebSocketTransport.ts';
export type { BackoffLimits } from './session/backoff.ts';
export {
  createResumingTransport,
  type SessionOptions,
  type TokenSource,
} from './session/createResumingTransport.ts';
export { browserPage, type PageEvents } from './session/pageEvents.ts';
export type { SessionTimes } from './session/sessionTimes.ts';
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
export {
  createEventSourceWire,
  type EventSourceConstructor,
  type EventSourceLike,
  type EventSourceWireOptions,
} from './wires/createEventSourceWire.ts';
export { createFallbackWire, type FallbackWireOptions } from './wires/createFallbackWire.ts';
export { createPollingWire, type PollingWireOptions } from './wires/createPollingWire.ts';
export { createSseWire } from './wires/createSseWire.ts';
export {
  createWebSocketWire,
  type WebSocketConstructor,
  type WebSocketLike,
  type WebSocketWireOptions,
} from './wires/createWebSocketWire.ts';
export type { HttpWireOptions } from './wires/postHello.ts';
