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

const spanStatus: Readonly<Record<SpanStatus | 'stale' | 'warn' | 'queued', string>> = {
  running: 'Running',
  waiting: 'Waiting for approval',
  ok: 'Succeeded',
  error: 'Failed',
  warn: 'Warning',
  queued: 'Queued',
  cancelled: 'Cancelled',
  stale: 'No signal',
};

const redactionReason: Readonly<Record<string, string>> = { role: 'your role', field: 'field rule', policy: 'policy' };

/** Words that several parts share. */
export const commonMessages = {
  kind,
  status: spanStatus,
  unknown: '—',
  retry: 'Retry',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  copyId: (id: string) => `Copy ${id}`,
  copyFailed: 'Could not copy',
  loading: 'Loading',
  search: 'Search',
  clearSearch: 'Clear search',
  moreDetails: 'More details',
  parentNotReceived: 'Parent not received',
  unpriced: 'unpriced',
  /** @param time - when it was last heard of */
  noSignalSince: (time: string) => `No signal since ${time}`,
  asOf: (time: string) => `as of ${time}`,
  /** @param length - how long the hole is, or how many events, as {@link commonMessages.gapLength} or `gapCount` says */
  gap: (length: string, time: string) => `${length}, ${time}`,
  gapLength: (duration: string) => `${duration} of events missing`,
  gapCount: (count: string) => `${count} events missing`,
  gapUnknown: 'Events missing',
  redacted: (what: string) => `redacted, ${what}`,
  redactionReason,
  viewingPast: 'You are viewing the past',
  tokensInOut: (input: string, output: string) => `in ${input} / out ${output}`,
  tokensCached: (cached: string) => `${cached} cached`,
  matches: (count: string) => (count === '1' ? '1 match' : `${count} matches`),
  shortcuts: 'Keyboard shortcuts',
  couldNotLoad: 'Could not load',
  hiddenTitle: 'Content is hidden',
  hiddenBody: 'Inputs and outputs need the developer role.',
  droppedTitle: 'Older than the live buffer',
  droppedBody: 'Open it in your trace store.',
};
