import { plainCopy } from '../model/plainCopy.ts';

/**
 * 128 bits of a text as 32 hex digits: the same record gives the same event id, so a retry is the same event.
 * No defence against somebody who looks for collisions, or for the text behind it: an id only has to be unique among a run's
 * own records, and only who may read them may see it.
 * Source: cyrb128 (bryc, public domain), mixing of MurmurHash3 over UTF-16 units.
 */
function hashText(text: string): string {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    h1 = h2 ^ Math.imul(h1 ^ unit, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ unit, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ unit, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ unit, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1, h2 ^ h1, h3 ^ h1, h4 ^ h1].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Content nested so deep that it ends the stack is written only as far down as the model takes it. */
function textOf(content: readonly unknown[]): string {
  try {
    return JSON.stringify(content);
  } catch {
    return JSON.stringify(plainCopy(content));
  }
}

/** Id of an event that came without one, by what it says: its type, run, entity and content. */
export const eventIdOf = (content: readonly unknown[], hash: (text: string) => string = hashText): string =>
  hash(textOf(content));
