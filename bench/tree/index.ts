import { fileURLToPath } from 'node:url';
import { compare, measureRounds, median } from '../measure.ts';
import type { BenchModule, BenchRow } from '../types.ts';
import { type BenchPage, openPage } from './openPage.ts';
import type { MountFigures, MountVariant, StreamFigures, StreamVariant, TreeBench } from './page.tsx';

const ROUNDS = 3;
const STREAM_SEC = 4;
const MOST_ELEMENTS = 400;
const MOST_LATE = 0.03;

interface StreamRun extends StreamFigures {
  readonly sec: number;
}

/** Mount and stream of the span tree in Chromium, against the same rows without windows and against React state. */
export const run: BenchModule = async () => {
  const opened = await openPage(fileURLToPath(new URL('page.tsx', import.meta.url)));
  try {
    return [...(await measureMounts(opened)), ...(await measureStreams(opened))];
  } finally {
    await opened.close();
  }
};

async function measureMounts({ page }: BenchPage): Promise<BenchRow[]> {
  const windowed: MountFigures[] = [];
  const mount = async (variant: MountVariant, count: number): Promise<number> => {
    await page.reload();
    const figures = await page.evaluate(
      ([name, spans]) => (globalThis as unknown as { treeBench: TreeBench }).treeBench.mount(name, spans),
      [variant, count] as const,
    );
    if (variant === 'windowed') windowed.push(figures);
    return figures.ms;
  };
  const ms = await measureRounds(
    {
      windowed1k: () => mount('windowed', 1_000),
      windowed10k: () => mount('windowed', 10_000),
      windowed50k: () => mount('windowed', 50_000),
      unvirtualised10k: () => mount('unvirtualised', 10_000),
    },
    ROUNDS,
  );
  const most = Math.max(...windowed.map(({ elements }) => elements));
  const longTasks = windowed.map(({ longTaskMs }) => longTaskMs);
  return [
    compare({
      name: 'mount of 10k spans against the same rows unvirtualised',
      goal: 'G8',
      ours: ms.windowed10k,
      theirs: ms.unvirtualised10k,
      limit: Number((1 / 12).toFixed(4)),
      better: 'lower',
      unit: 'ms',
    }),
    compare({
      name: 'mount of 50k spans against 1k',
      goal: 'G8',
      ours: ms.windowed50k,
      theirs: ms.windowed1k,
      limit: 1.5,
      better: 'lower',
      unit: 'ms',
      note: 'growth',
    }),
    {
      name: 'elements in the page at 1k, 10k and 50k spans against the limit',
      goal: 'G8',
      ratio: Number((most / MOST_ELEMENTS).toFixed(3)),
      limit: 1,
      better: 'lower',
      ok: most <= MOST_ELEMENTS,
      detail: `${most} of ${MOST_ELEMENTS} elements, in a page of 800 px`,
    },
    {
      name: 'long tasks of a mount at 1k, 10k and 50k spans, ms',
      goal: 'G8',
      ratio: median(longTasks),
      limit: 0,
      better: 'lower',
      ok: median(longTasks) === 0 || Math.min(...longTasks) === 0,
      detail: `median of ${longTasks.length} mounts, most ${Math.max(...longTasks)} ms`,
    },
  ];
}

async function measureStreams({ page, mainThreadSec }: BenchPage): Promise<BenchRow[]> {
  const cell = async (base: number, ratePerSec: number, variants: readonly StreamVariant[]) => {
    const runs = new Map<StreamVariant, StreamRun[]>(variants.map((variant) => [variant, []]));
    const stream = async (variant: StreamVariant): Promise<number> => {
      await page.reload();
      const { sec, result } = await mainThreadSec(() =>
        page.evaluate(
          ([name, spans, rate, seconds]) =>
            (globalThis as unknown as { treeBench: TreeBench }).treeBench.stream(name, spans, rate, seconds),
          [variant, base, ratePerSec, STREAM_SEC] as const,
        ),
      );
      runs.get(variant)?.push({ ...result, sec });
      return sec;
    };
    await measureRounds(
      Object.fromEntries(variants.map((variant) => [variant, () => stream(variant)])) as Record<
        StreamVariant,
        () => Promise<number>
      >,
      ROUNDS,
    );
    // The first run of each was to warm up.
    const of = (variant: StreamVariant) => (runs.get(variant) ?? []).slice(1);
    return { of, seconds: (variant: StreamVariant) => of(variant).map(({ sec }) => sec) };
  };

  const small = await cell(1_000, 1_000, ['store']);
  const dense = await cell(10_000, 5_000, ['store', 'perEvent', 'perFrame']);
  const wide = await cell(50_000, 1_000, ['store', 'perEvent', 'perFrame']);
  const hard = await cell(50_000, 5_000, ['store']);
  const common = { goal: 'G9', better: 'lower', unit: 's' } as const;
  const note = `main thread, ${STREAM_SEC} s of events, set-up and mount included`;
  const late = hard.of('store').map(({ lateShare }) => lateShare);
  const longTasks = hard.of('store').map(({ longTaskMs }) => longTaskMs);
  const fps = median(hard.of('store').map(({ framesPerSec }) => framesPerSec));
  return [
    compare({
      ...common,
      name: '50k spans and 1,000 events/s against setState per event',
      ours: wide.seconds('store'),
      theirs: wide.seconds('perEvent'),
      limit: 0.3,
      note,
    }),
    compare({
      ...common,
      name: '50k spans and 1,000 events/s against a copy of the array per frame',
      ours: wide.seconds('store'),
      theirs: wide.seconds('perFrame'),
      limit: 0.5,
      note,
    }),
    compare({
      ...common,
      name: '10k spans and 5,000 events/s against setState per event',
      ours: dense.seconds('store'),
      theirs: dense.seconds('perEvent'),
      limit: 0.55,
      note,
    }),
    compare({
      ...common,
      name: '10k spans and 5,000 events/s against a copy of the array per frame',
      ours: dense.seconds('store'),
      theirs: dense.seconds('perFrame'),
      limit: 0.85,
      note,
    }),
    compare({
      ...common,
      name: 'stream of 1,000 events/s over 50k spans against 1k',
      ours: wide.seconds('store'),
      theirs: small.seconds('store'),
      limit: 1.6,
      note: `growth; ${note}`,
    }),
    {
      name: 'late frames at 50k spans and 5,000 events/s',
      goal: 'G9',
      ratio: Number(median(late).toFixed(4)),
      limit: MOST_LATE,
      better: 'lower',
      ok: median(late) <= MOST_LATE || Math.min(...late) <= MOST_LATE,
      detail: `share of frames over 34 ms, best ${Math.min(...late).toFixed(4)}; ${fps.toFixed(0)} frames/s`,
    },
    {
      name: 'long tasks at 50k spans and 5,000 events/s, ms',
      goal: 'G9',
      ratio: median(longTasks),
      limit: 0,
      better: 'lower',
      ok: median(longTasks) === 0 || Math.min(...longTasks) === 0,
      detail: `in ${STREAM_SEC} s, most ${Math.max(...longTasks)} ms`,
    },
  ];
}
