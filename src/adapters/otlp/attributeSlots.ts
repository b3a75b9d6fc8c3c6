import { assertNever } from '../../model/errors.ts';
import { parseContent, setField } from '../content.ts';
import { asCount } from '../looseRecord.ts';
import { nameOf, namesOf } from '../names.ts';
import { type AttributeTarget, attributeTable, fieldNames, flattened } from './attributeTable.ts';
import { FlattenedList } from './flattenedList.ts';
import type { FieldType } from './names/fields.ts';
import type { OtlpAttribute, ValueReader } from './types.ts';

const NO_RANK = 255;
/** Places whose names are remembered; few spans have more attributes. */
const SEEN_PLACES = 64;

/** Reads a known value; `undefined` for one of another type. */
function readTyped(type: FieldType, value: unknown): unknown {
  switch (type) {
    case 'text':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : nameOf(value);
    case 'texts':
      return textsOf(value);
    case 'count':
      return asCount(value);
    case 'number':
      return numberOf(value);
    case 'flag':
      return typeof value === 'boolean' ? value : flags.get(value);
    case 'any':
      return value;
    default:
      return assertNever(type);
  }
}

/** A list, one text, or either as JSON in a text: where attributes can only be texts. */
function textsOf(value: unknown): readonly string[] | undefined {
  const content = parseContent(value);
  return namesOf(Array.isArray(content) ? content : [typeof content === 'string' ? content : value]);
}

const flags: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** `''` and `null` say nothing: they are no fault and no value. */
const isNothing = (value: unknown): boolean => value === null || value === undefined || value === '';

type FlattenedName = (typeof flattened)[number][1];

/**
 * The attributes of one span after another, sorted into the fields of the table in one pass. Made once and used again for
 * every span: {@link clear} between them.
 */
export class AttributeSlots {
  /** What was read, by slot; `undefined` where nothing was. */
  readonly values: unknown[] = fieldNames.map(() => undefined);
  /** What no convention names, and what lost to a better name. */
  rest: Record<string, unknown> | undefined;
  private readonly ranks = new Uint8Array(fieldNames.length).fill(NO_RANK);
  private readonly keys: string[] = fieldNames.map(() => '');
  /** Slots that hold something, the first `usedCount`: a list that is emptied would be allocated again for each span. */
  private readonly used = new Uint8Array(fieldNames.length);
  private usedCount = 0;
  /** Spans of one kind write the same names in the same order: what stood at a place is looked for there first. */
  private readonly seenKeys: string[] = [];
  private readonly seenTargets: (AttributeTarget | undefined)[] = [];
  /** Texts repeat from span to span: the last of each field is cleaned once and kept once. */
  private readonly lastRaw: unknown[] = fieldNames.map(() => undefined);
  private readonly lastText: unknown[] = fieldNames.map(() => undefined);
  private lists: Partial<Record<FlattenedName, FlattenedList>> | undefined;

  clear(): void {
    for (let index = 0; index < this.usedCount; index += 1) {
      const slot = this.used[index] as number;
      this.values[slot] = undefined;
      this.ranks[slot] = NO_RANK;
    }
    this.usedCount = 0;
    this.rest = undefined;
    this.lists = undefined;
  }

  /** Holds on to nothing of what was read. */
  forget(): void {
    this.clear();
    this.lastRaw.fill(undefined);
    this.lastText.fill(undefined);
  }

  /**
   * @param onFault - hears the key of each known attribute whose value is of another type; it is kept among the others
   * @returns how many entries were no attributes
   */
  read(attributes: readonly unknown[], valueOf: ValueReader, onFault: (key: string) => void): number {
    let strangers = 0;
    for (let index = 0; index < attributes.length; index += 1) {
      const attribute = attributes[index] as OtlpAttribute | null | undefined;
      const key = attribute?.key;
      if (typeof key !== 'string') {
        strangers += 1;
        continue;
      }
      const value = valueOf((attribute as OtlpAttribute).value);
      const target = key === this.seenKeys[index] ? this.seenTargets[index] : this.lookUp(key, index);
      if (target === undefined) this.keepOther(key, value);
      else this.take(key, target, value, onFault);
    }
    return strangers;
  }

  private lookUp(key: string, index: number): AttributeTarget | undefined {
    const target = attributeTable.get(key);
    if (index < SEEN_PLACES) {
      this.seenKeys[index] = key;
      this.seenTargets[index] = target;
    }
    return target;
  }

  private readText(slot: number, raw: unknown): unknown {
    if (raw === this.lastRaw[slot]) return this.lastText[slot];
    const text = readTyped('text', raw);
    this.lastRaw[slot] = raw;
    this.lastText[slot] = text;
    return text;
  }

  /** A list put together from its flattened attributes. */
  listOf(name: FlattenedName): unknown {
    return this.lists?.[name]?.value();
  }

  /** Gives a value back to the other attributes, under the name it came with. */
  giveBack(slot: number): void {
    const value = this.values[slot];
    if (value !== undefined) this.keepRest(this.keys[slot] ?? '', value);
  }

  private take(key: string, { slot, type, rank }: AttributeTarget, raw: unknown, onFault: (key: string) => void): void {
    const value = type === 'text' ? this.readText(slot, raw) : readTyped(type, raw);
    if (value === undefined) {
      if (isNothing(raw)) return;
      onFault(key);
      this.keepRest(key, raw);
      return;
    }
    const known = this.ranks[slot] ?? NO_RANK;
    if (rank >= known) {
      this.keepRest(key, raw);
      return;
    }
    if (known === NO_RANK) {
      this.used[this.usedCount] = slot;
      this.usedCount += 1;
    } else this.giveBack(slot);
    this.values[slot] = value;
    this.ranks[slot] = rank;
    this.keys[slot] = key;
  }

  private keepOther(key: string, value: unknown): void {
    for (const [prefix, name] of flattened) {
      if (!key.startsWith(prefix)) continue;
      this.lists ??= {};
      this.lists[name] ??= new FlattenedList();
      this.lists[name].add(key.slice(prefix.length), value);
      return;
    }
    this.keepRest(key, value);
  }

  private keepRest(key: string, value: unknown): void {
    if (value === null || value === undefined) return;
    this.rest ??= {};
    setField(this.rest, key, value);
  }
}
