export type LooseRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is LooseRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A string with something in it. */
export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const asRecord = (value: unknown): LooseRecord => (isRecord(value) ? value : {});

export const asRecords = (value: unknown): readonly LooseRecord[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** A whole number of things; sources also write it as a string. */
export function asCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

/** The fields that are left when the named ones are taken; `undefined` when none is. Absent values are left out. */
export function restOf(record: LooseRecord, taken: ReadonlySet<string>): LooseRecord | undefined {
  const rest = Object.entries(record).filter(
    ([key, value]) => !taken.has(key) && value !== undefined && value !== null,
  );
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

/** The object without its `undefined` members. */
export function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
