import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTurns } from '../../src/relay/turns.ts';

afterEach(() => vi.restoreAllMocks());

describe('turns of long work', () => {
  it('hold up input no longer however many run at once, and all come to their end', async () => {
    let clockMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clockMs);
    let longestMs = 0;
    let lookedAtMs = 0;
    let isOver = false;
    const look = () => {
      longestMs = Math.max(longestMs, clockMs - lookedAtMs);
      lookedAtMs = clockMs;
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    const work = async () => {
      const turns = createTurns();
      for (let step = 0; step < 30; step += 1) {
        const othersGo = turns.giveWay();
        if (othersGo) await othersGo;
        clockMs += 2;
      }
    };
    await Promise.all(Array.from({ length: 40 }, work));
    isOver = true;
    expect(clockMs).toBe(40 * 30 * 2);
    // each has begun once before it was told to wait
    expect(longestMs).toBeLessThanOrEqual(40 * 2 + 12);
    expect(longestMs).toBeLessThan(40 * 8);
  });

  it('go on at once while there is time', () => {
    vi.spyOn(performance, 'now').mockReturnValue(5);
    const turns = createTurns();
    expect(turns.giveWay()).toBeUndefined();
    expect(turns.giveWay()).toBeUndefined();
  });
});
