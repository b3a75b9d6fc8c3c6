import { isUsableId } from '../names.ts';

const hexDigits = '0123456789abcdef';

function hexOfBytes(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
  return hex;
}

/** 1 for a lower-case hex digit, 2 for an upper-case one. */
const digitKinds = new Uint8Array(128);
for (const digit of '0123456789abcdef') digitKinds[digit.charCodeAt(0)] = 1;
for (const digit of 'ABCDEF') digitKinds[digit.charCodeAt(0)] = 2;

/** What a text of the right length is, in hex. */
const notHex = 0;
const lowerHex = 1;
const mixedHex = 2;
const onlyZeros = 3;

function hexKind(text: string): number {
  let kind = lowerHex;
  let digits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const digit = digitKinds[code];
    if (digit === undefined || digit === 0) return notHex;
    if (digit === 2) kind = mixedHex;
    digits |= code;
  }
  return digits === ZERO ? onlyZeros : kind;
}

/** The digit 0; or-ed with any other digit it is no longer itself. */
const ZERO = 48;

const base64Id = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** @returns `undefined` also for a text whose last bits are of no byte: dropped, they would make two ids of one form the same id */
function bytesOfBase64(text: string): Uint8Array | undefined {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  try {
    const binary = atob(plain);
    if (btoa(binary).replace(/=+$/, '') !== plain) return undefined;
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/**
 * An id as the other exporters write it: hex in lower case; base64 (writers that use protobuf's own JSON) and bytes become hex.
 * An id of another form is taken as it is.
 * @param byteCount - 16 for a trace, 8 for a span
 * @returns `undefined` for what is no id, and for the id of zeros that means none
 */
export function idOf(raw: unknown, byteCount: 8 | 16): string | undefined {
  if (raw instanceof Uint8Array) return raw.length === byteCount ? nonZero(hexOfBytes(raw)) : undefined;
  if (typeof raw !== 'string' || raw === '') return undefined;
  if (raw.length === byteCount * 2) {
    const kind = hexKind(raw);
    if (kind === lowerHex) return raw;
    if (kind === mixedHex) return raw.toLowerCase();
    if (kind === onlyZeros) return undefined;
  }
  const unpadded = raw.replace(/=+$/, '').length;
  if (unpadded === Math.ceil((byteCount * 4) / 3) && base64Id.test(raw)) {
    const bytes = bytesOfBase64(raw);
    if (bytes?.length === byteCount) return nonZero(hexOfBytes(bytes));
  }
  return isUsableId(raw) ? raw : undefined;
}

const nonZero = (hex: string): string | undefined => (hex.charCodeAt(0) === 48 && /^0+$/.test(hex) ? undefined : hex);
