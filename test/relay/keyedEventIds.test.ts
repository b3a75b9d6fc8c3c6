import { describe, expect, it } from 'vitest';
import { createKeyedEventIds } from '../../src/relay/ingest/keyedEventIds.ts';

const KEY = 'a key of this relay, 32 characters';
const text = `6ab1c2d3${'0'.repeat(24)}`;

describe('ids of events that were made out of foreign records', () => {
  const idOf = createKeyedEventIds(KEY)('shop');

  it('begin with the second that the record names, so that a log finds them beside those of their time', () => {
    expect(idOf(text)).toMatch(/^6ab1c2d3-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('tell nothing else without the key: another record, project or key gives another rest', () => {
    const others = [
      idOf(`6ab1c2d3${'1'.repeat(24)}`),
      createKeyedEventIds(KEY)('bank')(text),
      createKeyedEventIds(`${KEY}!`)('shop')(text),
    ];
    const rests = [idOf(text), ...others].map((id) => id.slice(9));
    expect(new Set(rests).size).toBe(4);
    expect(idOf(text)).toBe(createKeyedEventIds(KEY)('shop')(text));
  });
});
