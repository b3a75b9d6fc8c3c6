/** Deepest nesting of an event that is parsed. Content below 64 levels is cut later, see `plainCopy`; this refuses bombs unparsed. */
export const MAX_DEPTH = 128;

/** One element of the list, found by its bytes; not parsed yet. */
export interface JsonSlice {
  readonly start: number;
  readonly end: number;
  /** Levels of objects and lists in it. */
  readonly depth: number;
  /** Names of fields in it, repeats counted: more than the parsed value has means that one stood twice. */
  readonly keyCount: number;
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
  let at = skipSpace(bytes, 0);
  if (bytes[at] === OPEN_OBJECT) {
    const found = findList(bytes, at, listKey);
    if (found === undefined) return { fault: isClosed(bytes, at) ? 'no-list' : 'not-json' };
    at = found;
  } else if (bytes[at] !== OPEN_LIST) {
    return { fault: at < bytes.length && isClosed(bytes, at) ? 'no-list' : 'not-json' };
  }
  if (!isClosed(bytes, skipSpace(bytes, 0))) return { fault: 'not-json' };
  return splitList(bytes, at, maxElements);
}

function splitList(bytes: Uint8Array, open: number, maxElements: number): SplitResult {
  const slices: JsonSlice[] = [];
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] === CLOSE_LIST) return { slices };
  for (;;) {
    const slice = readValue(bytes, at);
    if (!slice) return { fault: 'not-json' };
    if (slices.length === maxElements) return { fault: 'too-many' };
    slices.push(slice);
    const after = bytes[slice.end];
    if (after === CLOSE_LIST) return { slices };
    if (after !== COMMA) return { fault: 'not-json' };
    at = skipSpace(bytes, slice.end + 1);
  }
}

/** The value that begins at `start`, up to the `,` `]` or `}` after it; `undefined` when it does not end. */
function readValue(bytes: Uint8Array, start: number): JsonSlice | undefined {
  let depth = 0;
  let deepest = 0;
  let keyCount = 0;
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
        if (depth > deepest) deepest = depth;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (depth === 0) return { start, end: at, depth: deepest, keyCount };
        depth -= 1;
        break;
      case COMMA:
        if (depth === 0) return { start, end: at, depth: deepest, keyCount };
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

/** Where the list of a field of the outermost object begins. */
function findList(bytes: Uint8Array, open: number, listKey: string): number | undefined {
  let at = skipSpace(bytes, open + 1);
  while (bytes[at] === QUOTE) {
    const endOfKey = endOfText(bytes, at);
    const key = Buffer.from(bytes.subarray(at + 1, endOfKey)).toString('latin1');
    at = skipSpace(bytes, endOfKey + 1);
    if (bytes[at] !== COLON) return undefined;
    at = skipSpace(bytes, at + 1);
    if (key === listKey) return bytes[at] === OPEN_LIST ? at : undefined;
    const value = readValue(bytes, at);
    if (!value || bytes[value.end] !== COMMA) return undefined;
    at = skipSpace(bytes, value.end + 1);
  }
  return undefined;
}

/** Whether the brackets of the whole text close and nothing stands after it. */
function isClosed(bytes: Uint8Array, start: number): boolean {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth -= 1;
      if (depth === 0) return skipSpace(bytes, at + 1) === bytes.length;
      if (depth < 0) return false;
    }
  }
  return false;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}
