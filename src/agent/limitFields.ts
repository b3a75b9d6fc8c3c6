import { MAX_LIST_LENGTH, MAX_NAME_LENGTH } from '../model/eventFields.ts';
import type { Redact } from './options.ts';

/** All names of an event together; the rest of its 64 KiB is envelope. */
const MAX_FIELD_BYTES = 48 * 1024;

/** Cuts names and lists to what the model takes, so that one long name costs no event. Absent fields are left out. */
export function limitFields(fields: object, redact: Redact | undefined): Record<string, unknown> {
  const limited: Record<string, unknown> = {};
  let bytesLeft = MAX_FIELD_BYTES;
  for (const key of Object.keys(fields)) {
    const value = (fields as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of limitItems(value, key, redact)) {
        bytesLeft -= typeof item === 'string' ? Buffer.byteLength(item) + 8 : 256;
        if (bytesLeft < 0) break;
        items.push(item);
      }
      limited[key] = items;
      continue;
    }
    const kept = typeof value === 'string' ? limitName(value, redact, key) : value;
    if (kept === undefined || (typeof kept === 'number' && !Number.isFinite(kept))) continue;
    limited[key] = kept;
  }
  return limited;
}

function limitItems(list: readonly unknown[], key: string, redact: Redact | undefined): unknown[] {
  return list
    .map((item, index) => (typeof item === 'string' ? limitName(item, redact, key, index) : item))
    .filter((item) => item !== undefined)
    .slice(0, MAX_LIST_LENGTH);
}

function limitName(name: string, redact: Redact | undefined, key: string, index?: number): string | undefined {
  let shown: unknown = name;
  if (redact) {
    try {
      shown = redact(index === undefined ? `a.${key}` : `a.${key}[${index}]`, name);
    } catch {
      return undefined;
    }
  }
  if (typeof shown !== 'string') return undefined;
  if (shown.length <= MAX_NAME_LENGTH) return shown;
  const last = shown.charCodeAt(MAX_NAME_LENGTH - 2);
  return `${shown.slice(0, MAX_NAME_LENGTH - (last >= 0xd800 && last <= 0xdbff ? 2 : 1))}…`;
}
