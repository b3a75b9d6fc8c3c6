import { createHash } from 'node:crypto';
import type { HistoryPosition } from './RunHistory.ts';

const MAX_LENGTH = 200;
const MAX_NUMBERS = 4;

/** A short digest of a question: the cursor of one page is no good for another question. */
export const questionOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 8);

/** Opaque to who gets it: numbers only, so nothing of the data stands in it, and no authority. */
export const formatHistoryCursor = (question: string, position: HistoryPosition): string =>
  Buffer.from(JSON.stringify([question, ...position])).toString('base64url');

/** @returns `undefined` for anything that is no cursor of this question */
export function parseHistoryCursor(question: string, cursor: string): HistoryPosition | undefined {
  if (cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed.length < 2 || parsed.length > MAX_NUMBERS + 1) return undefined;
  const [given, ...position] = parsed as unknown[];
  const isPosition = position.every(
    (number): number is number => typeof number === 'number' && Number.isFinite(number),
  );
  return given === question && isPosition ? position : undefined;
}
