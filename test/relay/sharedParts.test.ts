import { describe, expect, it } from 'vitest';
import { asRunId } from '../../src/model/ids.ts';
import { createSharedParts } from '../../src/relay/wire/sharedParts.ts';
import { createSnapshotBudget } from '../../src/relay/wire/snapshotBudget.ts';
import { createSnapshotWriter } from '../../src/relay/wire/snapshotWriter.ts';

const runIds = Array.from({ length: 60 }, (_, index) => asRunId(`trace_${index.toString(16).padStart(32, '0')}`));

/** Each run with events of 1 KiB. */
function snapshotOf(shared = createSharedParts(), eventsOf = (_run: number) => 100, mark = (_run: number) => '') {
  const writer = createSnapshotWriter({ epoch: 'e1', at: 7, take: (name, texts) => shared.take(name, texts) });
  for (const [run, runId] of runIds.entries())
    for (let count = 0; count < eventsOf(run); count += 1)
      writer.add(JSON.stringify({ run: runId, n: count, text: `${mark(run)}ö`.padEnd(990, 'x') }), runId);
  return { at: 7, frames: writer.end() };
}
const textOf = ({ json }: { readonly json: readonly Buffer[] }) => Buffer.concat([...json]).toString();

describe('snapshots one after the other', () => {
  it('share the bytes of what did not change', () => {
    const shared = createSharedParts();
    const budget = createSnapshotBudget({ stalledMs: 1000 });
    const first = snapshotOf(shared);
    budget.hold(first, () => undefined);
    const one = budget.heldBytes;
    const changes = {
      'nothing changed': snapshotOf(shared),
      'one run changed': snapshotOf(shared, undefined, (run) => (run === 9 ? 'new' : '')),
    };
    const held = Object.values(changes).map((snapshot) => {
      const before = budget.heldBytes;
      const release = budget.hold(snapshot, () => undefined);
      const more = budget.heldBytes - before;
      release();
      return more / one;
    });
    expect(held[0]).toBeLessThan(0.01);
    expect(held[1]).toBeLessThan(0.03);
    expect(budget.heldBytes).toBe(one);
  });

  it('share most of it where small runs grow, too', () => {
    const shared = createSharedParts();
    const budget = createSnapshotBudget({ stalledMs: 1000 });
    budget.hold(
      snapshotOf(shared, () => 10),
      () => undefined,
    );
    const one = budget.heldBytes;
    budget.hold(
      snapshotOf(shared, (run) => (run === 3 ? 12 : 10)),
      () => undefined,
    );
    expect(budget.heldBytes / one).toBeLessThan(1.6);
  });

  it('have no part for each of many small runs, whatever their ids are', () => {
    const shared = createSharedParts();
    const writer = createSnapshotWriter({ epoch: 'e1', at: 7, take: (name, texts) => shared.take(name, texts) });
    for (let run = 0; run < 1000; run += 1)
      writer.add(JSON.stringify({ run, text: 'x'.repeat(200) }), asRunId(`trace_${run}00`));
    expect(writer.end().length).toBeLessThan(30);
  });

  it('say what they say alone', () => {
    const shared = createSharedParts();
    snapshotOf(shared);
    const changed = [shared, createSharedParts()].map((parts) =>
      snapshotOf(
        parts,
        (run) => (run === 3 ? 7 : 40),
        (run) => (run === 20 ? 'new' : ''),
      ).frames.map(textOf),
    );
    expect(changed[0]).toEqual(changed[1]);
    const events = (changed[0] ?? []).flatMap((text) => (JSON.parse(text) as { ev: unknown[] }).ev);
    expect(events).toHaveLength(59 * 40 + 7);
  });
});

describe('shared parts', () => {
  it('stay what they were whatever is taken after them, however large they are', () => {
    const shared = createSharedParts();
    const sizes = [10, 64 * 1024, 300 * 1024];
    const taken = sizes.flatMap((size) =>
      ['a', 'b', 'c'].map((letter) => {
        const text = letter.repeat(size);
        return { text, bytes: shared.take(`part of ${size}`, [text.slice(0, 4), text.slice(4)]) };
      }),
    );
    for (const { text, bytes } of taken) expect(bytes.toString() === text).toBe(true);
  });

  it('are known by as many names as may be remembered, those asked for last', () => {
    const shared = createSharedParts(2);
    const take = (name: string) => shared.take(name, [`what ${name} says`]);
    const [first, second] = [take('first'), take('second')];
    expect(take('first')).toBe(first);
    const third = take('third');
    expect(take('first')).toBe(first);
    expect(take('third')).toBe(third);
    expect(take('second')).not.toBe(second);
  });
});
