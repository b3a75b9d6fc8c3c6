'use client';
import type { ConnectionStatusState } from '../../hooks/useConnectionStatus.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Chip } from '../internals/Chip.tsx';
import { Icon } from '../internals/icons/Icon.tsx';
import type { IconName } from '../internals/icons/iconPaths.tsx';
import { useConnectionStatusContext } from './ConnectionStatusContext.ts';

/** States drawn as an icon; the others are a shape of the sheet: dot, open ring, hollow square. */
const icons: Partial<Record<ConnectionStatusState, IconName>> = {
  slow: 'warn',
  'catching-up': 'running',
  paused: 'pause',
  past: 'clock',
};

/** The silhouette of the state: it can be told without its colour. Sets `data-state`. */
export function ConnectionStatusMark() {
  const { state } = useConnectionStatusContext().status;
  const icon = icons[state];
  return (
    <span className="sl-connection__mark" data-state={state} aria-hidden="true">
      {icon ? <Icon name={icon} /> : <span className="sl-connection__dot" data-state={state} />}
    </span>
  );
}

/** The state in a word, e.g. `Live`. */
export function ConnectionStatusWord() {
  return <span className="sl-connection__word">{useConnectionStatusContext().status.word}</span>;
}

/** Rate, lag, attempt or time. */
export function ConnectionStatusFacts() {
  const { facts } = useConnectionStatusContext().status;
  if (!facts) return null;
  // the space keeps the two apart in the name of the button
  return (
    <>
      {' '}
      <span className="sl-connection__facts">{facts}</span>
    </>
  );
}

/** Beside the connection: parts of the relay that do not work, while what is shown stays true. Nothing while all is well. */
export function ConnectionStatusDegraded() {
  const { messages } = useMonitorContext();
  const { degraded } = useConnectionStatusContext().status;
  if (degraded === undefined) return null;
  return (
    <Chip tone="attn" icon="warn" hint={messages.connection.degradedHint}>
      {degraded}
    </Chip>
  );
}
