import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Adapter, detectFormat, langfuseAdapter, openaiAgentsAdapter } from 'spanlight/adapters';
import { createSeededRandom } from 'spanlight/simulator';
import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { traceFiles, valueOf } from './traceFixtures.ts';

/** Formats whose records bring no ids of events. */
const files = traceFiles.flatMap((file) => {
  const found = detectFormat(valueOf(file));
  const isOne = found.kind === 'trace' && (found.adapter === openaiAgentsAdapter || found.adapter === langfuseAdapter);
  return isOne ? [[file, found.adapter] as const] : [];
});

type Holder = Record<string | number, unknown>;

/** Every text, number and truth value of an input. */
function leavesOf(root: unknown): (readonly [Holder, string | number])[] {
  const leaves: (readonly [Holder, string | number])[] = [];
  const stack = [root];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    const holder = value as Holder;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(holder)) {
      if (typeof holder[key] === 'object' && holder[key] !== null) stack.push(holder[key]);
      else if (holder[key] !== null) leaves.push([holder, key]);
    }
  }
  return leaves;
}

/** A small change: one letter in the middle, one more, the opposite. */
function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  const at = text.length >> 1;
  return `${text.slice(0, at)}${text.charAt(at) === 'q' ? 'w' : 'q'}${text.slice(at + 1)}`;
}

const entityOf = ({ type, run, span, ref }: MonitorEvent) => JSON.stringify([type, run, span, ref]);
const saidBy = ({ parent, a, detail }: MonitorEvent) => {
  const { source: _ofTheBatch, ...fields } = a as Record<string, unknown>;
  return JSON.stringify([parent, fields, detail]);
};

const read = (adapter: Adapter, value: unknown) => adapter.read(value, { receivedAtMs: 1_790_000_000_000 }).events;

describe('the id of an event that came without one', () => {
  it.each(files)('in %s: the same record again gives it again, whenever it comes', (file, adapter) => {
    const later = adapter.read(valueOf(file), { receivedAtMs: 1_790_000_900_000 }).events;
    const once = read(adapter, valueOf(file));
    // a record of Langfuse that brings no time is told of at another one
    const hasItsTime = (event: MonitorEvent, at: number) =>
      adapter === openaiAgentsAdapter || later[at]?.ts === event.ts;
    for (const [at, event] of [...once.entries()].filter(([index, one]) => hasItsTime(one, index)))
      expect(later[at]?.id).toBe(event.id);
    const told = new Set(once.map((event) => entityOf(event) + saidBy(event) + event.ts));
    expect(new Set(once.map(({ id }) => id)).size).toBe(told.size);
    for (const { id } of once) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(files)('in %s: begins with the second that the record names', (file, adapter) => {
    const beginnings = read(adapter, valueOf(file)).flatMap(({ id, type, a }) => {
      const { endedAtMs, startedAtMs } = a as { readonly endedAtMs?: number; readonly startedAtMs?: number };
      const ownMs = type.startsWith('span.') ? (endedAtMs ?? startedAtMs) : undefined;
      return ownMs === undefined ? [] : [[id.slice(0, 8), Math.floor(ownMs / 1000).toString(16)] as const];
    });
    for (const [beginning, second] of beginnings) expect(beginning).toBe(second);
  });

  it.each(files)('in %s: is another one where anything that is read changed, and only there', (file, adapter) => {
    const random = createSeededRandom(11);
    const before = read(adapter, valueOf(file));
    let found = 0;
    for (let round = 0; round < 80; round += 1) {
      const value = valueOf(file);
      const leaves = leavesOf(value);
      const leaf = leaves[Math.floor(random.next() * leaves.length)];
      if (!leaf) throw new Error('nothing to change');
      const [holder, key] = leaf;
      holder[key] = changed(holder[key]);
      const after = read(adapter, value);
      for (const [at, event] of before.entries()) {
        const now = after[at];
        if (!now || entityOf(now) !== entityOf(event)) break; // the change is one of an id or a type
        const isOther = saidBy(now) !== saidBy(event);
        if (isOther) found += 1;
        else if (!event.type.startsWith('span.') || now.ts !== event.ts) continue;
        expect([file, key, now.id !== event.id]).toEqual([file, key, isOther]);
      }
    }
    expect(found).toBeGreaterThan(10);
  });

  it('tells records apart that differ in one letter at any place, and in nothing but their shape', () => {
    const item = (input: unknown) => ({
      object: 'trace.span',
      id: 'span_1',
      trace_id: 'trace_1',
      parent_id: null,
      started_at: '2026-11-28T08:00:00.000Z',
      ended_at: '2026-11-28T08:00:01.000Z',
      span_data: { type: 'function', name: 'search', input, output: '' },
      error: null,
    });
    const text = 'the quick brown fox jumps over the lazy dog '.repeat(20);
    const inputs: unknown[] = [1, '1', true, 1.5, -1, ['1'], [['1']], ['1', ''], { a: '1' }, { b: '1' }, { a: ['1'] }];
    inputs.push(
      ['ab', 'c'],
      ['a', 'bc'],
      { ab: 'c' },
      { a: 'bc' },
      [1, [2]],
      [[1], 2],
      [{}, []],
      [[], {}],
      'a\u0000b',
      'a',
    );
    for (let at = 0; at < text.length; at += 1) {
      for (const letter of 'xyz') inputs.push(`${text.slice(0, at)}${letter}${text.slice(at + 1)}`);
    }
    const different = new Set(inputs.map((input) => JSON.stringify(input)));
    const ids = new Set(inputs.map((input) => openaiAgentsAdapter.read(item(input)).events[0]?.id));
    expect(ids.size).toBe(different.size);
  });

  it('is what a keyed hash makes of a short text, whatever the length of the content', () => {
    const given: string[] = [];
    const hash = (text: string) => {
      given.push(text);
      return `key-${text}`;
    };
    const [file] = files[0] ?? [];
    const plain = openaiAgentsAdapter.read(valueOf(file ?? ''));
    const keyed = openaiAgentsAdapter.read(valueOf(file ?? ''), { hash });
    expect(keyed.events.map(({ id }) => id)).toEqual(plain.events.map(({ id }) => `key-${id}`));
    for (const text of given) expect(text).toHaveLength(32);
  });

  it('keeps nothing of names that are as long as content', () => {
    const program = fileURLToPath(new URL('heldNames.ts', import.meta.url));
    const said = execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', program], { encoding: 'utf8' });
    const { events, grownBytes } = JSON.parse(said) as { readonly events: number; readonly grownBytes: number };
    expect(events).toBe(41);
    expect(grownBytes).toBeLessThan(10 * 2 ** 20);
  });
});
