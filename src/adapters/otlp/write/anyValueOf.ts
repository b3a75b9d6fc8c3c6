/** OTLP's wrapper around a value, in JSON. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values: readonly KeyValue[] } }
  | Readonly<Record<string, never>>;

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** Deeper values are kept as JSON: a reader stops there. */
const MAX_DEPTH = 24;

/** @returns `undefined` for what the wrapper cannot hold: `undefined`, functions, numbers that are not finite, deep nesting */
export function anyValueOf(value: unknown, depth = 0): AnyValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return undefined;
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (typeof value !== 'object') return undefined;
  if (Array.isArray(value)) {
    const values = value.map((item) => anyValueOf(item, depth + 1));
    return values.every((item) => item !== undefined) ? { arrayValue: { values } } : undefined;
  }
  const pairs: KeyValue[] = [];
  for (const [key, item] of Object.entries(value)) {
    const wrapped = anyValueOf(item, depth + 1);
    if (wrapped === undefined) return undefined;
    pairs.push({ key, value: wrapped });
  }
  return { kvlistValue: { values: pairs } };
}

/** Collects attributes; what is `undefined` is none. */
export class AttributeList {
  readonly list: KeyValue[] = [];

  add(key: string, value: unknown): this {
    const wrapped = value === undefined ? undefined : anyValueOf(value);
    if (wrapped !== undefined) this.list.push({ key, value: wrapped });
    return this;
  }
}
