import { createRoot } from 'react-dom/client';
import { DashboardPrefab, FileDropPrefab, MonitorProvider } from 'spanlight';
import { createTraceFileReader } from 'spanlight/adapters';
import { createMonitorStore } from 'spanlight/store';

// Bundled and opened in Chromium under the policy of the relay's own pages: see largeFile.test.ts.

export interface LargeFilePage {
  /** Drops a recording of one run on the zone and watches each frame until all of it is drawn. */
  readonly openFile: (spanCount: number) => Promise<LargeFileFigures>;
}

export interface LargeFileFigures {
  readonly workers: number;
  readonly frames: number;
  /** What the frames showed while the file was open and not yet drawn as a whole: how far the tree and the graph were. */
  readonly progress: readonly string[];
}

let workers = 0;
const createWorker = () => {
  workers += 1;
  return new Worker('/worker.js');
};
createRoot(document.getElementById('app') as HTMLElement).render(
  <MonitorProvider store={createMonitorStore()} theme="light">
    <FileDropPrefab loadReader={async () => createTraceFileReader({ createWorker })}>
      <DashboardPrefab opensFirstRun />
    </FileDropPrefab>
  </MonitorProvider>,
);

/** An agent, and below it calls of a model and of a tool, ten tokens a call. */
function makeFile(spanCount: number): File {
  const lines: string[] = [];
  for (let at = 0; at < spanCount; at += 1) {
    const startedAtMs = 1_700_000_000_000 + at;
    const common = {
      sv: 1,
      run: 'large',
      span: `s${at}`,
      ...(at === 0 ? {} : { parent: `s${at - (at % 100 || 100)}` }),
    };
    const kind = at % 100 === 0 ? 'agent' : at % 2 === 0 ? 'tool' : 'llm';
    const usage = kind === 'llm' ? { model: 'm', usage: { scope: 'leaf', inputTokens: 6, outputTokens: 4 } } : {};
    const a = { kind, name: kind === 'tool' ? `tool ${at % 6}` : kind, startedAtMs, endedAtMs: startedAtMs + 5 };
    lines.push(
      `${JSON.stringify({ ...common, id: `e${at}`, type: 'span.end', ts: startedAtMs + 5, a: { ...a, status: 'ok', ...usage } })}\n`,
    );
  }
  return new File(lines, 'large.jsonl');
}

async function openFile(spanCount: number): Promise<LargeFileFigures> {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(makeFile(spanCount));
  const zone = document.querySelector('.sl-file-drop') as HTMLElement;
  zone.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
  const progress = new Set<string>();
  let frames = 0;
  const isWhole = () =>
    zone.dataset['state'] === 'open' &&
    document.querySelector('.react-flow__node') !== null &&
    document.querySelector('[role=treegrid]') !== null &&
    document.querySelector('[data-loading]') === null;
  while (!isWhole()) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    frames += 1;
    for (const { textContent, parentElement } of document.querySelectorAll('.sl-reading'))
      progress.add(`${parentElement?.closest('.sl-workflow-graph') ? 'graph' : 'tree'}: ${textContent}`);
  }
  return { workers, frames, progress: [...progress] };
}

(globalThis as unknown as { largeFile: LargeFilePage }).largeFile = { openFile };
