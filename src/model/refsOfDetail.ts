import {
  type Detail,
  type DetailKind,
  type DetailPart,
  type DetailRef,
  type DetailRefs,
  detailParts,
} from './detail.ts';

/**
 * What a stream says of content: of what kind it is and how large, and nothing of what it says.
 * @param given - what is known already, e.g. that a part was cut; parts that `detail` lacks are kept
 * @param sizeOf - bytes of a part as UTF-8 JSON, for who has the text at hand
 */
export function refsOfDetail(
  detail: Detail | undefined,
  given?: DetailRefs,
  sizeOf: (part: DetailPart, value: unknown) => number = sizeAsJson,
): DetailRefs | undefined {
  if (!detail) return given;
  const refs: { -readonly [Part in keyof DetailRefs]: DetailRef } = { ...given };
  for (const part of detailParts) {
    const value = detail[part];
    if (value !== undefined) refs[part] = refOf(value, sizeOf(part, value), given?.[part]?.isTruncated);
  }
  return refs;
}

const sizeAsJson = (_part: DetailPart, value: unknown): number =>
  new TextEncoder().encode(JSON.stringify(value)).byteLength;

function refOf(value: unknown, sizeBytes: number, isTruncated: boolean | undefined): DetailRef {
  const kind = kindOf(value);
  const count = countOf(value);
  return {
    kind,
    sizeBytes,
    ...(count !== undefined && { count }),
    ...(isTruncated === true && { isTruncated }),
  };
}

function countOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}

function kindOf(value: unknown): DetailKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length > 0 && value.every(isMessage) ? 'messages' : 'list';
  if (typeof value === 'string') return /^data:[a-z0-9.+-]+\/[a-z0-9.+-]+;base64,/i.test(value) ? 'binary' : 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

const isMessage = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && typeof (item as { role?: unknown }).role === 'string';
