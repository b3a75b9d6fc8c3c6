import { fileURLToPath } from 'node:url';
import { median } from '../measure.ts';
import { openPage } from '../tree/openPage.ts';
import type { BenchModule, BenchRow } from '../types.ts';
import { dropMark } from './dropMark.ts';
import type { FileBench, FileKind, OpenFigures } from './page.tsx';
import { type TaskTimes, traceTasks } from './taskTimes.ts';

const SPANS = 100_000;
const ROUNDS = 3;
/** What the main thread may be held at a time. */
const MOST_MS = 50;

const ways: readonly (readonly [name: string, kind: FileKind, hasWorker: boolean])[] = [
  ['as JSONL, on the page', 'jsonl', false],
  ['as one JSON document, in a worker', 'json', true],
  ['as one JSON document, on the page', 'json', false],
  ['as one JSON document, all under one parent and in no order, in a worker', 'wide', true],
];

type Round = OpenFigures & TaskTimes;

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** How long the main thread is held while a file of 100,000 spans is dropped on the dashboard, read and shown. */
export const run: BenchModule = async () => {
  const { page, browser, close } = await openPage(pathOf('page.tsx'), { workerEntry: pathOf('worker.ts') });
  const rows: BenchRow[] = [];
  try {
    for (const [name, kind, hasWorker] of ways) {
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        await page.reload();
        const { result, times } = await traceTasks(browser, page, dropMark, () =>
          page.evaluate(
            ([what, count, withWorker]) =>
              (globalThis as unknown as { fileBench: FileBench }).fileBench.openFile(what, count, withWorker),
            [kind, SPANS, hasWorker] as const,
          ),
        );
        rounds.push({ ...result, ...times });
      }
      rows.push(rowOf(`a file of 100,000 spans ${name}`, rounds));
    }
    const floods: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await page.reload();
      const { result, times } = await traceTasks(browser, page, dropMark, () =>
        page.evaluate((count) => (globalThis as unknown as { fileBench: FileBench }).fileBench.flood(count), SPANS),
      );
      floods.push({ ...result, ...times });
    }
    rows.push(rowOf('20,000 spans at once for a run of 100,000 that is shown', floods));
  } finally {
    await close();
  }
  return rows;
};

/**
 * What the thread itself worked is judged: on a machine that others use a task waits for a core, too, and that is no work of
 * ours. By the clock it stands in the row.
 */
function rowOf(name: string, rounds: readonly Round[]): BenchRow {
  const of = (read: (round: Round) => number) => Math.round(median(rounds.map(read)));
  const best = Math.round(Math.min(...rounds.map(({ longestMs }) => longestMs)));
  const { sizeMb, says } = rounds[0] ?? { sizeMb: Number.NaN, says: '' };
  const held = of(({ longestWorkMs }) => longestWorkMs);
  return {
    name: `${name}: longest task of the main thread, ms of its own work`,
    goal: 'files',
    ratio: held,
    limit: MOST_MS,
    better: 'lower',
    ok: held <= MOST_MS,
    detail:
      `${sizeMb.toFixed(0)} MB in ${of(({ tookMs }) => tookMs)} ms; by the clock ${of(({ longestMs }) => longestMs)}, best ${best}, ` +
      `${of(({ longTasks }) => longTasks)} of 50 ms and more; ${of(({ frames }) => frames)} frames, ` +
      `p95 ${of(({ frameP95Ms }) => frameP95Ms)} ms, longest ${of(({ longestFrameMs }) => longestFrameMs)} ms; ${says.slice(0, 60)}`,
  };
}
