'use client';
import type { ReactNode } from 'react';
import { useConnection } from '../../hooks/useConnection.ts';
import { useIsStale } from '../../hooks/useIsStale.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorStore } from '../../hooks/useMonitorStore.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useView } from '../../hooks/useView.ts';
import {
  ConnectionStatusPrefab,
  type ConnectionStatusPrefabProps,
} from '../connection-status/ConnectionStatusPrefab.tsx';
import { Banner } from '../internals/Banner.tsx';
import { Button } from '../internals/Button.tsx';
import { SearchField } from '../internals/SearchField.tsx';
import { Toolbar } from '../internals/Toolbar.tsx';
import { RoleChip } from '../permission/RoleChip.tsx';

export interface DashboardToolbarProps extends Pick<ConnectionStatusPrefabProps, 'onSessionExpired' | 'onSignIn'> {
  readonly title?: ReactNode;
  readonly text: string;
  readonly onTextChange: (text: string) => void;
  /** Controls of the host, after ours. */
  readonly actions?: ReactNode;
}

/** Title, connection, search, Pause and role in one tab stop; in the past it says so and leads back. */
export function DashboardToolbar({
  title,
  text,
  onTextChange,
  actions,
  onSessionExpired,
  onSignIn,
}: DashboardToolbarProps) {
  const { messages, hasShortcuts } = useMonitorContext();
  const store = useMonitorStore();
  const { mode } = useView();
  const words = messages.dashboard;
  const isPaused = mode === 'paused';
  return (
    <>
      <Toolbar label={words.toolbar} className="sl-dashboard__bar">
        <h2 className="sl-dashboard__title">{title ?? words.title}</h2>
        <ConnectionStatusPrefab onSessionExpired={onSessionExpired} onSignIn={onSignIn} />
        <SearchField
          className="sl-dashboard__search"
          value={text}
          onChange={onTextChange}
          label={messages.runList.search}
          placeholder={words.searchPlaceholder}
          keyHint={hasShortcuts ? '/' : undefined}
        />
        <span className="sl-dashboard__end">
          <Button icon="pause" aria-pressed={isPaused} onClick={() => (isPaused ? store.follow() : store.pause())}>
            {words.pause}
          </Button>
          <RoleChip />
          {actions}
        </span>
      </Toolbar>
      {mode === 'past' ? <PastBar /> : <StaleBar />}
    </>
  );
}

/** Since when nothing comes in any more. What was shown stays under it. */
function StaleBar() {
  const { messages, format, store } = useMonitorContext();
  const isStale = useIsStale();
  const connection = useConnection();
  if (!isStale || !('lastGoodAtMs' in connection) || connection.lastGoodAtMs === undefined) return null;
  const lastGoodAtMs = connection.lastGoodAtMs + store.getView().clockOffsetMs;
  return (
    <Banner tone="attn" icon="stale" title={messages.dashboard.staleTitle(format.shortTime(lastGoodAtMs))}>
      {messages.dashboard.staleBody}
    </Banner>
  );
}

function PastBar() {
  const { messages, format } = useMonitorContext();
  const store = useMonitorStore();
  const view = useView();
  const nowMs = useNow();
  const words = messages.dashboard;
  if (view.mode !== 'past') return null;
  return (
    <Banner
      icon="clock"
      title={words.viewing(format.clockTime(view.atMs, nowMs))}
      actions={
        <Button size="s" variant="primary" onClick={() => store.follow()}>
          {words.backToLive}
        </Button>
      }
    >
      {words.viewingHint(format.ago(view.atMs, store.now()))}
    </Banner>
  );
}
