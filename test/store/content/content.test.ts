import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BigText,
  chunkLines,
  findInJson,
  foldText,
  jsonText,
  parseJsonText,
  printJson,
  readJsonRows,
  revealJson,
  untouchedJsonView,
  visibleName,
  visiblePieces,
} from '../../../src/store/content/index.ts';

describe('text that is shown', () => {
  it('names what cannot be seen or turns the order around', () => {
    expect(visibleName('a\u0000b\u001b[31mc')).toBe('a␀b␛[31mc');
    expect(visibleName('report\u202efdp.exe')).toBe('report⟦RLO⟧fdp.exe');
    expect(visibleName('in\u200bvis\u2060ible\ufeff')).toBe('in⟦ZWSP⟧vis⟦WJ⟧ible⟦BOM⟧');
    expect(visibleName('tag\u{e0041}')).toBe('tag⟦U+E0041⟧');
    expect(visibleName('half\ud800')).toBe('half⟦U+D800⟧');
    expect(visiblePieces('one\r\ntwo\rthree')).toEqual([
      { text: 'one\ntwo', kind: 'plain' },
      { text: '␍', kind: 'mark', code: 'U+000D' },
      { text: 'three', kind: 'plain' },
    ]);
  });

  it('leaves emoji and other scripts as they are', () => {
    for (const text of ['👩‍💻 👨‍👩‍👧', '🏳️‍🌈', '👩🏽‍🚀', 'Grüße, 你好, سلام'])
      expect(visiblePieces(text)).toEqual([{ text, kind: 'plain' }]);
  });

  it('keeps every other character, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = visiblePieces(text)
          .filter((piece) => piece.kind === 'plain')
          .map((piece) => piece.text)
          .join('');
        expect(plain.length).toBeLessThanOrEqual(text.length);
        expect(visiblePieces(plain).every((piece) => piece.kind === 'plain')).toBe(true);
      }),
    );
  });
});

describe('blocks of text', () => {
  it('fold after 12 lines, also when all stands on one line', () => {
    const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`);
    expect(foldText(lines.slice(0, 12).join('\n'))).toMatchObject({ lineCount: 12, head: undefined, access: 'inline' });
    expect(foldText(lines.join('\n'))).toMatchObject({ lineCount: 40, head: lines.slice(0, 12).join('\n') });
    expect(foldText('x'.repeat(10_000)).head?.length).toBe(12 * 160);
    expect(foldText('x'.repeat(20_001)).access).toBe('on-demand');
    expect(foldText('é'.repeat(500_001))).toMatchObject({ access: 'download', sizeBytes: 1_000_002 });
  });

  it('come in chunks that are the text again when joined', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 80 }), fc.integer({ min: 1, max: 9 }), (lines, size) => {
        const text = lines.join('\n');
        const chunks = chunkLines(text, size);
        expect(chunks.join('')).toBe(text);
        for (const chunk of chunks.slice(0, -1)) expect(chunk.endsWith('\n')).toBe(true);
      }),
    );
  });
});

describe('JSON', () => {
  it('keeps the digits of whole numbers that a number cannot hold, or does not parse', () => {
    const text = '{"id": 12345678901234567890, "n": 1.5, "s": "99999999999999999999"}';
    // Node 20 does not tell a reviver the digits: there the text is not parsed at all.
    const value = parseJsonText(text) ?? { id: new BigText('12345678901234567890'), n: 1.5, s: '99999999999999999999' };
    expect(value).toEqual({ id: new BigText('12345678901234567890'), n: 1.5, s: '99999999999999999999' });
    expect(jsonText(value)).toContain('"id": 12345678901234567890,');
    expect(parseJsonText('{"id": 9007199254740991}')).toEqual({ id: 9007199254740991 });
    expect(parseJsonText('{oops')).toBeUndefined();
    expect(jsonText({ id: 2n ** 70n })).toContain(String(2n ** 70n));
  });

  it('is printed so that it parses to the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = printJson(value)
          .map((line) => line.map((token) => token.text).join(''))
          .join('\n');
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('shows what the server removed as removed, and copies it so', () => {
    const value = { email: { redacted: 'email', size: 24 }, note: { redacted: 'x', other: 1 } };
    expect(
      printJson(value)
        .flat()
        .find((token) => token.tone === 'redacted')?.text,
    ).toBe('[redacted: email]');
    expect(readJsonRows(value, untouchedJsonView).find((row) => row.path === 'email')?.kind).toBe('redacted');
    expect(jsonText(value)).toContain('"email": "[redacted: email]"');
    expect(readJsonRows(value, untouchedJsonView).find((row) => row.path === 'note')?.kind).toBe('object');
  });

  it('starts collapsed past depth 2 and 50 keys, with long strings folded', () => {
    const value = {
      args: { order: { id: 7 } },
      many: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, at])),
      long: 'x'.repeat(301),
    };
    const rows = readJsonRows(value, untouchedJsonView);
    expect(rows.map((row) => row.path)).toEqual(['', 'args', 'args.order', 'many', 'long']);
    expect(rows.find((row) => row.path === 'args.order')).toMatchObject({
      isExpandable: true,
      isExpanded: false,
      depth: 2,
    });
    expect(rows.find((row) => row.path === 'long')?.text).toMatch(/^"x{300}…$/);
  });

  it('finds in keys and values below what is collapsed, and opens the way there', () => {
    const value = { a: { b: { 'c/~d': [{ deep: 'Needle' }] } }, needle: 1 };
    const { pointers } = findInJson(value, 'needle');
    expect(pointers).toEqual(['/a/b/c~1~0d/0/deep', '/needle']);
    const view = revealJson(value, untouchedJsonView, pointers[0] as string);
    expect(readJsonRows(value, view).map((row) => row.path)).toContain('a.b["c/~d"][0].deep');
  });

  it('lists a long list in pages and opens the page of a match', () => {
    const value = Array.from({ length: 5000 }, (_, at) => at);
    const open = { ...untouchedJsonView, isExpanded: new Map([['', true]]) };
    const rows = readJsonRows(value, open);
    expect(rows).toHaveLength(1002);
    expect(rows.at(-1)).toMatchObject({ kind: 'more', childCount: 4000 });
    expect(readJsonRows(value, revealJson(value, open, '/3210')).some((row) => row.pointer === '/3210')).toBe(true);
  });

  it('stands a value nested ten thousand deep', () => {
    let value: unknown = 'end';
    for (let depth = 0; depth < 10_000; depth += 1) value = [value];
    expect(findInJson(value, 'end').pointers).toHaveLength(1);
    expect(printJson(value).length).toBeLessThan(1000);
    const view = revealJson(value, untouchedJsonView, '/0'.repeat(200));
    expect(readJsonRows(value, view).length).toBeGreaterThan(200);
  });
});
