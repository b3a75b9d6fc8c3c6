import { cleanText, cutText } from '../model/cleanText.ts';
import { MAX_LIST_LENGTH, MAX_NAME_LENGTH } from '../model/limits.ts';
import { asText } from './looseRecord.ts';

/** A name that the model takes: cleaned and cut to its length; `undefined` for anything that is no text. */
export function nameOf(value: unknown): string | undefined {
  const text = asText(value);
  return text === undefined ? undefined : cutText(cleanText(text), MAX_NAME_LENGTH);
}

/** The texts of a list as names; `undefined` for an empty list and for what is no list. */
export function namesOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.slice(0, MAX_LIST_LENGTH).map(nameOf);
  const kept = names.filter((name) => name !== undefined);
  return kept.length > 0 ? kept : undefined;
}

/** Control characters would break keys and log lines; an id is never cut, because a cut id is another id. */
export const isUsableId = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= MAX_NAME_LENGTH &&
  (isPrintableAscii(value) || !/\p{Cc}|\p{Surrogate}/u.test(value));

function isPrintableAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e) return false;
  }
  return true;
}
