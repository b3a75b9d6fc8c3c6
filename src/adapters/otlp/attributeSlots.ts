import { setField } from '../content.ts';
import { asCount } from '../looseRecord.ts';
import { nameOf, namesOf } from '../names.ts';
import { type AttributeTarget, attributeTable, fieldNames, flattened } from './attributeTable.ts';
import { FlattenedList } from './flattenedList.ts';
import type { FieldType } from './names/fields.ts';
import type { OtlpAttribute, ValueReader } from './types.ts';

const NO_RANK = 255;

/** Reads a known value; `undefined` for one of another type. */
const typeReaders: Readonly<Record<FieldType, (value: unknown) => unknown>> = {
  text: (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : nameOf(value)),
  texts: (value) => (Array.isArray(value) ? namesOf(value) : namesOf([value])),
  count: asCount,
  number: (value) => {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
  },
  flag: (value) =>
    typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined,
  any: (value) => value,
};

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
  private readonly used: number[] = [];
  private lists: Partial<Record<FlattenedName, FlattenedList>> | undefined;

  clear(): void {
    for (const slot of this.used) {
      this.values[slot] = undefined;
      this.ranks[slot] = NO_RANK;
    }
    this.used.length = 0;
    this.rest = undefined;
    this.lists = undefined;
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
      const target = attributeTable.get(key);
      if (target === undefined) this.keepOther(key, value);
      else this.take(key, target, value, onFault);
    }
    return strangers;
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
    const value = typeReaders[type](raw);
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
    if (known === NO_RANK) this.used.push(slot);
    else this.giveBack(slot);
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
