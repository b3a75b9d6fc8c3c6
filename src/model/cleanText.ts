/** With the `u` flag this matches halves of pairs that stand alone; whole pairs are one code point and pass. */
const loneSurrogates = /\p{Surrogate}/gu;
const replacement = '\ufffd';

/** Engines of before 2023 lack the method, which need not look at each character of a text in one-byte letters. */
const native = (String.prototype as { isWellFormed?: (this: string) => boolean }).isWellFormed;
export const isWellFormed = (text: string): boolean => (native ? native.call(text) : !/\p{Surrogate}/u.test(text));

const hasNul = (text: string): boolean => text.includes('\0');

/**
 * A text that every store takes: PostgreSQL refuses NUL, UTF-8 has no lone surrogates.
 * Both become U+FFFD; a clean text comes back as it is.
 */
export function cleanText(text: string): string {
  const whole = isWellFormed(text) ? text : text.replace(loneSurrogates, replacement);
  return hasNul(whole) ? whole.replaceAll('\0', replacement) : whole;
}

/** At most `maxLength` UTF-16 units, never half a character; what was cut ends in `…`. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = maxLength - 1;
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return `${text.slice(0, isHalf ? end - 1 : end)}…`;
}
