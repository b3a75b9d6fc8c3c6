import { decodedViewOf, openEscapeAt } from './decodedView.ts';
import type { TextPattern } from './textPattern.ts';

/** What is to be taken out of a text, and which of the patterns says so. */
export interface Hidden {
  readonly start: number;
  readonly end: number;
  /** Index of the pattern. */
  readonly by: number;
}

/**
 * What any of the patterns finds in a text as it came, also behind escapes; what overlaps is one, called by what begins first. All look at
 * the same text: what one takes out must not leave the rest of another without its shape.
 */
export function findHidden(text: string, patterns: readonly TextPattern[]): readonly Hidden[] {
  const view = decodedViewOf(text);
  const found: Hidden[] = [];
  for (const [by, pattern] of patterns.entries()) {
    for (const [start, end] of pattern.find(text)) found.push({ start, end, by });
    for (const [start, end] of view ? pattern.find(view.text) : [])
      found.push({ start: view?.rawAt(start) ?? start, end: view?.rawAt(end) ?? end, by });
  }
  const merged: Hidden[] = [];
  for (const one of found.sort((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (last && one.start < last.end) merged[merged.length - 1] = { ...last, end: Math.max(last.end, one.end) };
    else merged.push(one);
  }
  return merged;
}

/** Where the first thing begins that may become one of them when the text goes on; its length when there is none. */
export function openHiddenFrom(text: string, patterns: readonly TextPattern[]): number {
  if (patterns.length === 0) return text.length;
  const read = text.slice(0, openEscapeAt(text)); // what goes on behind it began in it
  const view = decodedViewOf(read);
  const open = patterns.map((pattern) => pattern.openFrom(read));
  const openInView = view ? patterns.map((pattern) => view.rawAt(pattern.openFrom(view.text))) : [];
  return Math.min(read.length, ...open, ...openInView);
}
