import { type ReactNode, useEffect, useState } from 'react';
import { createRoot, type Root as ReactRoot } from 'react-dom/client';
import { MonitorProvider, SpanTree } from 'spanlight';
import { createMonitorStore, type MonitorEvent, type MonitorStore } from 'spanlight/store';
import { type BenchSpan, benchRunId, generateEvents, generateSpans } from '../generate.ts';
import { FlatVirtualTree, type PlainSpan, UnvirtualisedTree } from './plainRows.tsx';
import { startStream } from './streamWorker.ts';

export interface MountFigures {
  /** From `render` to the second frame after it. */
  readonly ms: number;
  readonly elements: number;
  readonly longTaskMs: number;
}

export interface StreamFigures {
  readonly lateShare: number;
  readonly longTaskMs: number;
  readonly framesPerSec: number;
  readonly handled: number;
}

export type MountVariant = 'windowed' | 'unvirtualised';
export type StreamVariant = 'store' | 'perEvent' | 'perFrame';

const style = document.createElement('style');
style.textContent = `.bench{height:800px;width:900px;display:flex;flex-direction:column}.bench>*{flex:1 1 auto;min-height:0;display:flex;flex-direction:column}
.sl-span-tree__grid{max-block-size:none!important}.plain-window{position:relative}.plain-window>*{position:absolute!important;inset-inline:0;top:0}`;
document.head.append(style);

let longTaskMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longTaskMs += duration;
}).observe({ type: 'longtask' });

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
/** The frame is painted: a task after its callbacks. */
const painted = async () => {
  await nextFrame();
  await new Promise<void>((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(undefined);
  });
};

const endless = Number.MAX_SAFE_INTEGER;
const createBenchStore = () =>
  createMonitorStore({
    limits: { runs: endless, spans: endless, loggedEvents: 0, queuedEvents: endless, bytes: endless },
  });

function loadStore(events: readonly MonitorEvent[]): MonitorStore {
  const store = createBenchStore();
  store.ingest(events);
  store.flush();
  return store;
}

const toPlain = (spans: readonly BenchSpan[]): PlainSpan[] => {
  const depths: number[] = [];
  return spans.map((span) => {
    const depth = span.parent < 0 ? 0 : (depths[span.parent] ?? 0) + 1;
    depths.push(depth);
    const { id, kind, name, startedAtMs, endedAtMs, isError } = span;
    return {
      id,
      parent: spans[span.parent]?.id,
      depth,
      kind,
      name,
      startedAtMs,
      endedAtMs,
      status: isError ? 'error' : 'ok',
    };
  });
};

function createHost(): { readonly root: ReactRoot; readonly remove: () => void } {
  const host = document.createElement('div');
  host.className = 'bench';
  document.body.replaceChildren(host);
  const root = createRoot(host);
  return {
    root,
    remove() {
      root.unmount();
      host.remove();
    },
  };
}

const ours = (store: MonitorStore): ReactNode => (
  <MonitorProvider store={store} theme="light" density="regular">
    <SpanTree.Root runId={benchRunId}>
      <SpanTree.Grid />
    </SpanTree.Root>
  </MonitorProvider>
);
const plain = (children: ReactNode): ReactNode => (
  <div className="sl-root" data-sl-theme="light" data-sl-density="regular">
    <div className="sl-span-tree">{children}</div>
  </div>
);

async function mount(variant: MountVariant, count: number): Promise<MountFigures> {
  const spans = generateSpans(count);
  const element =
    variant === 'windowed'
      ? ours(loadStore(generateEvents(spans)))
      : plain(<UnvirtualisedTree list={toPlain(spans)} />);
  const host = createHost();
  (globalThis as { gc?: () => void }).gc?.();
  await painted();
  await painted();
  await new Promise((resolve) => setTimeout(resolve, 50)); // long tasks of the set-up are reported late
  longTaskMs = 0;
  const startedAt = performance.now();
  host.root.render(element);
  await painted();
  await painted();
  const ms = performance.now() - startedAt;
  await new Promise((resolve) => setTimeout(resolve, 150));
  const figures = { ms, elements: document.querySelectorAll('*').length, longTaskMs };
  host.remove();
  return figures;
}

