import { useMemo, useState } from 'react';
import { ConnectionStatusPrefab, MonitorProvider, RunListPrefab, SpanInspectorPrefab, SpanTreePrefab } from 'spanlight';
import { createMonitorStore } from 'spanlight/store';
import { createRelayClient, createWebSocketTransport } from 'spanlight/transport';
import 'spanlight/styles.css';

export interface AgentActivityProps {
  readonly relayUrl: string;
  readonly customerId: string;
  readonly orderId?: string | undefined;
  readonly onSignedOut: () => void;
}

/** A store for one page: its token is for this customer, or this order, and nothing else. */
function createPageStore({ relayUrl, customerId, orderId }: AgentActivityProps) {
  const query = new URLSearchParams({ customer: customerId, ...(orderId === undefined ? {} : { order: orderId }) });
  const relay = {
    url: relayUrl,
    // asked for anew at every connection, so it may be short-lived
    getToken: async () => {
      const answer = await fetch(`/api/monitor-token?${query}`);
      return answer.ok ? answer.text() : ''; // who is signed out has none: the relay says so, and the page hears of it
    },
  };
  return createMonitorStore({ transport: createWebSocketTransport(relay), detailSource: createRelayClient(relay) });
}

/** What the agents do for one customer, or for one order. Give it a `key`: another page is another store. */
export function AgentActivity(props: AgentActivityProps) {
  const { customerId, orderId, onSignedOut } = props;
  const [store] = useState(() => createPageStore(props));
  // the token protects, this only says what the page is about: a page may ask for less than its token allows, never for more
  const scope = useMemo(() => ({ user: customerId, session: orderId }), [customerId, orderId]);
  return (
    <MonitorProvider store={store} scope={scope} theme="light" density="regular" className="admin-monitor">
      <div className="admin-monitor-head">
        <h2>What the agents do</h2>
        <ConnectionStatusPrefab onSessionExpired={onSignedOut} />
      </div>
      <RunListPrefab />
      <SpanTreePrefab />
      <SpanInspectorPrefab />
    </MonitorProvider>
  );
}
