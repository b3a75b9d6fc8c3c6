import { setFlagsFromString } from 'node:v8';

/** V8 collects the old generation when it has grown by so much since the last time; left to itself it may let it grow fourfold. */
const GROWTH_PERCENT = 50;

/**
 * For a process that is a relay and nothing else. What a relay lets go of is seconds old (its ring, batches, snapshots), so it dies in
 * the old generation: without this, memory that nobody uses stands at a multiple of what is in use. R11 measures it. An operator who
 * starts Node with the same flag has their way.
 */
export function keepHeapLow(): void {
  const isSet = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((flag) =>
    /heap[-_]growing[-_]percent/.test(flag),
  );
  if (!isSet) setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
