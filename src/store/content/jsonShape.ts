import { BigText } from './parseJsonText.ts';

export type JsonKind = 'object' | 'list' | 'string' | 'number' | 'boolean' | 'null' | 'redacted' | 'other';

/** What the server put in place of a value that this reader may not see. */
export interface RedactedValue {
  readonly redacted: string;
  readonly sizeBytes?: number | undefined;
  readonly reason?: string | undefined;
}

const redactedKeys = new Set(['redacted', 'size', 'sizeBytes', 'reason']);

export function asRedacted(value: unknown): RedactedValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { redacted, size, sizeBytes, reason } = value as Record<string, unknown>;
  if (typeof redacted !== 'string' || !Object.keys(value).every((key) => redactedKeys.has(key))) return undefined;
  const bytes = sizeBytes ?? size;
  return {
    redacted,
    sizeBytes: typeof bytes === 'number' ? bytes : undefined,
    reason: typeof reason === 'string' ? reason : undefined,
  };
}

export function jsonKindOf(value: unknown): JsonKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof BigText || typeof value === 'bigint') return 'number';
  const type = typeof value;
  if (type === 'string' || type === 'number' || type === 'boolean') return type;
  if (type === 'object') return asRedacted(value) ? 'redacted' : 'object';
  return 'other';
}

/** Text of a value that holds no others. Strings are quoted as in JSON. */
export function leafText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof BigText) return value.digits;
  const redacted = asRedacted(value);
  return redacted ? `[redacted: ${redacted.redacted}]` : String(value);
}

/** Keys or indexes of what a value holds. */
export const childKeys = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null && !(value instanceof BigText) && !asRedacted(value)
    ? Object.keys(value)
    : [];
export const childOf = (value: unknown, key: string): unknown => (value as Readonly<Record<string, unknown>>)[key];
export const childCount = (value: unknown): number => (Array.isArray(value) ? value.length : childKeys(value).length);

/** Raw text for the clipboard and for files; big whole numbers keep their digits. */
export function jsonText(value: unknown): string {
  if (typeof value === 'string') return value;
  const digits: string[] = [];
  const replace = function (this: unknown, key: string, one: unknown): unknown {
    const held = childOf(this, key);
    const big = held instanceof BigText ? held.digits : typeof held === 'bigint' ? String(held) : undefined;
    if (big !== undefined) return `${bigMark}${digits.push(big) - 1}`;
    return asRedacted(one) ? leafText(one) : one;
  };
  return (JSON.stringify(value, replace, 2) ?? '').replace(bigPattern, (all, at: string) => digits[Number(at)] ?? all);
}
const bigMark = '\u0001big:';
const bigPattern = /"\\u0001big:(\d+)"/g;
