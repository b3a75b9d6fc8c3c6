import { readFileSync } from 'node:fs';
import { type Adapter, adapters, detectFormat, parseText, type ReadResult } from 'spanlight/adapters';
import { createSeededRandom } from 'spanlight/simulator';
import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { isMonitorEvent } from '../../src/model/guardEvent.generated.ts';
import { foldAll } from '../fold/foldState.ts';
import { fixturesDir, traceFiles } from './traceFixtures.ts';

/** Mutated inputs tried over all files together; `ADAPTER_MUTATIONS=100000` is the full size. */
const inputs = Number(process.env['ADAPTER_MUTATIONS'] ?? 1500);
const eachFile = Math.ceil(inputs / traceFiles.length);

type Holder = Record<string | number, unknown>;
interface Place {
  readonly holder: Holder;
  readonly key: string | number;
  readonly path: string;
}

/** Every member of every record and list, deep. */
function placesOf(root: unknown): Place[] {
  const places: Place[] = [];
  const stack: [value: unknown, path: string][] = [[root, '']];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [value, path] = next;
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      const holder = value as Holder;
      places.push({ holder, key, path: `${path}/${key}` });
      stack.push([holder[key], `${path}/${key}`]);
    }
  }
  return places;
}

const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

/** What a field may be replaced by; `undefined` takes it out. */
const replacements: readonly (readonly [name: string, make: () => unknown])[] = [
  ['removed', () => undefined],
  ['null', () => null],
  ['empty text', () => ''],
  ['text', () => 'x'],
  ['text with control characters', () => 'a\u0000b\u001fc\ud800'],
  ['long text', () => 'long '.repeat(20_000)],
  ['number', () => 7],
  ['negative', () => -1],
  ['huge number', () => 1e308],
  ['fraction', () => 0.5],
  ['true', () => true],
  ['list', () => []],
  ['list of nothing', () => [null, 1, 'x', {}]],
  ['record', () => ({})],
  ['record with odd keys', () => JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "": 3}') as unknown],
  ['deep list', () => deep(20_000)],
  ['JSON in a text', () => '{"a": [1, {"b": "\\"[\\""}]}'],
  ['zeros', () => '00000000000000000000000000000000'],
  ['digits', () => '18446744073709551616'],
];

/** Lists that may be left out: who has nothing to report writes none. */
const optionalLists = /\/(?:spans|scopeSpans|observations|data)$/;
const groups = /\/(?:resourceSpans|scopeSpans)\/\d+$/;

/** A list without entries and a group without a list are no fault: they say that there is nothing. */
function saysNothing(path: string, holder: Holder, made: unknown): boolean {
  if (Array.isArray(made) && made.length === 0) return true;
  if (made === undefined && Array.isArray(holder)) return true;
  if (made === undefined || made === null) return optionalLists.test(path);
  return typeof made === 'object' && !Array.isArray(made) && groups.test(path);
}

const spanIdsOf = (events: readonly MonitorEvent[]): ReadonlySet<string> =>
  new Set(events.flatMap(({ span }) => (span === undefined ? [] : [span])));

function idsIn(value: unknown, ids: ReadonlySet<string>, formIn: ReadonlyMap<string, string>): number {
  const text = JSON.stringify(value) ?? '';
  let found = 0;
  for (const id of ids) if (text.includes(formIn.get(id) ?? id)) found += 1;
  return found;
}

/** Ids as they stand in the file: base64 there, hex in events. */
const writtenForms = (ids: ReadonlySet<string>): Map<string, string> =>
  new Map([...ids].map((id) => [id, Buffer.from(id, 'hex').toString('base64')]));

function readAnything(adapter: Adapter, value: unknown, label: string): ReadResult {
  try {
    for (const other of adapters) other.canRead(value);
    return adapter.read(value, { receivedAtMs: 1_795_000_000_000 });
  } catch (cause) {
    throw new Error(`${label}: an adapter threw`, { cause });
  }
}

describe('foreign files with a field removed, retyped, nulled or made huge', () => {
  it.each(traceFiles)('%s: nothing is thrown, every fault is told, the rest is kept', (file) => {
    const text = readFileSync(`${fixturesDir}${file}`, 'utf8');
    const found = detectFormat(parseText(text).value);
    if (found.kind !== 'trace') throw new Error(`${file} is no trace`);
    const { adapter } = found;
    const whole = spanIdsOf(adapter.read(parseText(text).value).events);
    const forms = file.startsWith('public/agent-prism-rag') ? writtenForms(whole) : new Map<string, string>();
    const random = createSeededRandom(file.length * 7919 + whole.size);
    for (let round = 0; round < eachFile; round += 1) {
      const value = parseText(text).value;
      const places = placesOf(value);
      const { holder, key, path } = places[Math.floor(random.next() * places.length)] as Place;
      const [name, make] = replacements[
        Math.floor(random.next() * replacements.length)
      ] as (typeof replacements)[number];
      const label = `${file} ${path} ${name}`;
      const mayBeLost = Math.max(1, idsIn(holder[key], whole, forms));
      const made = make();
      if (made !== undefined) holder[key] = made;
      else if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      const { events, issues } = readAnything(adapter, value, label);
      for (const event of events) if (!isMonitorEvent(event)) throw new Error(`${label}: ${JSON.stringify(event)}`);
      for (const issue of issues) {
        if (typeof issue.path !== 'string' || !/^[a-z-]+\.[a-z-]+$/.test(issue.code) || issue.reason === '') {
          throw new Error(`${label}: ${JSON.stringify(issue)}`);
        }
      }
      const kept = spanIdsOf(events);
      const lost = [...whole].filter((id) => !kept.has(id)).length;
      if (lost > mayBeLost) throw new Error(`${label}: ${lost} spans are gone, ${mayBeLost} were touched`);
      if (lost > 0 && issues.length === 0 && !saysNothing(path, holder, made) && kept.size < whole.size) {
        throw new Error(`${label}: ${lost} spans are gone and nobody is told`);
      }
      foldAll(events);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
