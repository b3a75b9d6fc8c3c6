import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { HistoryPosition } from './RunHistory.ts';

const MAX_LENGTH = 200;

/** A short digest of a question: the cursor of one page is no good for another question. */
export const questionOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 8);

/**
 * No authority stands in it, and numbers only.
 * @param secret - hides even those: of a reader who must not learn of rows between its own
 */
export function formatHistoryCursor(question: string, position: HistoryPosition, secret: string | undefined): string {
  const text = JSON.stringify([question, ...position]);
  return (secret === undefined ? Buffer.from(text) : seal(secret, text)).toString('base64url');
}

/** Of each number of a position, what the log can compare it with: whoever reads all rows gets cursors in clear, and can write one. */
export type PositionShape = readonly ('real' | 'whole')[];

/** @returns `undefined` for anything that is no cursor of this question */
export function parseHistoryCursor(
  question: string,
  shape: PositionShape,
  cursor: string,
  secret: string | undefined,
): HistoryPosition | undefined {
  if (cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) return undefined;
  let parsed: unknown;
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    parsed = JSON.parse(secret === undefined ? bytes.toString('utf8') : unseal(secret, bytes));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed.length !== shape.length + 1) return undefined;
  const [given, ...position] = parsed as unknown[];
  const isPosition = position.every((number, index): number is number =>
    shape[index] === 'whole' ? Number.isSafeInteger(number) : Number.isFinite(number),
  );
  return given === question && isPosition ? position : undefined;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const keyOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

function seal(secret: string, text: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(secret), iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function unseal(secret: string, bytes: Buffer): string {
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, keyOf(secret), bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(end));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, end)), decipher.final()]).toString('utf8');
}
