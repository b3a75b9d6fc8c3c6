import { parseArgs } from 'node:util';
import type { BenchModule, BenchRow } from './types.ts';

/** Every module of the bench, loaded when its turn comes so that one cannot warm up another. */
const modules: Readonly<Record<string, () => Promise<{ run: BenchModule }>>> = {
  ingest: () => import('./ingest/index.ts'),
  adapters: () => import('./adapters/index.ts'),
  memory: () => import('./memory/index.ts'),
  shapes: () => import('./shapes/index.ts'),
  size: () => import('./size/index.ts'),
  tree: () => import('./tree/index.ts'),
  graph: () => import('./graph/index.ts'),
  renders: () => import('./renders/index.ts'),
  files: () => import('./files/index.ts'),
  log: () => import('./log/index.ts'),
  relay: () => import('./relay/index.ts'),
  agent: () => import('./agent/index.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(modules);

function print(row: BenchRow): void {
  const sign = row.better === 'lower' ? '<=' : '>=';
  const verdict = row.ok ? 'ok  ' : 'MISS';
  console.log(`${verdict} ${row.goal.padEnd(6)} ${row.name}: ${row.ratio} (${sign} ${row.limit})  ${row.detail}`);
}

const rows: BenchRow[] = [];
for (const name of chosen) {
  const load = modules[name];
  if (!load) {
    console.error(`bench: no module ${name}; there are ${Object.keys(modules).join(', ')}`);
    process.exit(2);
  }
  if (!values.json) console.log(`# ${name}`);
  const { run } = await load();
  for (const row of await run()) {
    rows.push(row);
    if (!values.json) print(row);
  }
}
if (values.json) console.log(JSON.stringify(rows, null, 1));
const missed = rows.filter((row) => !row.ok);
if (missed.length > 0) {
  console.error(
    `${missed.length} of ${rows.length} rows miss their limit: ${missed.map((row) => row.name).join('; ')}`,
  );
  process.exitCode = 1;
}
