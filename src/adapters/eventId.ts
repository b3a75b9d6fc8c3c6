/**
 * Ids of events that came without one. The same record gives the same id, so a retry is the same event; a record of which
 * anything changed that is read gives another one.
 */

/** What the model keeps of content is not deeper; see `plainCopy`. */
const MAX_DEPTH = 64;

const FIRST_FACTOR = 0x9e3779b1;
const SECOND_FACTOR = 0x5f356495;

/** Two lanes of 32 bits that everything is mixed into, and marks that keep kinds of values apart. */
let first = 0;
let second = 0;
const mark = { nothing: 1, no: 2, yes: 3, whole: 4, number: 5, text: 6, list: 7, record: 8, end: 9, deep: 10 } as const;

/** `-0` and `0` are one number in JSON. */
const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

function mix(word: number): void {
  first = Math.imul(first ^ word, FIRST_FACTOR);
  second = Math.imul(((second << 13) | (second >>> 19)) ^ word, SECOND_FACTOR);
  first ^= first >>> 15;
}

/** Two UTF-16 units at a time: this is where the time goes. */
function mixText(text: string): void {
  const { length } = text;
  let left = first ^ length;
  let right = second;
  const last = length - 1;
  let at = 0;
  for (; at < last; at += 2) {
    const pair = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
    left = Math.imul(left ^ pair, FIRST_FACTOR);
    left ^= left >>> 15;
    right = Math.imul(((right << 13) | (right >>> 19)) ^ pair, SECOND_FACTOR);
  }
  if (at === last) {
    left = Math.imul(left ^ text.charCodeAt(at), FIRST_FACTOR);
    right = Math.imul(((right << 13) | (right >>> 19)) ^ text.charCodeAt(at), SECOND_FACTOR);
  }
  first = left;
  second = right;
}

function mixNumber(value: number): void {
  if ((value | 0) === value) {
    mix(mark.whole);
    mix(value | 0);
    return;
  }
  float[0] = value;
  mix(mark.number);
  mix(words[0] as number);
  mix(words[1] as number);
}

function mixValue(value: unknown, depth: number): void {
  switch (typeof value) {
    case 'string':
      mix(mark.text);
      mixText(value);
      break;
    case 'number':
      mixNumber(value);
      break;
    case 'boolean':
      mix(value ? mark.yes : mark.no);
      break;
    case 'object':
      if (value === null) mix(mark.nothing);
      else if (depth >= MAX_DEPTH) mix(mark.deep);
      else if (Array.isArray(value)) {
        mix(mark.list);
        for (let at = 0; at < value.length; at += 1) mixValue(value[at], depth + 1);
        mix(mark.end);
      } else mixRecord(value as Readonly<Record<string, unknown>>, depth);
      break;
    case 'bigint':
      mix(mark.text);
      mixText(String(value));
      break;
    case 'undefined':
    case 'function':
    case 'symbol':
      mix(mark.nothing);
  }
}

/** Names of fields come again and again. A long one is no name but content: it is not kept. */
const wordByName = new Map<string, number>();
const MAX_WORDS = 1000;
const MAX_KEPT_LENGTH = 64;

/** A word that stands for a name, whatever was mixed before. */
function wordOf(name: string): number {
  const known = wordByName.get(name);
  if (known !== undefined) return known;
  const [left, right] = [first, second];
  first = 0;
  second = 0;
  mixText(name);
  const word = settle(first, second);
  first = left;
  second = right;
  if (wordByName.size < MAX_WORDS && name.length <= MAX_KEPT_LENGTH) wordByName.set(name, word);
  return word;
}

function mixRecord(record: Readonly<Record<string, unknown>>, depth: number): void {
  mix(mark.record);
  for (const name in record) {
    const value = record[name];
    if (value === undefined) continue;
    mix(wordOf(name));
    mixValue(value, depth + 1);
  }
  mix(mark.end);
}

/** Spreads what the lanes hold over all their bits. */
function settle(word: number, other: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f);
  return mixed ^ (mixed >>> 16);
}

const digit = new Uint8Array(16).map((_unused, value) => (value < 10 ? 48 + value : 87 + value));

/** Four words as 32 hex digits, in one text: putting them together piece by piece takes four times as long. */
const hexOf = (a: number, b: number, c: number, d: number): string =>
  // biome-ignore format: a word a line
  String.fromCharCode(
    at(a, 28), at(a, 24), at(a, 20), at(a, 16), at(a, 12), at(a, 8), at(a, 4), at(a, 0),
    at(b, 28), at(b, 24), at(b, 20), at(b, 16), at(b, 12), at(b, 8), at(b, 4), at(b, 0),
    at(c, 28), at(c, 24), at(c, 20), at(c, 16), at(c, 12), at(c, 8), at(c, 4), at(c, 0),
    at(d, 28), at(d, 24), at(d, 20), at(d, 16), at(d, 12), at(d, 8), at(d, 4), at(d, 0),
  );
const at = (word: number, bit: number): number => digit[(word >>> bit) & 15] as number;

function mixAll(values: readonly unknown[]): void {
  for (let index = 0; index < values.length; index += 1) mixValue(values[index], 0);
}

type Entity = readonly (string | number | undefined)[];

/** What an entity begins with, its type and run, is what that of the event before began with; and the lanes after it. */
let lastType: Entity[number];
let lastRun: Entity[number];
let lastFirst = 0;
let lastSecond = 0;

function begin(entity: Entity): void {
  const [type, run] = entity;
  if (type === lastType && run === lastRun && lastFirst !== 0) {
    first = lastFirst;
    second = lastSecond;
  } else {
    first = 0x2f0b4c47;
    second = 0x41c6ce57;
    mixValue(type, 0);
    mixValue(run, 0);
    lastType = type;
    lastRun = run;
    lastFirst = first;
    lastSecond = second;
  }
  for (let index = 2; index < entity.length; index += 1) mixValue(entity[index], 0);
}

/**
 * 32 hex digits that stand for an entity and what is said of it.
 * @param entity - what it is about: type, run, span and the like; of different ones come different digits
 * @param content - what is said of it, in any shape
 * @remarks No defence against somebody who looks for collisions, or for the content behind it. Source of the mixing: cyrb53 (bryc,
 * public domain), of MurmurHash3 over pairs of units.
 */
export function digestOf(entity: Entity, content: readonly unknown[]): string {
  begin(entity);
  const left = settle(first, second);
  const right = settle(second, first);
  mix(mark.end);
  mixAll(content);
  return hexOf(left, right, settle(first, second), settle(second, first));
}

const MAX_SECONDS = 0xffff_ffff;

/**
 * Id of an event: 32 hex digits, or what `hash` makes of them. They begin with the second that the record itself names, so that
 * what comes together stands together where events are found by their id: a log takes them as fast when it is great.
 * @param atMs - a time that the record carries, epoch ms, never the one it came at: a retry comes later. `undefined`: it carries none
 * @param entity - see {@link digestOf}. Only records of one entity and second are told apart by their content, in 64 bits
 * @remarks Who shows ids to people that may not see content gives a keyed `hash`.
 */
export function eventIdOf(
  atMs: number | undefined,
  entity: Entity,
  content: readonly unknown[],
  hash?: (text: string) => string,
): string {
  const sec = atMs !== undefined && atMs > 0 ? Math.min(Math.floor(atMs / 1000), MAX_SECONDS) : 0;
  begin(entity);
  const about = settle(first, second);
  mix(mark.end);
  mixAll(content);
  const id = hexOf(sec, about, settle(first, second), settle(second, first));
  return hash ? hash(id) : id;
}
