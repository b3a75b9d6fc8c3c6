import type { Capability } from '../../model/capabilities.ts';

/** A route of the relay: its path, and what a token needs for it. */
export interface RelayRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `undefined`: anybody. */
  readonly needs: Capability | undefined;
  /** Which limit counts it. */
  readonly limit: 'reads' | 'ingest' | 'streams' | 'none';
}

/** Every route there is. The server is built from this table, and a test walks it. */
export const relayRoutes = {
  health: { method: 'GET', path: '/health', needs: undefined, limit: 'none' },
  events: { method: 'POST', path: '/v1/events', needs: 'ingest', limit: 'ingest' },
  traces: { method: 'POST', path: '/v1/traces/ingest', needs: 'ingest', limit: 'ingest' },
  /** OTLP over HTTP, JSON and protobuf. */
  otlpTraces: { method: 'POST', path: '/v1/traces', needs: 'ingest', limit: 'ingest' },
  otlpLogs: { method: 'POST', path: '/v1/logs', needs: 'ingest', limit: 'ingest' },
  /** What running model calls write: told on, kept nowhere. It has a limit of its own. */
  live: { method: 'POST', path: '/v1/live', needs: 'ingest', limit: 'none' },
  /** A WebSocket: the token comes in its hello. Or an `EventSource`, with a ticket. */
  stream: { method: 'GET', path: '/v1/stream', needs: undefined, limit: 'none' },
  /** Server-sent events or one long poll, by the header Accept. */
  streamPost: { method: 'POST', path: '/v1/stream', needs: 'read.shape', limit: 'streams' },
  streamTicket: { method: 'POST', path: '/v1/stream/ticket', needs: 'read.shape', limit: 'reads' },
  workflow: { method: 'GET', path: '/v1/workflow', needs: 'read.shape', limit: 'reads' },
  runs: { method: 'GET', path: '/v1/runs', needs: 'read.shape', limit: 'reads' },
  run: { method: 'GET', path: '/v1/runs/:runId', needs: 'read.shape', limit: 'reads' },
  logs: { method: 'GET', path: '/v1/logs', needs: 'read.shape', limit: 'reads' },
  errors: { method: 'GET', path: '/v1/errors', needs: 'read.shape', limit: 'reads' },
  metrics: { method: 'GET', path: '/v1/metrics', needs: 'read.shape', limit: 'reads' },
  runPayload: { method: 'GET', path: '/v1/runs/:runId/payload', needs: 'read.payload', limit: 'reads' },
  spanPayload: { method: 'GET', path: '/v1/runs/:runId/spans/:spanId/payload', needs: 'read.payload', limit: 'reads' },
  approvalPayload: {
    method: 'GET',
    path: '/v1/runs/:runId/approvals/:callId/payload',
    needs: 'read.payload',
    limit: 'reads',
  },
  eventPayload: { method: 'GET', path: '/v1/events/:eventId/payload', needs: 'read.payload', limit: 'reads' },
  dashboard: { method: 'GET', path: '/*', needs: undefined, limit: 'none' },
} as const satisfies Readonly<Record<string, RelayRoute>>;

export type RouteName = keyof typeof relayRoutes;
