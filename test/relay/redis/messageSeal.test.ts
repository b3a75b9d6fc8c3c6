import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMessageSeal } from '../../../src/relay/redis/messageSeal.ts';

const seal = createMessageSeal('k'.repeat(32));
const MAC_LENGTH = 43;

describe('a sealed message', () => {
  const message = seal.seal('shop:news', '{"n":1}');

  it('opens for its channel and key alone', () => {
    expect(seal.open('shop:news', message)).toBe('{"n":1}');
    expect(createMessageSeal('k'.repeat(32)).open('shop:news', message)).toBe('{"n":1}');
    expect(seal.open('bank:news', message)).toBeUndefined();
    expect(createMessageSeal('k'.repeat(33)).open('shop:news', message)).toBeUndefined();
  });

  it('is not signed with the secret itself, which makes the stand-ins that every viewer sees', () => {
    const mac = createHmac('sha256', 'k'.repeat(32)).update('9:shop:news').update('{"n":1}').digest('base64url');
    expect(seal.open('shop:news', `${mac}{"n":1}`)).toBeUndefined();
  });

  it('opens in no other form: cut, longer, with any sign of it changed, or with its beginning taken for the end of the channel', () => {
    for (let end = 0; end < message.length; end += 1)
      expect(seal.open('shop:news', message.slice(0, end))).toBeUndefined();
    expect(seal.open('shop:news', `${message} `)).toBeUndefined();
    for (let at = 0; at < message.length; at += 1) {
      const other = message.charAt(at) === 'x' ? 'y' : 'x';
      if (at === MAC_LENGTH - 1) continue; // two bits of its last sign say nothing
      expect(seal.open('shop:news', message.slice(0, at) + other + message.slice(at + 1))).toBeUndefined();
    }
    for (const sign of ['ÿ', '\u{1f600}']) expect(seal.open('shop:news', sign.repeat(60))).toBeUndefined();
    const moved = seal.seal('shop:newsX', 'Y');
    expect(seal.open('shop:news', `${moved.slice(0, MAC_LENGTH)}XY`)).toBeUndefined();
  });
});
