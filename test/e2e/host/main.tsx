import { createRoot } from 'react-dom/client';
import { ConnectionStatusPrefab, MonitorProvider, RunListPrefab, SpanInspectorPrefab, SpanTreePrefab } from 'spanlight';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import {
  createEventSourceTransport,
  createRelayClient,
  createTransport,
  createWebSocketTransport,
} from 'spanlight/transport';
import 'spanlight/styles.css';

declare global {
  interface Window {
    /** For the test: what this page's store holds. */
    monitorStore: MonitorStore;
    /** Each state that the connection showed, in its words. */
    shownStates: string[];
  }
}

const query = new URLSearchParams(location.search);
const offlineAfterMs = Number(query.get('offlineAfterMs') ?? 60_000);
const relay = {
  url: query.get('relay') ?? '',
  getToken: async () => query.get('token') ?? '',
  times: { offlineAfterMs },
};
const transports = { auto: createTransport, events: createEventSourceTransport, socket: createWebSocketTransport };
const store = createMonitorStore({
  transport: transports[(query.get('wire') ?? 'socket') as keyof typeof transports](relay),
  detailSource: createRelayClient(relay),
});
window.monitorStore = store;
window.shownStates = [];
const noteState = () => {
  const connection = document.querySelector('.sl-connection');
  const state = connection?.getAttribute('data-state');
  if (state && window.shownStates.at(-1) !== state) window.shownStates.push(state);
};
new MutationObserver(noteState).observe(document, { subtree: true, childList: true, attributeFilter: ['data-state'] });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <MonitorProvider store={store}>
      <ConnectionStatusPrefab />
      <RunListPrefab />
      <SpanTreePrefab />
      <SpanInspectorPrefab />
    </MonitorProvider>,
  );
}
