import { createRoot } from 'react-dom/client';
import { DashboardPrefab, FileDropPrefab, MonitorProvider } from 'spanlight';
import { createTraceFileReader } from 'spanlight/adapters';
import { createMonitorStore } from 'spanlight/store';
import { otlpDocument } from '../adapters/documents.ts';
import { generateEvents, generateSpans } from '../generate.ts';
import { dropMark } from './dropMark.ts';

export type FileKind = 'jsonl' | 'json';

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
  const lines = generateEvents(spans).map((event) => `${JSON.stringify(event)}\n`);
  return new File(lines, 'large.jsonl');
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
  const tookMs = performance.now() - fromMs;
  await new Promise((resolve) => setTimeout(resolve, 500));
  isWatching = false;
  frames.sort((a, b) => a - b);
  return {
    sizeMb: file.size / 1e6,
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
}
(globalThis as unknown as { fileBench: FileBench }).fileBench = { openFile };
