import { setImmediate as nextTurn } from 'node:timers/promises';
import { openaiAgentsAdapter } from '../../src/adapters/index.ts';

/** A process of its own, with `--expose-gc`: prints how many bytes 40 records leave behind, each with a name of 1 MiB. */
const collect = (globalThis as { gc?: () => void }).gc;
async function heldBytes(): Promise<number> {
  await nextTurn(); // V8 keeps the shapes of this turn's objects, and with them their names
  collect?.();
  return process.memoryUsage().heapUsed;
}

function readOne(round: number): number {
  const item = { object: 'trace.span', id: 'span_1', trace_id: 'trace_1', started_at: null, ended_at: null };
  const name = `${round}${'x'.repeat(2 ** 20)}`;
  const text = JSON.stringify({ ...item, span_data: { type: 'custom', [name]: 1 } });
  return openaiAgentsAdapter.read(JSON.parse(text)).events.length;
}

let events = readOne(0);
const before = await heldBytes();
for (let round = 1; round <= 40; round += 1) events += readOne(round);
console.log(JSON.stringify({ events, grownBytes: (await heldBytes()) - before }));
