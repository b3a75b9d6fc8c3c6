import type { RunStatus } from '../../../model/run.ts';
import type { SpanStatus } from '../../../model/span.ts';

/** What `data-status` may say. */
export type ShownStatus = 'ok' | 'error' | 'warn' | 'running' | 'waiting' | 'queued' | 'cancelled' | 'stale';

const shownByStatus: Readonly<Record<RunStatus | SpanStatus, ShownStatus>> = {
  running: 'running',
  waiting: 'waiting',
  ok: 'ok',
  completed: 'ok',
  error: 'error',
  failed: 'error',
  cancelled: 'cancelled',
};

/** The word of the model as `data-status` has it: a completed run is `ok`, a failed one `error`. */
export const shownStatus = (status: RunStatus | SpanStatus, isStale = false): ShownStatus =>
  isStale && (status === 'running' || status === 'waiting') ? 'stale' : shownByStatus[status];
