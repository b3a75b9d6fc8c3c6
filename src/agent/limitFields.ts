import { MAX_LIST_LENGTH, MAX_NAME_LENGTH } from '../model/eventFields.ts';
import type { Redact } from './options.ts';

/** All names of an event together; the rest of its 64 KiB is envelope. */
const MAX_FIELD_BYTES = 48 * 1024;

/** Cuts names and lists to what the model takes, so that one long name costs no event. Absent fields are left out. */
export function limitFields(fields: object, redact: Redact | undefined): Record<string, unknown> {
  const limited: Record<string, unknown> = {};
  let bytesLeft = MAX_FIELD_BYTES;
  for (const [key, value] of Object.entries(fields) as [string, unknown][]) {
    const kept = limitField(value, `a.${key}`, redact);
    if (kept === undefined) continue;
    if (!Array.isArray(kept)) {
      limited[key] = kept;
      continue;
    }
    const items: unknown[] = [];
    for (const item of kept.slice(0, MAX_LIST_LENGTH)) {
      bytesLeft -= typeof item === 'string' ? Buffer.byteLength(item) + 8 : 256;
      if (bytesLeft < 0) break;
      items.push(item);
    }
    limited[key] = items;
  }
  return limited;
}

function limitField(value: unknown, path: string, redact: Redact | undefined): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string') return limitName(value, path, redact);
  if (!Array.isArray(value)) return value;
  return value
    .map((item: unknown, index) => (typeof item === 'string' ? limitName(item, `${path}[${index}]`, redact) : item))
    .filter((item) => item !== undefined);
}

function limitName(name: string, path: string, redact: Redact | undefined): string | undefined {
  let shown: unknown = name;
  if (redact) {
    try {
      shown = redact(path, name);
    } catch {
      return undefined;
    }
  }
  if (typeof shown !== 'string') return undefined;
  if (shown.length <= MAX_NAME_LENGTH) return shown;
  const last = shown.charCodeAt(MAX_NAME_LENGTH - 2);
  return `${shown.slice(0, MAX_NAME_LENGTH - (last >= 0xd800 && last <= 0xdbff ? 2 : 1))}…`;
}
