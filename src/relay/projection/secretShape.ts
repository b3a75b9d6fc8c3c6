import { detectorOf } from './redaction/detectors.ts';

const keyShapes: readonly RegExp[] = [
  // beginnings of keys that services hand out
  /(?:^|[^a-z0-9])(?:sk|pk|rk|ak|hf|gsk|npm|pypi|whsec|shp[a-z]{2}|sq0[a-z]{3}|dop_v1|glpat|gldt|gh[pousr]|github_pat|xox[a-z]|xapp)[-_][a-z0-9_-]{8}/i,
  /(?:AKIA|ASIA)[0-9A-Z]{8}|AIza[0-9A-Za-z_-]{10}|eyJ[A-Za-z0-9_-]{8}|ya29\.[A-Za-z0-9_-]{8}/,
  // a word for a secret and its value
  /(?:bearer|basic) +[a-z0-9+/=_.-]{8}/i,
  /(?:passw(?:or)?d|pwd|secret|token|api[ _-]?key) {0,3}[:=] {0,3}\S/i,
  // a digest, a key in hex
  /(?:^|[^0-9a-z])[0-9a-f]{16,}(?:[^0-9a-z]|$)/i,
  // a private block
  /(?:BEGIN|END)[ A-Z]{0,30}(?:KEY|CERTIFICATE|MESSAGE)/i,
  // an e-mail address, also spelt out; a connection with its password
  /\S@\S|\S ?[([]at[)\]] ?\S/i,
];
/** Whether a text has what only a key, an address or a private block has. A declared name with it stays hidden. */
export const hasKeyShape = (text: string): boolean => hasPlainKeyShape(plainOf(text));

const hasPlainKeyShape = (text: string) => keyShapes.some((shape) => shape.test(text)) || hasCard(text);
const hasCard = (text: string) => detectorOf('card').find(text).length > 0;

/** Letters and digits of full width and their like as the plain ones; digits of other scripts as some digit. */
const plainOf = (text: string) => text.normalize('NFKC').replace(/(?![0-9])\p{Nd}/gu, '1');

/** Seven digits and more with the usual separators: a phone, a card, an account. */
const longNumber = /(?:\d[ ().:/_-]{0,2}){6}\d/;
/** Model names end in one. */
const date = /(?:19|20)\d\d-?[01]\d-?[0-3]\d(?!\d)/g;
/** A run this long with letters and digits mixed is no word. */
const LONG_RUN = 20;

/**
 * Whether a text has the shape of a secret or of personal data: the beginning of a known key, a long run without words,
 * an e-mail address, a card or phone number.
 * @remarks Errs on the side of yes. Linear: each expression has bounded repeats only.
 */
export function hasSecretShape(text: string): boolean {
  const plain = plainOf(text);
  if (hasPlainKeyShape(plain)) return true;
  if (longNumber.test(plain.replaceAll(date, 'D'))) return true;
  return plain.split(/[^A-Za-z0-9]+/).some(isRandomRun);
}

/** Random runs change between capitals, small letters and digits far more often than words do. */
function isRandomRun(run: string): boolean {
  if (run.length < LONG_RUN) return false;
  let changes = 0;
  for (let index = 1; index < run.length; index += 1) {
    if (kindOf(run.charCodeAt(index)) !== kindOf(run.charCodeAt(index - 1))) changes += 1;
  }
  return /\d/.test(run) || changes > run.length / 3;
}

const kindOf = (code: number): number => (code < 58 ? 0 : code < 91 ? 1 : 2);
