import { describe, expect, it } from 'vitest';
import { type PromiseId, promiseIds, promises } from './promises/index.ts';
import { runPromise } from './rig/runPromise.ts';

/** Another seed each day, so that each day tries what no day tried; printed with whatever fails. */
const seed = Number(process.env['TORTURE_SEED'] ?? Math.floor(Date.now() / 86_400_000));

describe.each(promiseIds.map((id) => [id] as const))('promise %s', (id: PromiseId) => {
  it(`holds at the size of a test run (seed ${seed})`, async () => {
    const result = await runPromise(await promises[id](), { seed, size: 'small' });
    expect(
      result.figures.filter(({ ok }) => !ok),
      `${id}: ${result.bar}`,
    ).toEqual([]);
    expect(result.figures.length).toBeGreaterThan(0);
  });
});
