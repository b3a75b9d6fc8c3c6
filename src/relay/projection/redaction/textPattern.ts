/** Finds what a pattern matches in a text. Linear in the text, whatever pattern and text are. */
export interface TextPattern {
  /** The leftmost matches, each as long as it can be, that do not overlap: `[start, end)`. */
  find(text: string): readonly (readonly [number, number])[];
  /** Where the first thing begins that is no match yet and may become one when the text goes on; its length when there is none. */
  openFrom(text: string): number;
}

/** Longest pattern, in signs. */
export const MAX_PATTERN_LENGTH = 100;

interface Sign {
  readonly takes: (code: number) => boolean;
  readonly isRepeated: boolean;
}

const isDigit = (code: number) => code >= 48 && code <= 57;
const isLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 127;
const isWordPart = (code: number) => isDigit(code) || isLetter(code) || code === 45 || code === 95;
const lower = (code: number) => (code >= 65 && code <= 90 ? code + 32 : code);
const kinds: Readonly<Record<string, (code: number) => boolean>> = {
  '#': isDigit,
  '@': isLetter,
  '?': (code) => isDigit(code) || isLetter(code),
  '*': isWordPart,
};

function parseSigns(pattern: string): readonly Sign[] {
  const signs: Sign[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const isEscaped = pattern[at] === '\\' && at + 1 < pattern.length;
    if (isEscaped) at += 1;
    const kind = isEscaped ? undefined : kinds[pattern[at] ?? ''];
    const own = lower(pattern.charCodeAt(at));
    signs.push({ takes: kind ?? ((code) => lower(code) === own), isRepeated: !isEscaped && pattern[at] === '*' });
  }
  return signs;
}

/**
 * A small language of our own instead of regular expressions, so that no pattern can be slow: `#` is a digit, `@` a letter, `?` either,
 * `*` one or more letters, digits, `-` or `_`; `\` takes the next sign as it is; everything else is itself, in either case.
 * All states are followed at once (Thompson, CACM 11(6), 1968): O(length of the text x length of the pattern).
 */
export function createTextPattern(pattern: string): TextPattern {
  const signs = parseSigns(pattern);
  const end = signs.length;
  const isBounded = signs.every(({ isRepeated }) => !isRepeated);
  return {
    openFrom(text) {
      let starts = new Int32Array(end + 1).fill(-1);
      let next = new Int32Array(end + 1).fill(-1);
      let reach = 0;
      for (let at = isBounded ? Math.max(0, text.length - end) : 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (starts[0] === -1) starts[0] = at;
        next.fill(-1);
        const last = reach;
        reach = 0;
        for (let index = 0; index <= last; index += 1) {
          const start = starts[index] as number;
          const sign = signs[index] as Sign;
          if (start === -1 || !sign.takes(code)) continue;
          for (const to of sign.isRepeated ? [index, index + 1] : [index + 1]) {
            const known = next[to] as number;
            if (known === -1 || start < known) next[to] = start;
          }
          reach = Math.min(index + 1, end - 1);
        }
        [starts, next] = [next, starts];
      }
      return starts
        .subarray(0, end)
        .reduce((open, start) => (start === -1 ? open : Math.min(open, start)), text.length);
    },
    find(text) {
      const found: [number, number][] = [];
      /** Where the match that stands before sign `index` began; -1: none does. The earliest wins. */
      let starts = new Int32Array(end + 1).fill(-1);
      let next = new Int32Array(end + 1).fill(-1);
      let match: [number, number] | undefined;
      let from = 0;
      /** The furthest sign that a match stands before: most texts hold hardly the beginning of one. */
      let reach = 0;
      const close = () => {
        if (!match) return;
        found.push(match);
        from = match[1];
        match = undefined;
      };
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (!match && starts[0] === -1) starts[0] = at;
        next.fill(-1);
        const put = (index: number, start: number) => {
          const known = next[index] as number;
          if (known === -1 || start < known) next[index] = start;
        };
        let isAlive = false;
        const last = reach;
        reach = 0;
        for (let index = 0; index <= last; index += 1) {
          const start = starts[index] as number;
          const sign = signs[index] as Sign;
          if (start === -1 || start < from || (match && start > match[0]) || !sign.takes(code)) continue;
          put(index + 1, start);
          if (sign.isRepeated) put(index, start);
          isAlive = true;
          reach = Math.min(index + 1, end - 1);
        }
        const done = next[end] as number;
        if (done !== -1 && (!match || done <= match[0])) match = [done, at + 1];
        next[end] = -1;
        [starts, next] = [next, starts];
        if (match && !(isAlive && hasStart(starts, match[0], end))) {
          close();
          // what began inside of the match is over
          for (let index = 0; index < end; index += 1) if ((starts[index] as number) < from) starts[index] = -1;
        }
      }
      close();
      return found;
    },
  };
}

function hasStart(starts: Int32Array, start: number, end: number): boolean {
  for (let index = 0; index < end; index += 1) {
    const own = starts[index] as number;
    if (own !== -1 && own <= start) return true;
  }
  return false;
}
