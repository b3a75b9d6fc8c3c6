'use client';
import type { RunStatus } from '../../../model/run.ts';
import type { SpanStatus } from '../../../model/span.ts';
import { useMonitorContext } from '../../../hooks/useMonitorContext.ts';
import { Icon } from './Icon.tsx';

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

export interface StatusIconProps {
  readonly status: ShownStatus;
  readonly size?: 's' | 'm' | 'l' | undefined;
  /** In place of the usual word, e.g. "No signal since 14:31:52". `false`: the word stands beside it already. */
  readonly label?: string | false | undefined;
}

/** Silhouette and word of a status: shape, hue and text say the same. Sets `data-status`. */
export function StatusIcon({ status, size, label }: StatusIconProps) {
  const { messages } = useMonitorContext();
  const word = label ?? messages.common.status[status];
  return (
    <span className="sl-status" data-status={status} title={word || undefined}>
      <Icon name={status} size={size} />
      {word ? <span className="sl-vh">{word}</span> : null}
    </span>
  );
}
