import { setField } from './setField.ts';

export type LooseRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is LooseRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A string with something in it. */
export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const asRecord = (value: unknown): LooseRecord => (isRecord(value) ? value : {});

export const asRecords = (value: unknown): readonly LooseRecord[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** A whole number of things; sources also write it as a string, some as that of a double. */
export function asCount(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}(?:\.0+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

/** The fields that are left when the named ones are taken; `undefined` when none is. Absent values are left out. */
export function restOf(record: LooseRecord, taken: ReadonlySet<string>): LooseRecord | undefined {
  let rest: Record<string, unknown> | undefined;
  for (const name in record) {
    const value = record[name];
    if (value === undefined || value === null || taken.has(name) || !Object.hasOwn(record, name)) continue;
    rest ??= {};
    setField(rest, name, value);
  }
  return rest;
}

/** Adds the members that are not `undefined`. For our own fields: a foreign name may be any. */
export function addDefined<T extends object>(target: T, fields: Partial<T>): void {
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) target[name] = value as T[typeof name];
  }
}

/** Whether an object says anything: a member that is not `undefined`. */
export function saysAnything(fields: object): boolean {
  for (const name in fields) if (fields[name as keyof typeof fields] !== undefined) return true;
  return false;
}

/** The object without its `undefined` members. */
export function defined<T extends object>(fields: T): T {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = (fields as LooseRecord)[name];
    if (value !== undefined) setField(kept, name, value);
  }
  return kept as T;
}
