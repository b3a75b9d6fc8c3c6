import type { TextPattern } from './textPattern.ts';

export const detectorNames = ['email', 'card', 'phone', 'key', 'jwt', 'pem', 'connection'] as const;
export type DetectorName = (typeof detectorNames)[number];

/** Each begins at an edge and repeats one class at a time, so it looks at a character a bounded number of times. */
const shapes: Readonly<Record<Exclude<DetectorName, 'card' | 'pem'>, RegExp>> = {
  email: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-][\p{L}\p{N}.-]*/gu,
  phone: /(?<![\w.])\+?\d(?:[ ()./-]{0,2}\d){6,17}(?!\w)/g,
  key: /(?<![A-Za-z0-9])(?:(?:sk|pk|rk|gsk|hf|npm|pypi|whsec|shp[a-z]{2}|dop_v1|glpat|gh[pousr]|github_pat|xox[a-z]|xapp)[-_][A-Za-z0-9_-]{8,}|(?:AKIA|ASIA)[0-9A-Z]{12,}|AIza[0-9A-Za-z_-]{20,}|ya29\.[0-9A-Za-z_-]{8,})/g,
  jwt: /(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g,
  connection: /(?<![a-z0-9])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{0,100}:[^\s@/]{1,200}@[^\s"']*/gi,
};
const cardShape = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;

/** Luhn's check sum: cards have it, and one in ten other numbers. */
function hasLuhnSum(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

const matchesOf = (text: string, shape: RegExp) =>
  [...text.matchAll(shape)].map((match) => [match.index, match.index + match[0].length] as const);

function pemsOf(text: string): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let at = text.indexOf('-----BEGIN '); at >= 0; ) {
    const foot = text.indexOf('-----END ', at);
    const close = foot < 0 ? -1 : text.indexOf('-----', foot + 9);
    const end = close < 0 ? text.length : close + 5;
    found.push([at, end]);
    at = text.indexOf('-----BEGIN ', end);
  }
  return found;
}

/** The longest beginning of one of the shapes that can be told from nothing else. */
const OPEN_CHARS = 80;
/** The same of a connection behind its scheme: a user and a password before the `@` that says what they are. */
const OPEN_CONNECTION_CHARS = 330;
const openFrom = (text: string) => Math.max(0, text.length - OPEN_CHARS);
function openConnectionFrom(text: string): number {
  const from = Math.max(0, text.length - OPEN_CONNECTION_CHARS);
  const at = text.indexOf('://', from);
  return at < 0 ? openFrom(text) : Math.min(openFrom(text), Math.max(0, at - 21));
}

/** Shapes that a rule can ask for by name. */
export function detectorOf(name: DetectorName): TextPattern {
  if (name === 'pem') return { find: pemsOf, openFrom };
  if (name === 'card') {
    return {
      openFrom,
      find: (text) =>
        matchesOf(text, cardShape).filter(([start, end]) => hasLuhnSum(text.slice(start, end).replaceAll(/\D/g, ''))),
    };
  }
  return {
    find: (text) => matchesOf(text, shapes[name]),
    openFrom: name === 'connection' ? openConnectionFrom : openFrom,
  };
}
