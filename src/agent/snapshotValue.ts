/** Bounds of a copy, so that no object of the agent can hold its process up. */
export interface SnapshotLimits {
  /** UTF-8 bytes of all strings and keys together. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Objects, lists and values together: shared branches are copied each time they are met. */
  readonly maxNodes: number;
}

export interface Snapshot {
  /** JSON only: null, booleans, finite numbers, strings, lists and plain objects. `undefined` where there is nothing. */
  readonly value: unknown;
  readonly isTruncated: boolean;
}

/** Stands where content was cut; readers recognise it. */
export const TRUNCATION_MARK = '… [truncated]';

interface Walk {
  bytesLeft: number;
  nodesLeft: number;
  isTruncated: boolean;
  readonly maxDepth: number;
  /** Objects on the way down from the root: meeting one again is a circle. Few, so a list is faster than a set. */
  readonly path: object[];
}

/**
 * Copies what an SDK hands over into plain JSON, now: the objects change later. Never throws, whatever it is given: circles,
 * BigInt, getters and `toJSON` that throw, revoked proxies. O(limits).
 */
export function snapshotValue(value: unknown, limits: SnapshotLimits): Snapshot {
  if (value === undefined) return nothing;
  const walk: Walk = {
    bytesLeft: limits.maxBytes,
    nodesLeft: limits.maxNodes,
    isTruncated: false,
    maxDepth: limits.maxDepth,
    path: [],
  };
  return { value: copy(value, walk), isTruncated: walk.isTruncated };
}

const nothing: Snapshot = { value: undefined, isTruncated: false };

/** Cuts at a character boundary. */
export function cutText(text: string, maxBytes: number): string {
  let end = Math.max(0, Math.min(text.length, maxBytes));
  while (end > 0 && Buffer.byteLength(text.slice(0, end)) > maxBytes) {
    end -= Math.max(1, Math.ceil((Buffer.byteLength(text.slice(0, end)) - maxBytes) / 3));
  }
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end); // no half of a surrogate pair
}

function copy(value: unknown, walk: Walk): unknown {
  if (walk.nodesLeft <= 0) return cut(walk);
  walk.nodesLeft -= 1;
  if (typeof value === 'string') return copyText(value, walk);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return copyText(value.toString(), walk);
  return typeof value === 'object' ? copyObject(value, walk) : undefined; // functions and symbols have no place in JSON
}

function copyText(text: string, walk: Walk): string {
  let whole = text;
  let bytes = Buffer.byteLength(text);
  // As many bytes as characters is plain ASCII; else half a surrogate pair may hide in it, which no store takes.
  if (bytes !== text.length && /\p{Surrogate}/u.test(text)) {
    whole = text.replace(/\p{Surrogate}/gu, '\ufffd');
    bytes = Buffer.byteLength(whole);
  }
  if (bytes <= walk.bytesLeft) {
    walk.bytesLeft -= bytes;
    return whole;
  }
  const kept = cutText(whole, walk.bytesLeft);
  walk.bytesLeft = 0;
  walk.isTruncated = true;
  return `${kept}${TRUNCATION_MARK}`;
}

function copyObject(value: object, walk: Walk): unknown {
  if (walk.path.includes(value)) return '[circular]';
  if (walk.path.length >= walk.maxDepth) return cut(walk);
  walk.path.push(value);
  try {
    if (Array.isArray(value)) return copyList(value, walk);
    const toJSON: unknown = (value as { toJSON?: unknown }).toJSON;
    if (typeof toJSON !== 'function' && Object.getPrototypeOf(value) === Object.prototype)
      return copyRecord(value, walk);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[binary, ${value.byteLength} bytes]`;
    if (value instanceof Error) return copyError(value, walk);
    if (value instanceof Map) return copyRecord(Object.fromEntries(value), walk);
    if (value instanceof Set) return copyList([...value], walk);
    if (typeof toJSON === 'function') return copy((toJSON as () => unknown).call(value), walk);
    return copyRecord(value, walk);
  } catch {
    return '[unreadable]';
  } finally {
    walk.path.pop();
  }
}

function copyError(error: Error, walk: Walk): unknown {
  const { name, message } = error;
  return { name: copy(name, walk), message: copy(message, walk) };
}

function copyList(list: readonly unknown[], walk: Walk): unknown[] {
  const copied: unknown[] = [];
  for (let index = 0; index < list.length; index += 1) {
    if (isSpent(walk)) {
      copied.push(cut(walk));
      break;
    }
    let item: unknown;
    try {
      item = copy(list[index], walk);
    } catch {
      item = '[unreadable]';
    }
    copied.push(item ?? null);
  }
  return copied;
}

function copyRecord(record: object, walk: Walk): Record<string, unknown> {
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    if (key === '__proto__') continue;
    if (isSpent(walk)) {
      walk.isTruncated = true;
      copied['…'] = TRUNCATION_MARK;
      break;
    }
    walk.bytesLeft -= Buffer.byteLength(key);
    let item: unknown;
    try {
      item = copy((record as Record<string, unknown>)[key], walk);
    } catch {
      item = '[unreadable]'; // a getter that throws: its neighbours are kept
    }
    if (item !== undefined) copied[key] = item;
  }
  return copied;
}

const isSpent = (walk: Walk) => walk.bytesLeft <= 0 || walk.nodesLeft <= 0;

function cut(walk: Walk): string {
  walk.isTruncated = true;
  return TRUNCATION_MARK;
}
