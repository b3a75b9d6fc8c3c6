import { fileURLToPath } from 'node:url';
import { openPage } from '../tree/openPage.ts';
import type { BenchModule, BenchRow } from '../types.ts';
import type { RenderBench, RenderVariant } from './page.tsx';

const words = { tree: 'rows of the span tree', graph: 'nodes of the workflow graph' } as const;

/** What React renders when one span changes its status, counted by its own profiler. */
export const run: BenchModule = async () => {
  const { page, close } = await openPage(fileURLToPath(new URL('page.tsx', import.meta.url)), { isProfiling: true });
  const rows: BenchRow[] = [];
  try {
    for (const [variant, count] of [
      ['tree', 1_000],
      ['tree', 10_000],
      ['graph', 40],
    ] as const satisfies readonly (readonly [RenderVariant, number])[]) {
      await page.reload();
      const { renders, shown } = await page.evaluate(
        ([name, spans]) =>
          (globalThis as unknown as { renderBench: RenderBench }).renderBench.countRenders(name, spans),
        [variant, count] as const,
      );
      rows.push({
        name: `${words[variant]} that one change of a span renders, ${count} spans`,
        goal: 'G10',
        ratio: renders,
        limit: 1,
        better: 'lower',
        ok: renders === 1 && shown > 1,
        detail: `${renders} of ${shown} that are shown`,
      });
    }
  } finally {
    await close();
  }
  return rows;
};
