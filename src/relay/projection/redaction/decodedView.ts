/** A text as whoever decodes it reads it: for finding only, what is found is taken out of the text itself. */
export interface DecodedView {
  readonly text: string;
  /** Where in the text itself a place of {@link text} lies. */
  rawAt(index: number): number;
}

/** An escape of JSON, however often it was escaped again, of Python, or of a URL; a sign of full width; one that nobody sees. */
const escapes =
  /\\+(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(["'/bfnrt]))|%([0-7][0-9a-f])|([\uff01-\uff5e])|[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/gi;
const hasEscapes = /[\\%\u00ad\u200b-\u200f\u2060-\u2064\ufeff\uff01-\uff5e]/;
/** The beginning of one, at the end of a text that goes on. */
const openEscape = /(?:\\+(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?|%[0-7]?)$/i;
const spaces = new Set(['b', 'f', 'n', 'r', 't']);

/** What it stands for. */
function signOf([, unicode, byte, sign, percent, wide]: RegExpMatchArray): string {
  const code = unicode ?? byte ?? percent;
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  if (wide !== undefined) return String.fromCharCode(wide.charCodeAt(0) - 0xfee0);
  if (sign === undefined) return '';
  return spaces.has(sign.toLowerCase()) ? ' ' : sign;
}

/** @returns `undefined` for a text without escapes: it reads as it stands there. Linear. */
export function decodedViewOf(text: string): DecodedView | undefined {
  if (!hasEscapes.test(text)) return undefined;
  /** Of each escape: where its sign stands in the view, and how much shorter the view is behind it. */
  const places: number[] = [];
  const shorter: number[] = [];
  let built = '';
  let at = 0;
  for (const match of text.matchAll(escapes)) {
    built += text.slice(at, match.index);
    places.push(built.length);
    built += signOf(match);
    at = match.index + match[0].length;
    shorter.push(at - built.length);
  }
  if (places.length === 0) return undefined;
  return {
    text: built + text.slice(at),
    rawAt(index) {
      let [low, high] = [0, places.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((places[middle] as number) < index) low = middle + 1;
        else high = middle;
      }
      return index + (low === 0 ? 0 : (shorter[low - 1] as number));
    },
  };
}

/** Where an escape begins that is not whole yet; the length of the text when none does. */
export const openEscapeAt = (text: string): number => {
  const at = text.slice(-OPEN_CHARS).search(openEscape);
  return at < 0 ? text.length : Math.max(0, text.length - OPEN_CHARS) + at;
};
/** A run of backslashes that is longer hides nothing any more. */
const OPEN_CHARS = 64;
