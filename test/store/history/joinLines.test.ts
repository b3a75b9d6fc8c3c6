import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../src/model/log.ts';
import { joinLines } from '../../../src/store/history/joinLines.ts';

const line = (id: string, atMs: number, sourceName?: string): LogLine => ({ id, atMs, level: 'info', sourceName });
const idsOf = (lines: readonly LogLine[]) => lines.map(({ id }) => id).join('');

describe('joinLines', () => {
  it('puts older lines before and among the live ones by time, and by id within one moment', () => {
    const live = [line('c', 20), line('f', 30), line('g', 30)];
    expect(idsOf(joinLines(live, [line('h', 40), line('e', 30), line('d', 20), line('b', 20), line('a', 10)]))).toBe(
      'abcdefgh',
    );
    expect(idsOf(joinLines([], [line('b', 5), line('c', 5), line('a', 5)]))).toBe('abc');
  });

  it('has a line once that is live and in a page, as the live side knows it', () => {
    const joined = joinLines([line('b', 20, 'live')], [line('b', 20, 'page'), line('a', 10)]);
    expect(joined.map(({ sourceName }) => sourceName)).toEqual([undefined, 'live']);
  });
});
