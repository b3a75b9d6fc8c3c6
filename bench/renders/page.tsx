import { Profiler } from 'react';
import { createRoot } from 'react-dom/client';
import { MonitorProvider, SpanTree, WorkflowGraph } from 'spanlight';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { benchRunId, generateEvents, generateSpans } from '../generate.ts';

export type RenderVariant = 'tree' | 'graph';

const style = document.createElement('style');
style.textContent =
  '.bench{height:800px;width:900px;display:flex;flex-direction:column}.bench>*{flex:1 1 auto;min-height:0;display:flex;flex-direction:column}';
document.head.append(style);

const settled = async () => {
  for (let frame = 0; frame < 6; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => setTimeout(resolve, 200));
};

/** Renders of what was wrapped, by id; of React's own profiler. */
const renders = new Map<string, number>();
const note = (id: string) => void renders.set(id, (renders.get(id) ?? 0) + 1);

const tree = (store: MonitorStore) => (
  <MonitorProvider store={store} theme="light" density="regular">
    <SpanTree.Root runId={benchRunId} defaultCriticalShown={false}>
      <SpanTree.Grid>
        <SpanTree.Axis />
        <SpanTree.Body>
          {(row) => (
            <Profiler id={row.spanId} onRender={note}>
              <SpanTree.Row {...row} />
            </Profiler>
          )}
        </SpanTree.Body>
      </SpanTree.Grid>
    </SpanTree.Root>
  </MonitorProvider>
);
const graph = (store: MonitorStore) => (
  <MonitorProvider store={store} theme="light" density="regular" defaultSelection={{ runId: benchRunId }}>
    <WorkflowGraph.Root mode="discovered">
      <WorkflowGraph.Canvas
        renderNode={(node) => (
          <Profiler id={node.id} onRender={note}>
            <WorkflowGraph.Node node={node} />
          </Profiler>
        )}
      />
    </WorkflowGraph.Root>
  </MonitorProvider>
);

/** Ends one open span among `count` and counts what React rendered. */
async function countRenders(
  variant: RenderVariant,
  count: number,
): Promise<{ readonly renders: number; readonly shown: number }> {
  const spans = generateSpans(count);
  const shiftMs = Date.now() - (spans.at(-1)?.startedAtMs ?? 0);
  const live = spans.map((span) => ({
    ...span,
    startedAtMs: span.startedAtMs + shiftMs,
    endedAtMs: span.endedAtMs + shiftMs,
  }));
  const all = generateEvents(live);
  // The root goes on, as in a run that is at work; what ends is in sight: near the top of the tree, the newest of the graph.
  const endOf = (index: number) => all[index * 2 + 1];
  const end = endOf(variant === 'tree' ? 1 : count - 1);
  const events = all.filter((event) => event !== end && event !== endOf(0));
  if (!end) throw new Error('too few spans');
  const store = createMonitorStore();
  store.ingest(events);
  store.flush();
  const host = document.createElement('div');
  host.className = 'bench';
  document.body.replaceChildren(host);
  const root = createRoot(host);
  root.render(variant === 'tree' ? tree(store) : graph(store));
  await settled();
  const shown = renders.size;
  renders.clear();
  store.ingest([end]);
  store.flush();
  await settled();
  const sum = [...renders.values()].reduce((total, times) => total + times, 0);
  root.unmount();
  return { renders: sum, shown };
}

export interface RenderBench {
  readonly countRenders: typeof countRenders;
}
(globalThis as unknown as { renderBench: RenderBench }).renderBench = { countRenders };
