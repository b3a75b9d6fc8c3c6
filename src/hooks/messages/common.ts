import type { SpanKind, SpanStatus } from '../../model/span.ts';

const kind: Readonly<Record<SpanKind, string>> = {
  agent: 'agent',
  llm: 'model',
  tool: 'tool',
  handoff: 'handoff',
  guardrail: 'guardrail',
  retrieval: 'retrieval',
  mcp: 'MCP tools',
  speech: 'speech',
  task: 'task',
  turn: 'turn',
  eval: 'eval',
  approval: 'person',
  custom: 'custom',
};

const spanStatus: Readonly<Record<SpanStatus | 'stale', string>> = {
  running: 'Running',
  waiting: 'Waiting for approval',
  ok: 'Succeeded',
  error: 'Failed',
  cancelled: 'Cancelled',
  stale: 'No signal',
};

/** Words that several parts share. */
export const commonMessages = {
  kind,
  status: spanStatus,
  unknown: '—',
  retry: 'Retry',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  parentNotReceived: 'Parent not received',
  unpriced: 'unpriced',
};
