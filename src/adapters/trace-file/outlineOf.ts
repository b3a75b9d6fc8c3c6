import { createTurns } from './createTurns.ts';
import { DocumentScanner, type EntryRun } from './documentScanner.ts';
import type { DocumentShape } from './documentShape.ts';

/** A document that was taken apart, its entries not parsed yet. */
export interface DocumentOutline {
  /** The document with its lists emptied. */
  readonly frame: unknown;
  readonly runs: readonly EntryRun[];
}

/** The value of a JSON text; `undefined` for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Takes a document apart, part by part. @returns `undefined` for what is no whole object or list */
export async function outlineOf(
  texts: readonly string[],
  shape: DocumentShape,
  signal: AbortSignal | undefined,
): Promise<DocumentOutline | undefined> {
  const scanner = new DocumentScanner(new Set(shape.lists.keys()));
  const giveTurn = createTurns(signal);
  for (const text of texts) {
    scanner.push(text);
    await giveTurn();
  }
  const outline = scanner.end();
  const frame = outline && parseJson(outline.frame);
  return outline && frame !== undefined ? { frame, runs: outline.runs } : undefined;
}
