import { createRoot } from 'react-dom/client';
import { MonitorProvider, SpanInspectorPrefab, useSelection, WorkflowGraphPrefab } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import { createMonitorStore } from 'spanlight/store';
import { hostileEvents } from './hostileEvents.ts';

// Bundled and opened in Chromium under a strict content policy: see contentPolicy.test.ts.
const store = createMonitorStore();
store.ingest([...hostileEvents(), ...simulateRun({ scenario: 'mock' })]);
store.flush();

function Opener() {
  const { select } = useSelection();
  const { entities, runIds } = store.getState();
  const spans = runIds
    .flatMap((runId) => [...entities.spansOf(runId)])
    .filter((span) => /^h\d|^span_triage/.test(span.spanId));
  return (
    <div id="spans">
      {spans.map((span) => (
        <button key={span.key} type="button" onClick={() => select({ runId: span.runId, spanKey: span.key })}>
          {span.spanId}
        </button>
      ))}
    </div>
  );
}

createRoot(document.getElementById('app') as HTMLElement).render(
  <MonitorProvider store={store} theme="light">
    <Opener />
    <SpanInspectorPrefab />
    <WorkflowGraphPrefab mode="discovered" />
  </MonitorProvider>,
);
