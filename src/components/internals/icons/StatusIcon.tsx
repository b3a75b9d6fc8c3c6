'use client';
import { useMonitorContext } from '../../../hooks/useMonitorContext.ts';
import { tip } from '../tip.ts';
import { Icon } from './Icon.tsx';
import type { ShownStatus } from './shownStatus.ts';

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
    <span className="sl-status" data-status={status} {...tip(word)}>
      <Icon name={status} size={size} />
      {word ? <span className="sl-vh">{word}</span> : null}
    </span>
  );
}
