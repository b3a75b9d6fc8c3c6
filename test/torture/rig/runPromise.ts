import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom } from 'spanlight/simulator';
import { createFindings } from './findings.ts';
import type { PromiseResult, TorturePromise, TortureSize } from './types.ts';

export interface RunPromiseOptions {
  readonly seed: number;
  readonly size: TortureSize;
  readonly say?: (text: string) => void;
}

/** Runs one promise in a folder of its own and ends all that it started. */
export async function runPromise(
  promise: TorturePromise,
  { seed, size, say = () => undefined }: RunPromiseOptions,
): Promise<PromiseResult> {
  const startMs = performance.now();
  const findings = createFindings();
  const cleanups: (() => unknown)[] = [];
  const dir = await mkdtemp(join(tmpdir(), `spanlight-torture-${promise.id.toLowerCase()}-`));
  try {
    await promise.run({
      seed,
      size,
      dir,
      findings,
      pick: (sizes) => sizes[size],
      random: (salt) => createSeededRandom(seed, salt),
      onEnd: (cleanup) => void cleanups.push(cleanup),
      say: (text) => say(`${promise.id}: ${text}`),
    });
  } catch (cause) {
    findings.none('harness faults', 1, cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  }
  for (const cleanup of cleanups.reverse()) {
    await Promise.resolve()
      .then(cleanup)
      .catch((cause: unknown) => findings.note(`cleanup: ${String(cause)}`));
  }
  await rm(dir, { recursive: true, force: true });
  const { figures, notes } = findings;
  const ok = figures.length > 0 && figures.every((figure) => figure.ok);
  return {
    id: promise.id,
    ok,
    bar: promise.bar,
    figures,
    notes,
    seconds: Math.round((performance.now() - startMs) / 1000),
  };
}
