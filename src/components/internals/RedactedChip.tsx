'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Icon } from './icons/Icon.tsx';

export interface RedactedChipProps {
  /** What was removed: its kind, or its size and number, e.g. `email` or `3 messages, 2.1 kB`. */
  readonly what: string;
  /** Why, in words; shown on hover and focus. */
  readonly reason?: string | undefined;
}

/** Stands where the server removed content: says what was there, never looks empty or loading. Nothing of it is in the page. */
export function RedactedChip({ what, reason }: RedactedChipProps) {
  const { messages } = useMonitorContext();
  const words = messages.common.redacted(what);
  return (
    <span className="sl-redacted" data-sl-tip={reason ? `${words}, ${reason}` : words}>
      <Icon name="lock" size="s" />
      <span className="sl-vh">{messages.common.redacted('')}</span>
      <bdi className="sl-redacted__what">{what}</bdi>
    </span>
  );
}
