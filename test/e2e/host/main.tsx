import { createRoot } from 'react-dom/client';
import { ConnectionStatusPrefab, MonitorProvider, RunListPrefab, SpanInspectorPrefab, SpanTreePrefab } from 'spanlight';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { createRelayClient, createTransport, createWebSocketTransport } from 'spanlight/transport';
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
const relay = { url: query.get('relay') ?? '', getToken: async () => query.get('token') ?? '' };
const store = createMonitorStore({
  transport: query.get('wire') === 'auto' ? createTransport(relay) : createWebSocketTransport(relay),
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
