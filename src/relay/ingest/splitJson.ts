/** Deepest nesting of an event that is parsed. Content below 64 levels is cut later, see `plainCopy`; this refuses bombs unparsed. */
export const MAX_DEPTH = 128;

/**
 * Most values and names of fields of one element. What a value costs to take in does not go by its bytes: a mebibyte of `[]`
 * costs as much as fifty of text, and fields of one object the most.
 */
export const MAX_VALUES = 250_000;
export const MAX_KEYS = 50_000;

/** One element of the list, found by its bytes; not parsed yet. */
export interface JsonSlice {
  readonly start: number;
  readonly end: number;
  /** Levels of objects and lists in it. */
  readonly depth: number;
  /** Names of fields in it, repeats counted: more than the parsed value has means that one stood twice. */
  readonly keyCount: number;
  /** About as many values as it has. */
  readonly valueCount: number;
}

type SplitFault = 'not-json' | 'no-list' | 'too-many';
export type SplitResult = { readonly slices: readonly JsonSlice[] } | { readonly fault: SplitFault };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Finds the elements of a JSON list, or of the list under `listKey` of a JSON object, without parsing them: an element
 * that is broken, too deep or no text then costs itself alone, never its neighbours. One pass, no recursion.
 */
export function splitJsonList(bytes: Uint8Array, listKey: string, maxElements: number): SplitResult {
  const start = skipSpace(bytes, 0);
  if (bytes[start] === OPEN_LIST) {
    const list = splitList(bytes, start, maxElements);
    if ('fault' in list) return list;
    return skipSpace(bytes, list.end + 1) === bytes.length ? list : { fault: 'not-json' };
  }
  return bytes[start] === OPEN_OBJECT ? splitObject(bytes, start, listKey, maxElements) : { fault: 'not-json' };
}

/** The elements of the first field of that name; the other fields are passed over. */
function splitObject(bytes: Uint8Array, open: number, listKey: string, maxElements: number): SplitResult {
  let found: SplitResult | undefined;
  const end = walkObject(bytes, open, (key, at) => {
    if (key !== listKey || found || bytes[at] !== OPEN_LIST) return readValue(bytes, at)?.end;
    const list = splitList(bytes, at, maxElements);
    found = list;
    return 'fault' in list ? undefined : skipSpace(bytes, list.end + 1);
  });
  if (found && 'fault' in found) return found;
  if (end === undefined || skipSpace(bytes, end) !== bytes.length) return { fault: 'not-json' };
  return found ?? { fault: 'no-list' };
}

/**
 * The fields of a JSON object that begins at `from`, unparsed; of a name that stands twice the first.
 * @returns `undefined` where no object stands, or one that does not end
 */
export function fieldsOfJson(bytes: Uint8Array, from = 0): ReadonlyMap<string, JsonSlice> | undefined {
  const open = skipSpace(bytes, from);
  if (bytes[open] !== OPEN_OBJECT) return undefined;
  const fields = new Map<string, JsonSlice>();
  const end = walkObject(bytes, open, (key, at) => {
    const value = readValue(bytes, at);
    if (value && !fields.has(key)) fields.set(key, value);
    return value?.end;
  });
  return end === undefined ? undefined : fields;
}

/** The elements of a JSON list that begins at `from`, unparsed; `undefined` where none stands, or one that does not end. */
export function itemsOfJson(bytes: Uint8Array, from: number): readonly JsonSlice[] | undefined {
  const open = skipSpace(bytes, from);
  if (bytes[open] !== OPEN_LIST) return undefined;
  const list = splitList(bytes, open, Number.POSITIVE_INFINITY);
  return 'fault' in list ? undefined : list.slices;
}

/** @param onField - told where a value begins, says where it ends. @returns the place after the object */
function walkObject(
  bytes: Uint8Array,
  open: number,
  onField: (key: string, at: number) => number | undefined,
): number | undefined {
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] === CLOSE_OBJECT) return at + 1;
  for (;;) {
    if (bytes[at] !== QUOTE) return undefined;
    const endOfKey = endOfText(bytes, at);
    const key = Buffer.from(bytes.subarray(at + 1, endOfKey)).toString('latin1');
    at = skipSpace(bytes, endOfKey + 1);
    if (bytes[at] !== COLON) return undefined;
    const end = onField(key, skipSpace(bytes, at + 1));
    if (end === undefined) return undefined;
    if (bytes[end] === CLOSE_OBJECT) return end + 1;
    if (bytes[end] !== COMMA) return undefined;
    at = skipSpace(bytes, end + 1);
  }
}

type List = { readonly slices: readonly JsonSlice[]; readonly end: number };

/** `end`: where its closing bracket stands. */
function splitList(bytes: Uint8Array, open: number, maxElements: number): List | { readonly fault: SplitFault } {
  const slices: JsonSlice[] = [];
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] === CLOSE_LIST) return { slices, end: at };
  for (;;) {
    const slice = readValue(bytes, at);
    if (!slice) return { fault: 'not-json' };
    if (slices.length === maxElements) return { fault: 'too-many' };
    slices.push(slice);
    if (bytes[slice.end] === CLOSE_LIST) return { slices, end: slice.end };
    if (bytes[slice.end] !== COMMA) return { fault: 'not-json' };
    at = skipSpace(bytes, slice.end + 1);
  }
}

/** The value that begins at `start`, up to the `,` `]` or `}` after it; `undefined` when it does not end. */
function readValue(bytes: Uint8Array, start: number): JsonSlice | undefined {
  let depth = 0;
  let deepest = 0;
  let keyCount = 0;
  let valueCount = 1;
  for (let at = start; at < bytes.length; at += 1) {
    switch (bytes[at] ?? 0) {
      case QUOTE:
        at = endOfText(bytes, at);
        break;
      case COLON:
        keyCount += 1;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth += 1;
        valueCount += 1;
        if (depth > deepest) deepest = depth;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (depth === 0) return { start, end: at, depth: deepest, keyCount, valueCount };
        depth -= 1;
        break;
      case COMMA:
        if (depth === 0) return { start, end: at, depth: deepest, keyCount, valueCount };
        valueCount += 1;
        break;
      default:
    }
  }
  return undefined;
}

/** Index of the quote that ends the text which begins at `start`, or the length when none does. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}
