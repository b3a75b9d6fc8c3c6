import type { RunStatus } from '../../model/run.ts';

const status: Readonly<Record<RunStatus | 'stale', string>> = {
  running: 'Running',
  waiting: 'Waiting for approval',
  completed: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  stale: 'No signal',
};

const olderFault: Readonly<Record<string, string>> = {
  'history.unreachable': 'The relay did not answer.',
  'history.forbidden': 'The relay refused this session.',
  'history.busy': 'The relay is asked too often.',
  'history.bad-query': 'The relay did not take the filter.',
};

export const runListMessages = {
  title: 'Runs',
  status,
  all: 'All',
  running: 'Running',
  waiting: 'Waiting',
  failed: 'Failed',
  tabs: 'Runs by state',
  count: (count: string) => `${count} held`,
  /** @param count - at least 1 */
  newRuns: (count: number, text: string) => (count === 1 ? '1 new run' : `${text} new runs`),
  unnamed: 'Unnamed run',
  needsApproval: 'Needs approval',
  needsApprovals: (count: string) => `${count} need approval`,
  /** @param kind - error type or code, @param name - the span that failed */
  failure: (kind: string, name: string) => (kind && name ? `${kind} · ${name}` : kind || name),
  failedWithoutReason: 'No reason reported',
  breached: (name: string, score: string, threshold: string) => `${name} ${score} · below ${threshold}`,
  beforeRestart: 'from before the restart',
  beforeRestartHint: 'The relay started anew. This run may be incomplete and will not be updated.',
  search: 'Search runs',
  searchPlaceholder: 'Name, id, agent, user',
  found: (count: number, text: string) => (count === 1 ? '1 run matches' : `${text} runs match`),
  evicted: (count: string) => `${count} older runs were let go to save memory`,
  emptyTitle: 'No runs yet',
  emptyBody: 'Runs appear here as soon as an agent sends its first event.',
  noMatchTitle: 'No runs match.',
  clearFilters: 'Clear filters',
  agentFilter: 'Agent',
  anyAgent: 'Any agent',
  modelFilter: 'Model',
  anyModel: 'Any model',
  loadOlder: 'Load older runs',
  noOlder: 'No older runs',
  /** @param why - one of `olderFault` */
  olderFailed: (why: string) => `Could not load older runs. ${why}`,
  /** By code of the error. */
  olderFault,
  noneRunning: 'Nothing is running',
  noneWaiting: 'Nothing is waiting for a person',
  noneFailed: 'No run has failed',
  started: (text: string) => `started ${text}`,
  ended: (name: string, outcome: string) => `${name}: ${outcome}`,
  open: 'Open run',
  copyRunId: 'Copy run id',
  actions: (name: string) => `Actions for ${name}`,
};
