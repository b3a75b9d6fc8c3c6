import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { DashboardPrefab, MonitorProvider, type Selection } from 'spanlight';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { createRelayClient } from 'spanlight/transport';
import { createTransport } from './createTransport.ts';
import { heldState } from './heldState.ts';
import { lookAtEverything } from './lookAtEverything.ts';

declare global {
  interface Window {
    /** For the harness: what this page's store holds. */
    monitorStore: MonitorStore;
    /** Opens a run or a span, as a click on it would. */
    openSelection(selection: Selection): void;
    lookAtEverything: typeof lookAtEverything;
    heldState: typeof heldState;
  }
}

const query = new URLSearchParams(location.search);
const relay = { url: query.get('relay') ?? '', getToken: async () => query.get('token') ?? '' };
const store = createMonitorStore({
  transport: createTransport(query.get('wire') ?? 'websocket', relay),
  detailSource: createRelayClient(relay),
  // every span, however busy it is
  topics: ['overview', 'runs', 'approvals', 'alerts'],
});
window.monitorStore = store;
window.lookAtEverything = lookAtEverything;
window.heldState = heldState;

function Host() {
  const [selection, setSelection] = useState<Selection>({});
  useEffect(() => {
    window.openSelection = setSelection;
  }, []);
  return (
    <MonitorProvider store={store} selection={selection} onSelectionChange={setSelection}>
      <DashboardPrefab />
    </MonitorProvider>
  );
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Host />);
