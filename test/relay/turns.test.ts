import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTurns } from '../../src/relay/turns.ts';

/** All time is time of this process. */
function bendClocks(nowMs: () => number): void {
  vi.spyOn(performance, 'now').mockImplementation(nowMs);
  vi.spyOn(process, 'cpuUsage').mockImplementation((before) => ({
    user: nowMs() * 1000 - (before?.user ?? 0),
    system: 0,
  }));
}

afterEach(() => vi.restoreAllMocks());

describe('turns of long work', () => {
  it('hold up input no longer however many run at once, and all come to their end', async () => {
    let clockMs = 0;
    bendClocks(() => clockMs);
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

  it('that is left over in bits is done in one turn, however long the loop takes for each: nobody waits behind everybody', async () => {
    let clockMs = 10_000;
    bendClocks(() => clockMs);
    let rounds = 0;
    let isOver = false;
    const beBusy = () => {
      rounds += 1;
      clockMs += 50;
      if (!isOver) setImmediate(beBusy);
    };
    const begun = Array.from({ length: 60 }, () => createTurns());
    clockMs += 100; // others had the thread for so long
    const waits = begun.map((turns) => turns.giveWay());
    expect(waits.filter((wait) => wait !== undefined)).toHaveLength(60);
    setImmediate(beBusy);
    await Promise.all(
      waits.map(async (wait) => {
        await wait;
        clockMs += 0.1;
      }),
    );
    isOver = true;
    expect(rounds).toBeLessThanOrEqual(2);
  });

  it('go on at once while there is time', () => {
    vi.spyOn(performance, 'now').mockReturnValue(5);
    const turns = createTurns();
    expect(turns.giveWay()).toBeUndefined();
    expect(turns.giveWay()).toBeUndefined();
  });
});
