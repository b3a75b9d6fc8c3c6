import { describe, expect, it } from 'vitest';
import { cutText, snapshotValue, TRUNCATION_MARK } from '../../src/agent/snapshotValue.ts';

const limits = { maxBytes: 1_000, maxDepth: 10, maxNodes: 1_000 };
const copyOf = (value: unknown) => snapshotValue(value, limits).value;

describe('snapshotValue', () => {
  it('copies, so that later changes do not show', () => {
    const source = { list: [{ n: 1 }] };
    const copied = copyOf(source);
    source.list.push({ n: 2 });
    expect(copied).toEqual({ list: [{ n: 1 }] });
  });

  it('keeps the neighbours of what cannot be read', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.self = circle;
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const hostile = {
      good: 1,
      get bad() {
        throw new Error('no');
      },
      circle,
      big: 10n ** 30n,
      revoked: revoked.proxy,
      nan: Number.NaN,
      fn: () => 1,
      symbol: Symbol('s'),
      date: new Date(0),
      map: new Map([['k', 'v']]),
      set: new Set([1]),
      bytes: new Uint8Array(3),
      error: new TypeError('broken'),
      toJsonThrows: {
        toJSON() {
          throw new Error('no');
        },
      },
      half: 'a\ud800b',
      absent: undefined,
    };
    expect(copyOf(hostile)).toEqual({
      good: 1,
      bad: '[unreadable]',
      circle: { name: 'circle', self: '[circular]' },
      big: '1000000000000000000000000000000',
      revoked: '[unreadable]',
      nan: 'NaN',
      date: '1970-01-01T00:00:00.000Z',
      map: { k: 'v' },
      set: [1],
      bytes: '[binary, 3 bytes]',
      error: { name: 'TypeError', message: 'broken' },
      toJsonThrows: '[unreadable]',
      half: 'a\ufffdb',
    });
  });

  it('copies a shared object each time it is met: only a circle is one', () => {
    const shared = { n: 1 };
    expect(copyOf([shared, shared])).toEqual([{ n: 1 }, { n: 1 }]);
  });

  it('ends on objects that grow without end', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 10_000; level += 1) deep = { deep };
    let wide: unknown = 'x';
    for (let level = 0; level < 40; level += 1) wide = [wide, wide]; // 2^40 leaves in 40 objects
    expect(snapshotValue(deep, limits).isTruncated).toBe(true);
    expect(snapshotValue(wide, { ...limits, maxDepth: 100 }).isTruncated).toBe(true);
  });

  it('cuts long text and says so', () => {
    const { value, isTruncated } = snapshotValue({ text: 'x'.repeat(5_000), next: 'gone' }, limits);
    expect(isTruncated).toBe(true);
    expect(JSON.stringify(value)).toContain(TRUNCATION_MARK);
    expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThan(1_200);
  });

  it('does not follow __proto__ into its copy', () => {
    const copied = copyOf(JSON.parse('{"__proto__":{"polluted":true},"a":1}')) as object;
    expect(Object.getPrototypeOf(copied)).toBe(Object.prototype);
    expect(Object.keys(copied)).toEqual(['a']);
  });
});

describe('cutText', () => {
  it.each(['plain text', 'äöü'.repeat(50), '😀'.repeat(50), 'a😀ä'.repeat(40)])('cuts %s at a character', (text) => {
    for (let maxBytes = 0; maxBytes <= 60; maxBytes += 1) {
      const cut = cutText(text, maxBytes);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(maxBytes);
      expect(text.startsWith(cut)).toBe(true);
      expect(cut).not.toMatch(/\p{Surrogate}/u);
    }
  });
});
