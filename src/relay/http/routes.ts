import type { Capability } from '../../model/capabilities.ts';

/** A route of the relay: its path, and what a token needs for it. */
export interface RelayRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `undefined`: anybody. */
  readonly needs: Capability | undefined;
  /**
   * How the scope of a reader holds here. `none`: nothing of any run leaves. `run`, `event`: looked at before the route is entered, by
   * `:runId` or `:eventId`. `lens`: the route answers through the lens it is given.
   */
  readonly scope: 'none' | 'run' | 'event' | 'lens';
  /** Which limit counts it. */
  readonly limit: 'reads' | 'ingest' | 'live' | 'streams' | 'none';
}

/** Every route there is. The server is built from this table, and a test walks it. */
export const relayRoutes = {
  health: { method: 'GET', path: '/health', needs: undefined, scope: 'none', limit: 'none' },
  healthLive: { method: 'GET', path: '/health/live', needs: undefined, scope: 'none', limit: 'none' },
  healthReady: { method: 'GET', path: '/health/ready', needs: undefined, scope: 'none', limit: 'none' },
  /** This machine, or who has the token of the metrics. */
  figures: { method: 'GET', path: '/metrics', needs: undefined, scope: 'none', limit: 'none' },
  events: { method: 'POST', path: '/v1/events', needs: 'ingest', scope: 'none', limit: 'ingest' },
  traces: { method: 'POST', path: '/v1/traces/ingest', needs: 'ingest', scope: 'none', limit: 'ingest' },
  /** What SDK processes publish on the Redis channel, over HTTP. */
  messages: { method: 'POST', path: '/v1/messages', needs: 'ingest', scope: 'none', limit: 'ingest' },
  /** OTLP over HTTP, JSON and protobuf. */
  otlpTraces: { method: 'POST', path: '/v1/traces', needs: 'ingest', scope: 'none', limit: 'ingest' },
  otlpLogs: { method: 'POST', path: '/v1/logs', needs: 'ingest', scope: 'none', limit: 'ingest' },
  /** What running model calls write: told on, kept nowhere. */
  live: { method: 'POST', path: '/v1/live', needs: 'ingest', scope: 'none', limit: 'live' },
  /** A WebSocket: the token comes in its hello. Or an `EventSource`, with a ticket. */
  stream: { method: 'GET', path: '/v1/stream', needs: undefined, scope: 'lens', limit: 'none' },
  /** Server-sent events or one long poll, by the header Accept. */
  streamPost: { method: 'POST', path: '/v1/stream', needs: 'read.shape', scope: 'lens', limit: 'streams' },
  streamTicket: { method: 'POST', path: '/v1/stream/ticket', needs: 'read.shape', scope: 'none', limit: 'reads' },
  workflow: { method: 'GET', path: '/v1/workflow', needs: 'read.shape', scope: 'none', limit: 'reads' },
  runs: { method: 'GET', path: '/v1/runs', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  run: { method: 'GET', path: '/v1/runs/:runId', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  logs: { method: 'GET', path: '/v1/logs', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  approvals: { method: 'GET', path: '/v1/approvals', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  scores: { method: 'GET', path: '/v1/scores', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  alerts: { method: 'GET', path: '/v1/alerts', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  errors: { method: 'GET', path: '/v1/errors', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  metrics: { method: 'GET', path: '/v1/metrics', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  /** Runs as a file; with content for who may read it. */
  export: { method: 'GET', path: '/v1/export', needs: 'read.shape', scope: 'lens', limit: 'reads' },
  runPayload: { method: 'GET', path: '/v1/runs/:runId/payload', needs: 'read.payload', scope: 'run', limit: 'reads' },
  spanPayload: {
    method: 'GET',
    path: '/v1/runs/:runId/spans/:spanId/payload',
    needs: 'read.payload',
    scope: 'run',
    limit: 'reads',
  },
  approvalPayload: {
    method: 'GET',
    path: '/v1/runs/:runId/approvals/:callId/payload',
    needs: 'read.payload',
    scope: 'run',
    limit: 'reads',
  },
  eventPayload: {
    method: 'GET',
    path: '/v1/events/:eventId/payload',
    needs: 'read.payload',
    scope: 'event',
    limit: 'reads',
  },
  dashboard: { method: 'GET', path: '/*', needs: undefined, scope: 'none', limit: 'none' },
} as const satisfies Readonly<Record<string, RelayRoute>>;

export type RouteName = keyof typeof relayRoutes;
