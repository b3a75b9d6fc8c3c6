import { asText } from './looseRecord.ts';

export { setField } from './setField.ts';

/** Sources encode content as JSON, and some encode it again; more layers than this nobody was seen to put on. */
const MAX_LAYERS = 3;

/** Code units of what JSON of a record, a list and a text begins with, and of what it ends with. */
const closers: ReadonlyMap<number, number> = new Map([
  [0x7b, 0x7d],
  [0x5b, 0x5d],
  [0x22, 0x22],
]);

/** Cheap look at the ends, so that plain text is never tried. */
function looksEncoded(text: string): boolean {
  const closer = closers.get(text.charCodeAt(0));
  return closer !== undefined && text.length > 1 && text.charCodeAt(text.length - 1) === closer;
}

/**
 * Content as its source meant it: JSON in a string becomes what it stands for, layer by layer; text that is no JSON stays text.
 * Nothing and an empty text are `undefined`.
 */
export function parseContent(value: unknown): unknown {
  if (value === null || value === '') return undefined;
  let content: unknown = value;
  for (let layer = 0; layer < MAX_LAYERS && typeof content === 'string' && looksEncoded(content); layer += 1) {
    try {
      content = JSON.parse(content) as unknown;
    } catch {
      return content;
    }
  }
  return content === null || content === '' ? undefined : content;
}

/** The record behind a value that may be one, or JSON of one; `undefined` for anything else. */
export function parseRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const content = asText(value) === undefined ? value : parseContent(value);
  return typeof content === 'object' && content !== null && !Array.isArray(content)
    ? (content as Readonly<Record<string, unknown>>)
    : undefined;
}
