import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type PromiseId, promiseIds, promises } from './promises/index.ts';
import { runPromise } from './rig/runPromise.ts';
import type { PromiseResult, TortureSize } from './rig/types.ts';
import { writeFigures } from './rig/writeFigures.ts';

const help = `Usage: npm run torture -- [options]

Holds the promises of docs/torture.md against real processes, real faults and a real browser.

      --seed N       repeat a run: the same seed makes the same inputs and the same schedule of faults
      --only R1,R4   these promises only
      --full         the sizes of a release
      --small        the sizes of npm test
      --json         print one object: {seed, promises: [{id, ok, bar, figures}]}
      --no-docs      leave docs/torture.md as it is
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    small: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'no-docs': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
const size: TortureSize = values.full ? 'full' : values.small ? 'small' : 'default';
const chosen = values.only === undefined ? promiseIds : values.only.split(',').map((id) => id.trim().toUpperCase());
const isKnown = (id: string): id is PromiseId => (promiseIds as readonly string[]).includes(id);
const unknown = chosen.filter((id) => !isKnown(id));
if (unknown.length > 0 || !Number.isSafeInteger(seed)) {
  console.error(
    unknown.length > 0
      ? `torture: no promise ${unknown.join(', ')}; there are ${promiseIds.join(', ')}`
      : 'torture: --seed takes a whole number',
  );
  process.exit(2);
}

const tell = (text: string) => console.error(text);
tell(`torture: seed ${seed}, size ${size}`);
const results: PromiseResult[] = [];
for (const id of chosen.filter(isKnown)) {
  const result = await runPromise(await promises[id](), { seed, size, say: tell });
  results.push(result);
  tell(`${result.ok ? 'ok  ' : 'RED '} ${result.id} in ${result.seconds} s: ${result.bar}`);
  for (const { what, value, bar, size: of, ok } of result.figures) {
    tell(`     ${ok ? ' ' : '!'} ${what}: ${value.toLocaleString('en')}${bar ? ` (${bar})` : ''}  [${of}]`);
  }
  for (const note of result.notes) tell(`       note: ${note}`);
}
if (values.json) console.log(JSON.stringify({ seed, size, promises: results }, null, 1));
if (!values['no-docs']) await writeFigures({ seed, size, results });
const red = results.filter((result) => !result.ok);
tell(
  `${results.length - red.length} of ${results.length} promises hold${red.length > 0 ? `; red: ${red.map(({ id }) => id).join(', ')}` : ''} (seed ${seed})`,
);
process.exit(red.length > 0 ? 1 : 0);
