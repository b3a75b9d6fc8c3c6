import { createRoot } from 'react-dom/client';
import { ConnectionStatusPrefab, MonitorProvider, RunListPrefab, SpanInspectorPrefab, SpanTreePrefab } from 'spanlight';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { createRelayClient, createWebSocketTransport } from 'spanlight/transport';
import 'spanlight/styles.css';

declare global {
  interface Window {
    /** For the test: what this page's store holds. */
    monitorStore: MonitorStore;
  }
}

const query = new URLSearchParams(location.search);
const relay = { url: query.get('relay') ?? '', getToken: async () => query.get('token') ?? '' };
const store = createMonitorStore({
  transport: createWebSocketTransport(relay),
  detailSource: createRelayClient(relay),
});
window.monitorStore = store;

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
