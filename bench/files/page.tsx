import { createRoot } from 'react-dom/client';
import { DashboardPrefab, FileDropPrefab, MonitorProvider } from 'spanlight';
import { createTraceFileReader } from 'spanlight/adapters';
import { createMonitorStore } from 'spanlight/store';
import { otlpDocument } from '../adapters/documents.ts';
import { type BenchSpan, generateEvents, generateSpans, seededRandom } from '../generate.ts';
import { dropMark } from './dropMark.ts';

export type FileKind = 'jsonl' | 'json' | 'wide';

export interface OpenFigures {
  readonly sizeMb: number;
  readonly tookMs: number;
  readonly frameP95Ms: number;
  readonly longestFrameMs: number;
  readonly frames: number;
  /** What the dashboard says of the file. */
  readonly says: string;
}

function makeFile(kind: FileKind, spanCount: number): File {
  const spans = generateSpans(spanCount);
  if (kind === 'json') return new File([JSON.stringify(otlpDocument(spans))], 'large.json');
  if (kind === 'wide') return new File([JSON.stringify(otlpDocument(widened(spans)))], 'wide.json');
  const lines = generateEvents(spans).map((event) => `${JSON.stringify(event)}\n`);
  return new File(lines, 'large.jsonl');
}

/** All under one parent, in no order. */
function widened(spans: readonly BenchSpan[]): BenchSpan[] {
  const random = seededRandom(11);
  return spans
    .map((span, index) => ({ span: index === 0 ? span : { ...span, parent: 0 }, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ span }) => span);
}

/** Shows a run of many spans, and then has a fifth as many more come at once. */
async function flood(spanCount: number): Promise<OpenFigures> {
  const events = generateEvents(generateSpans(spanCount + spanCount / 5));
  const store = createMonitorStore({ limits: { spans: spanCount * 2, queuedEvents: spanCount * 4 } });
  const host = document.createElement('div');
  host.style.height = '850px';
  document.body.append(host);
  createRoot(host).render(
    <MonitorProvider store={store}>
      <DashboardPrefab opensFirstRun />
    </MonitorProvider>,
  );
  store.ingest(events.slice(0, spanCount * 2));
  const runId = events[0]?.run;
  const held = () => (runId === undefined ? 0 : (store.getState().entities.getRun(runId)?.spanCount ?? 0));
  const isWhole = () => document.querySelector('[data-loading], [aria-busy=true]') === null;
  await until(() => held() === spanCount && document.querySelector('.react-flow__node') !== null && isWhole());
  await new Promise((resolve) => setTimeout(resolve, 1000));
  (globalThis as { gc?: () => void }).gc?.();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return await watched(0, async () => {
    store.ingest(events.slice(spanCount * 2));
    await until(() => held() * 2 === events.length && isWhole());
  });
}

/** Drops a file on the dashboard and watches the page until it shows it, and for a moment after. */
async function openFile(kind: FileKind, spanCount: number, hasWorker: boolean): Promise<OpenFigures> {
  const file = makeFile(kind, spanCount);
  const createWorker = hasWorker ? () => new Worker('/worker.js') : undefined;
  const host = document.createElement('div');
  host.style.height = '850px';
  document.body.append(host);
  createRoot(host).render(
    <MonitorProvider store={createMonitorStore()}>
      <FileDropPrefab loadReader={async () => createTraceFileReader({ createWorker })}>
        <DashboardPrefab opensFirstRun />
      </FileDropPrefab>
    </MonitorProvider>,
  );
  await until(() => document.querySelector('.sl-file-drop') !== null);
  (globalThis as { gc?: () => void }).gc?.();
  await new Promise((resolve) => setTimeout(resolve, 100)); // what made the file is no part of the figures
  return await watched(file.size / 1e6, async () => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file);
    const zone = document.querySelector('.sl-file-drop');
    zone?.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    // whole: no part reads on, and the tree has all rows
    const isShown = () =>
      zone?.getAttribute('data-state') === 'open' &&
      document.querySelector('.react-flow__node') !== null &&
      document.querySelectorAll('[role=treegrid] [role=row]').length > 5 &&
      document.querySelector('[data-loading], [aria-busy=true]') === null;
    await until(isShown);
  });
}

/** Watches the page while something is done, and for a moment after. */
async function watched(sizeMb: number, work: () => Promise<void>): Promise<OpenFigures> {
  const frames: number[] = [];
  let isWatching = true;
  let last = performance.now();
  const watch = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    if (isWatching) requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);

  performance.mark(dropMark);
  const fromMs = performance.now();
  await work();
  const tookMs = performance.now() - fromMs;
  await new Promise((resolve) => setTimeout(resolve, 500));
  isWatching = false;
  frames.sort((a, b) => a - b);
  return {
    sizeMb,
    tookMs,
    frameP95Ms: frames[Math.floor((frames.length - 1) * 0.95)] ?? 0,
    longestFrameMs: frames.at(-1) ?? 0,
    frames: frames.length,
    says: document.querySelector('.sl-banner')?.textContent ?? '',
  };
}

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
};

export interface FileBench {
  readonly openFile: typeof openFile;
  readonly flood: typeof flood;
}
(globalThis as unknown as { fileBench: FileBench }).fileBench = { openFile, flood };
