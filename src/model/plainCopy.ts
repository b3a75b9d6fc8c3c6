import { cleanText } from './cleanText.ts';

/** Deeper values are replaced by {@link TOO_DEEP}: a bomb of brackets must not reach code that walks it by recursion. */
const MAX_DEPTH = 64;
const TOO_DEEP = '[deeper than 64 levels]';

/** Names that would reach the prototype of whatever object they are written to. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
export const isSafeKey = (key: string): boolean => !forbiddenKeys.has(key);

/**
 * A copy of any JSON-like value that every store takes and no key of which reaches a prototype: texts are cleaned,
 * numbers beyond JSON become their name (`"Infinity"`), functions, symbols and `undefined` are left out. O(size).
 */
export function plainCopy(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return cleanText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return null;
      if (depth >= MAX_DEPTH) return TOO_DEEP;
      return Array.isArray(value) ? value.map((item) => plainCopy(item, depth + 1) ?? null) : copyRecord(value, depth);
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined;
  }
}

function copyRecord(value: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (!isSafeKey(key)) continue;
    const plain = plainCopy(item, depth + 1);
    if (plain !== undefined) copy[cleanText(key)] = plain;
  }
  return copy;
}
