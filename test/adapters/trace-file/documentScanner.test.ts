import { createSeededRandom } from 'spanlight/simulator';
import { describe, expect, it } from 'vitest';
import { DocumentScanner } from '../../../src/adapters/trace-file/documentScanner.ts';

const names = new Set(['spans', 'events']);

/** What the runs of a document say, put together again. */
function readBack(text: string, cuts: readonly number[], aloneFrom?: number): unknown {
  const scanner = new DocumentScanner(names, aloneFrom);
  let from = 0;
  for (const cut of [...cuts, text.length]) {
    scanner.push(text.slice(from, cut));
    from = cut;
  }
  const outline = scanner.end();
  if (!outline) return undefined;
  const frame = JSON.parse(outline.frame) as unknown;
  for (const { listName, first, texts } of outline.runs) {
    const list = (listName === undefined ? frame : (frame as Record<string, unknown>)[listName]) as unknown[];
    expect(first).toBe(list.length);
    list.push(...(JSON.parse(`[${texts.join('')}]`) as unknown[]));
  }
  return frame;
}

const awkward = [
  '',
  '"',
  '\\',
  '\\"',
  '\\\\',
  ']',
  '}',
  '[{',
  ',',
  ':',
  'spans',
  '\u2028',
  '📦',
  '\n',
  'a\tb',
  '\ud800',
];

function randomValue(random: ReturnType<typeof createSeededRandom>, depth: number): unknown {
  const kind = random.whole(0, depth > 3 ? 4 : 6);
  if (kind === 0) return random.whole(-1000, 1000) / 8;
  if (kind === 1) return random.pick([true, false, null]);
  if (kind < 5) return random.pick(awkward) + random.pick(awkward);
  const items = Array.from({ length: random.whole(0, 4) }, () => randomValue(random, depth + 1));
  if (kind === 5) return items;
  return Object.fromEntries(items.map((item) => [random.pick([...awkward, ...names]), item]));
}

describe('a document that is taken apart without being parsed', () => {
  it('says the same when it is put together again, wherever its text was cut', () => {
    const random = createSeededRandom(5);
    for (let round = 0; round < 1500; round += 1) {
      const list = () => Array.from({ length: random.whole(0, 6) }, () => randomValue(random, 0));
      const value = random.chance(0.4)
        ? list()
        : {
            a: randomValue(random, 1),
            spans: list(),
            'b"\\': randomValue(random, 1),
            events: random.pick([list(), 1, {}]),
          };
      const text = `${random.pick(['', ' \n'])}${JSON.stringify(value, null, random.pick([0, 1]))}${random.pick(['', '\r\n '])}`;
      const cuts = Array.from({ length: random.whole(0, 12) }, () => random.whole(0, text.length)).sort(
        (a, b) => a - b,
      );
      expect(readBack(text, cuts, random.pick([0, 10, 1000])), text).toEqual(JSON.parse(text));
    }
  });

  it('cut after every character says the same, too', () => {
    const value = { spans: [{ spans: ['\\"]', { a: [1, [2]] }] }, 'x\\', 3, null], more: 'spans' };
    const text = JSON.stringify(value, null, 1);
    const cuts = Array.from({ length: text.length - 1 }, (_unused, at) => at + 1);
    expect(readBack(text, cuts)).toEqual(value);
  });

  it.each([
    '',
    '  ',
    '1',
    '"text"',
    '{"spans":[1}',
    '[1',
    '{"a":1',
    '[1]]',
    '[1] 2',
    '{} {}',
    '[1],',
    '{"a":"',
    'x[1]',
    '[1}',
    ':[1]',
  ])('takes %s for no whole document', (text) => {
    const scanner = new DocumentScanner(names);
    scanner.push(text);
    expect(scanner.end()).toBeUndefined();
  });

  it('keeps the list that stands last under one name, as a parser does', () => {
    expect(readBack('{"spans":[1,2],"spans":[3]}', [4, 12, 20])).toEqual({ spans: [3] });
  });
});
