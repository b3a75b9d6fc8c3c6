import { describe, expect, it } from 'vitest';
import { limitDetail } from '../../src/agent/limitDetail.ts';

const parse = (text: string | undefined) =>
  JSON.parse(`{${text}}`) as { detail: Record<string, unknown>; refs?: Record<string, unknown> };

describe('limitDetail', () => {
  it('redacts before it cuts: no half of a secret is left at the edge', () => {
    for (let before = 60; before <= 130; before += 1) {
      const text = limitDetail({ input: `${'x'.repeat(before)}SECRET` }, 100, (_path, value) =>
        String(value).replace('SECRET', '[secret]'),
      );
      expect(text).not.toMatch(/S(?:E|ECRET)/);
    }
  });

  it('keeps a part to its size as JSON, escapes included, and marks it; its neighbours stay whole', () => {
    const { detail, refs } = parse(
      limitDetail({ input: '"\n\u0001'.repeat(500), output: { kept: true } }, 300, undefined),
    );
    expect(Buffer.byteLength(JSON.stringify(detail.input))).toBeLessThanOrEqual(300);
    expect(detail.output).toEqual({ kept: true });
    expect(refs).toEqual({ input: { kind: 'text', sizeBytes: expect.any(Number), isTruncated: true } });
  });

  it('tells the hook where each value stands, and leaves out what it takes away', () => {
    const paths: string[] = [];
    const { detail } = parse(
      limitDetail({ arguments: { card: '4111', list: [1, true, null] } }, 1_000, (path, value) => {
        paths.push(path);
        return path.endsWith('.card') ? undefined : value;
      }),
    );
    expect(paths).toEqual(['detail.arguments.card', 'detail.arguments.list[0]', 'detail.arguments.list[1]']);
    expect(detail).toEqual({ arguments: { list: [1, true, null] } });
  });

  it('survives a hook that gives back what JSON cannot hold', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(parse(limitDetail({ input: 'a' }, 1_000, () => 10n)).detail).toEqual({ input: '10' });
    expect(parse(limitDetail({ input: 'a' }, 1_000, () => circle)).detail).toEqual({ input: { self: '[circular]' } });
  });

  it('says nothing where there is nothing', () => {
    expect(limitDetail(undefined, 1_000, undefined)).toBeUndefined();
    expect(limitDetail({}, 1_000, undefined)).toBeUndefined();
  });
});