/** The same spans at other times: those that stream begin now. */
function toLive(spans: readonly BenchSpan[], baseCount: number): BenchSpan[] {
  const shiftMs = Date.now() - (spans[baseCount]?.startedAtMs ?? 0);
  return spans.map((span) => ({
    ...span,
    startedAtMs: span.startedAtMs + shiftMs,
    endedAtMs: span.endedAtMs + shiftMs,
  }));
}

/** Takes one line of JSON in. */
type Take = (line: string) => void;

function startState(variant: 'perEvent' | 'perFrame', base: readonly PlainSpan[], depths: ReadonlyMap<string, number>) {
  type SetList = (change: (list: readonly PlainSpan[]) => readonly PlainSpan[]) => void;
  const held: { setList?: SetList } = {};
  const App = () => {
    const [list, setList] = useState(base);
    useEffect(() => {
      Object.assign(held, { setList });
    }, [setList]);
    return <FlatVirtualTree list={list} />;
  };
  const apply = (list: readonly PlainSpan[], events: readonly MonitorEvent[]): readonly PlainSpan[] => {
    const next = list.slice();
    for (const event of events) {
      const id = event.span ?? '';
      if (event.type === 'span.start') {
        const { kind = 'custom', name = '', startedAtMs = event.ts } = event.a;
        const depth = depths.get(id) ?? 0;
        next.push({
          id,
          parent: event.parent,
          depth,
          kind,
          name,
          startedAtMs,
          endedAtMs: undefined,
          status: 'running',
        });
      } else {
        for (let at = next.length - 1; at >= 0; at -= 1) {
          const span = next[at] as PlainSpan;
          if (span.id !== id) continue;
          next[at] = { ...span, endedAtMs: event.ts, status: 'ok' };
          break;
        }
      }
    }
    return next;
  };
  let waiting: MonitorEvent[] = [];
  let frame = 0;
  const take: Take = (line) => {
    const event = JSON.parse(line) as MonitorEvent;
    if (variant === 'perEvent') {
      held.setList?.((list) => apply(list, [event]));
      return;
    }
    waiting.push(event);
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      const events = waiting;
      waiting = [];
      held.setList?.((list) => apply(list, events));
    });
  };
  return { element: plain(<App />), take };
}

async function stream(
  variant: StreamVariant,
  baseCount: number,
  ratePerSec: number,
  seconds: number,
): Promise<StreamFigures> {
  const extra = Math.ceil((ratePerSec * seconds) / 2) + 2;
  const spans = toLive(generateSpans(baseCount + extra), baseCount);
  // The root goes on: a run that streams has an agent at work.
  const events = generateEvents(spans).filter((_event, at) => at !== 1);
  const lines = events
    .slice(baseCount * 2 - 1, baseCount * 2 - 1 + ratePerSec * seconds)
    .map((event) => JSON.stringify(event));
  const host = createHost();
  let take: Take;
  if (variant === 'store') {
    const store = loadStore(events.slice(0, baseCount * 2 - 1));
    take = (line) => store.ingest([JSON.parse(line) as MonitorEvent]);
    host.root.render(ours(store));
  } else {
    const all = toPlain(spans);
    const depths = new Map(all.map((span) => [span.id, span.depth]));
    const state = startState(variant, all.slice(0, baseCount), depths);
    take = state.take;
    host.root.render(state.element);
  }
  await painted();
  await painted();
  const grid = document.querySelector('.sl-span-tree__grid');
  if (grid) grid.scrollTop = grid.scrollHeight;
  await painted();
  await painted();
  longTaskMs = 0;

  const frames: number[] = [];
  let isOver = false;
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    if (!isOver) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const startedAt = performance.now();
  const handled = await startStream({ lines, ratePerSec, seconds, take });
  isOver = true;
  const tookSec = (performance.now() - startedAt) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 100));
  const figures = {
    lateShare: frames.filter((ms) => ms > 34).length / frames.length,
    longTaskMs,
    framesPerSec: frames.length / tookSec,
    handled,
  };
  host.remove();
  return figures;
}

export interface TreeBench {
  readonly mount: typeof mount;
  readonly stream: typeof stream;
}
(globalThis as unknown as { treeBench: TreeBench }).treeBench = { mount, stream };
