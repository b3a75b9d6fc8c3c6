import type { AttributeNames } from './fields.ts';

/** What our own export adds where OpenTelemetry has no word for it, so that an import gives the same span. */
export const spanlightNames = {
  spanlightKind: ['spanlight.kind'],
  name: ['spanlight.name'],
  status: ['spanlight.status'],
  sourceType: ['spanlight.source_type'],
  runId: ['spanlight.run.id'],
  spanId: ['spanlight.span.id'],
  parentId: ['spanlight.parent.id'],
  ownOperation: ['spanlight.operation'],
  usageScope: ['spanlight.usage.scope'],
  costNanoUsd: ['spanlight.cost.nano_usd'],
  costSource: ['spanlight.cost.source'],
  priceVersion: ['spanlight.cost.price_version'],
  errorCode: ['spanlight.error.code'],
  attempt: ['spanlight.attempt'],
  turn: ['spanlight.turn'],
  fromAgent: ['spanlight.handoff.from'],
  toAgent: ['spanlight.handoff.to'],
  triggered: ['spanlight.triggered'],
  isExecuted: ['spanlight.is_executed'],
  server: ['spanlight.server'],
  toolNames: ['spanlight.tool_names'],
  handoffNames: ['spanlight.handoff_names'],
  firstTokenAtMs: ['spanlight.first_token_at_ms'],
  ownDetail: ['spanlight.detail'],
} as const satisfies AttributeNames;
