import { MonitorProvider, RunListPrefab, SpanInspectorPrefab, SpanTreePrefab } from 'spanlight';
import { createMonitorStore } from 'spanlight/store';
import { createRelayClient, createTransport } from 'spanlight/transport';
import 'spanlight/styles.css';

const relay = { url: 'http://127.0.0.1:8090', getToken: async () => (await fetch('/api/monitor-token')).text() };
const client = createRelayClient(relay);
const store = createMonitorStore({ transport: createTransport(relay), detailSource: client, historySource: client });

export const AgentMonitor = () => (
  <MonitorProvider store={store}>
    <RunListPrefab />
    <SpanTreePrefab />
    <SpanInspectorPrefab />
  </MonitorProvider>
);
