import type { SpanKind, SpanStatus } from '../../model/span.ts';
import type { GapCause } from '../../model/wire.ts';

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

const gapCause: Readonly<Record<GapCause, string>> = {
  retention: 'The relay no longer had them',
  epoch: 'The relay started anew',
  producer: 'An agent lost them before they were sent',
  store: 'They were let go here to save memory',
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
  copyId: (id: string) => `Copy ${id}`,
  copyFailed: 'Could not copy',
  loading: 'Loading',
  /** Both formatted. */
  readingSpans: (read: string, total: string) => `Reading ${read} of ${total} spans`,
  search: 'Search',
  clearSearch: 'Clear search',
  moreDetails: 'More details',
  parentNotReceived: 'Parent not received',
  unpriced: 'unpriced',
  /** @param time - when it was last heard of */
  noSignalSince: (time: string) => `No signal since ${time}`,
  asOf: (time: string) => `as of ${time}`,
  /** @param length - how long the hole is, or how many events */
  gap: (length: string, time: string) => `${length}, ${time}`,
  gapLength: (duration: string, count: string | undefined) =>
    count === undefined ? `${duration} of events missing` : `${duration} of events missing (${count})`,
  gapCause,
  gapCount: (count: string) => `${count} events missing`,
  gapUnknown: 'Events missing',
  redacted: (what: string) => (what ? `redacted, ${what}` : 'redacted, '),
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
