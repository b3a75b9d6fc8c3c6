import { type Detail, type DetailKind, type DetailPart, type DetailRef, detailParts } from '../model/detail.ts';
import type { Redact } from './options.ts';
import { snapshotValue } from './snapshotValue.ts';

const MAX_DEPTH = 64;
const MAX_NODES = 50_000;

/**
 * The content as JSON members, each part redacted first and then cut to its size, so that no half of a secret is left.
 * @param maxPartBytes - UTF-8 bytes of one part as JSON
 * @returns `"detail":{…}`, and `"refs":{…}` that name the parts that were cut; `undefined` where there is no content
 */
export function limitDetail(
  detail: Detail | undefined,
  maxPartBytes: number,
  redact: Redact | undefined,
): string | undefined {
  if (!detail) return undefined;
  let parts = '';
  let cuts: { [Part in DetailPart]?: DetailRef } | undefined;
  for (const part of detailParts) {
    const given = detail[part];
    if (given === undefined) continue;
    const value = redact ? redactValue(given, `detail.${part}`, redact) : given;
    if (value === undefined) continue;
    const { text, isTruncated } = limitPart(value, maxPartBytes);
    parts += `${parts === '' ? '' : ','}"${part}":${text}`;
    if (isTruncated)
      cuts = { ...cuts, [part]: { kind: kindOf(value), sizeBytes: Buffer.byteLength(text), isTruncated } };
  }
  if (parts === '') return undefined;
  return `"detail":{${parts}}${cuts ? `,"refs":${JSON.stringify(cuts)}` : ''}`;
}

const kindOf = (value: unknown): DetailKind =>
  typeof value === 'string' ? 'text' : Array.isArray(value) ? 'list' : 'object';

function limitPart(value: unknown, maxBytes: number): { readonly text: string; readonly isTruncated: boolean } {
  const whole = stringifyWhole(value);
  if (whole !== undefined && Buffer.byteLength(whole) <= maxBytes) return { text: whole, isTruncated: false };
  // Quotes and escapes count too, so what is kept shrinks until its text fits.
  for (let budget = maxBytes; ; budget = Math.floor(budget / 2)) {
    const limits = { maxBytes: budget, maxDepth: MAX_DEPTH, maxNodes: MAX_NODES };
    const { value: copied, isTruncated } = snapshotValue(value, limits);
    const text = JSON.stringify(copied) ?? 'null';
    if (Buffer.byteLength(text) <= maxBytes || budget === 0) return { text, isTruncated };
  }
}

/** @returns `undefined` for what JSON cannot hold, e.g. a BigInt out of the redaction hook */
function stringifyWhole(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Works on plain JSON: what comes here was copied out of the SDK's objects before. */
function redactValue(value: unknown, path: string, redact: Redact): unknown {
  if (Array.isArray(value)) return value.map((item, index) => redactValue(item, `${path}[${index}]`, redact) ?? null);
  if (typeof value === 'object' && value !== null) {
    const kept: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const shown = redactValue(item, `${path}.${key}`, redact);
      if (shown !== undefined) kept[key] = shown;
    }
    return kept;
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return value;
  try {
    return redact(path, value);
  } catch {
    return undefined; // a hook that fails costs the value, never the event
  }
}
