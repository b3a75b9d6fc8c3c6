'use client';
import { useConnection } from '../../hooks/useConnection.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorStore } from '../../hooks/useMonitorStore.ts';
import { Button } from '../internals/Button.tsx';
import { Popover } from '../internals/Popover.tsx';
import { useConnectionStatusContext } from './ConnectionStatusContext.ts';
import { useConnectionFacts } from './useConnectionFacts.ts';

/** What stands behind the word: wire, place in the log, gaps, what was let go. Opened by `ConnectionStatus.Trigger`. */
export function ConnectionStatusDetails() {
  const { messages } = useMonitorContext();
  const { popover } = useConnectionStatusContext();
  return (
    <Popover state={popover} label={messages.connection.details} className="sl-connection__details">
      <FactList />
      <ConnectionStatusActions />
    </Popover>
  );
}

function FactList() {
  const facts = useConnectionFacts();
  return (
    <dl className="sl-connection__list">
      {facts.map(({ name, value, tone }) => (
        <div key={name} className="sl-connection__fact" data-tone={tone}>
          <dt className="sl-connection__name">{name}</dt>
          <dd className="sl-connection__value">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What a person can do now: Retry, Back to live, Sign in again. Nothing while the line is good. */
export function ConnectionStatusActions() {
  const { messages } = useMonitorContext();
  const store = useMonitorStore();
  const { phase } = useConnection();
  const { status, onSignIn } = useConnectionStatusContext();
  const isAway = status.state === 'paused' || status.state === 'past';
  if (!isAway && !status.canRetry) return null;
  return (
    <div className="sl-connection__actions">
      {isAway ? (
        <Button size="s" onClick={() => store.follow()}>
          {messages.connection.backToLive}
        </Button>
      ) : null}
      {status.canRetry || phase === 'offline' ? (
        <Button size="s" icon="retry" onClick={() => store.retry()}>
          {messages.common.retry}
        </Button>
      ) : null}
      {status.isAuthFailure && onSignIn ? (
        <Button size="s" variant="primary" onClick={onSignIn}>
          {messages.connection.signIn}
        </Button>
      ) : null}
    </div>
  );
}
