import { isWellFormed } from '../../model/cleanText.ts';
import type { InputIssue } from '../../model/errors.ts';
import { isSafeKey } from '../../model/plainCopy.ts';
import { type JsonSlice, MAX_DEPTH, MAX_KEYS, MAX_VALUES } from './splitJson.ts';

export type ParsedSlice =
  /** `note`: what of it will be replaced or left out when it is read, first of several. */
  { readonly value: unknown; readonly note?: InputIssue | undefined } | { readonly issue: InputIssue };

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const bad = (code: string, reason: string): ParsedSlice => ({ issue: { path: '', code, reason } });

/**
 * Parses one element of a body. What means different things to different readers (bytes that are no text, a field that
 * stands twice) is refused; what no store keeps (NUL, half characters) is noted, for the sender to know.
 */
export function parseSlice(bytes: Uint8Array, slice: JsonSlice): ParsedSlice {
  if (slice.depth > MAX_DEPTH) return bad('event.too-deep', `Nested deeper than ${MAX_DEPTH} levels.`);
  if (slice.valueCount > MAX_VALUES) return bad('event.too-many-values', `More than ${MAX_VALUES} values.`);
  if (slice.keyCount > MAX_KEYS) return bad('event.too-many-values', `More than ${MAX_KEYS} names of fields.`);
  let text: string;
  try {
    text = strictUtf8.decode(bytes.subarray(slice.start, slice.end));
  } catch {
    return bad('event.bad-utf8', 'Its bytes are no UTF-8.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('event.bad-json', 'It is no JSON.');
  }
  const found: Found = { keyCount: 0, note: undefined };
  walk(value, '', found);
  if (found.keyCount !== slice.keyCount) return bad('event.duplicate-key', 'A field stands twice in one object.');
  return { value, note: found.note };
}

interface Found {
  keyCount: number;
  note: InputIssue | undefined;
}

/** Depth is known to be small, so it may recurse. */
function walk(value: unknown, path: string, found: Found): void {
  if (typeof value === 'string') {
    checkText(value, path, found);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) note(found, path, 'A number is too large for JSON.');
  } else if (Array.isArray(value)) {
    for (const item of value) walk(item, path, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      found.keyCount += 1;
      if (!isSafeKey(key)) note(found, path, 'A field has a name that is not kept.');
      checkText(key, path, found);
      walk((value as Readonly<Record<string, unknown>>)[key], innerPath(path, key), found);
    }
  }
}

/** Down to a part of the content; below it the names of fields are content too. */
function innerPath(path: string, key: string): string {
  if (path.includes('.')) return path;
  const name = /^[A-Za-z][A-Za-z0-9]{0,40}$/.test(key) ? key : '?';
  return path === '' ? name : `${path}.${name}`;
}

function checkText(text: string, path: string, found: Found): void {
  if (text.includes('\u0000')) note(found, path, 'U+0000 was replaced.');
  else if (!isWellFormed(text)) note(found, path, 'Half a surrogate pair was replaced.');
}

function note(found: Found, path: string, reason: string): void {
  found.note ??= { path, code: 'event.cleaned', reason };
}
