import type { MonitorEvent } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { createLogTexts } from '../../../src/store/history/logTexts.ts';
import { createFakeHistory } from '../support/fakeHistory.ts';

const buildLine = (id: string, message: string): MonitorEvent =>
  ({ id, type: 'log', sv: 1, ts: 1, a: {}, detail: { message } }) as unknown as MonitorEvent;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createLogTexts', () => {
  it('asks once for many lines, and not again for those that are on their way', async () => {
    const history = createFakeHistory(() => [buildLine('a', 'one'), buildLine('b', 'two')]);
    history.isHeld = true;
    const texts = createLogTexts(
      () => history,
      () => undefined,
    );
    texts.load(['a']);
    texts.load(['b', 'gone']);
    await settle();
    texts.load(['a', 'b']);
    await settle();
    expect(history.asked).toEqual(['texts a,b,gone']);
    await history.release();
    expect([...texts.texts]).toEqual([
      ['a', 'one'],
      ['b', 'two'],
      ['gone', null],
    ]);
  });

  it('drops an answer that was asked for before everything was let go', async () => {
    const history = createFakeHistory(() => [buildLine('a', 'secret')]);
    history.isHeld = true;
    const texts = createLogTexts(
      () => history,
      () => undefined,
    );
    texts.load(['a']);
    await settle();
    texts.clear();
    await history.release();
    expect(texts.texts.size).toBe(0);
  });

  it('keeps the newest 5,000 texts', () => {
    const texts = createLogTexts(
      () => undefined,
      () => undefined,
    );
    texts.add(new Map(Array.from({ length: 5002 }, (_, index) => [`l${index}`, 'x'])));
    expect(texts.texts.size).toBe(5000);
    expect(texts.texts.has('l1')).toBe(false);
    expect(texts.texts.has('l5001')).toBe(true);
  });
});
