import { createTraffic, type ScenarioName, traffic } from 'spanlight/simulator';
import type { MonitorEvent } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/index.ts';
import { parseEvent } from '../../src/model/validateEvent.ts';

const start = 1_800_000_000_000;
const minute = 60_000;
const eventsOf = (sent: readonly { readonly event?: MonitorEvent | undefined }[]) =>
  sent.flatMap(({ event }) => event ?? []);

describe('traffic', () => {
  it('goes on for ever, the same for the same seed, valid and numbered without a hole', () => {
    const take = (seed: number) => {
      const taken: MonitorEvent[] = [];
      for (const event of traffic({ seed, startAtMs: start })) if (taken.push(event) === 2000) break;
      return taken;
    };
    const events = take(5);
    expect(take(5)).toEqual(events);
    expect(take(6)[40]?.id).not.toBe(events[40]?.id);
    for (const event of events) expect(parseEvent(event).issue).toBeUndefined();
    expect(events[0]?.type).toBe('producer.hello');
    const numbers = events.flatMap(({ prod }) => (prod ? [prod.n] : []));
    expect(numbers).toEqual(numbers.map((_unused, index) => index + 1));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it('is at its rate within seconds when it has been going on', () => {
    const rateFrom1To6Sec = (warmUpMs: number) => {
      const counts = [1, 2, 3].map((seed) => {
        const source = createTraffic({ seed, startAtMs: start, ratePerSec: 100, warmUpMs });
        source.takeUntil(start + 1000);
        return eventsOf(source.takeUntil(start + 6000)).length;
      });
      return counts.reduce((sum, count) => sum + count, 0) / counts.length / 5;
    };
    expect(rateFrom1To6Sec(0)).toBeLessThan(60);
    expect(rateFrom1To6Sec(90_000)).toBeGreaterThan(75);
    expect(rateFrom1To6Sec(90_000)).toBeLessThan(125);
    const source = createTraffic({ seed: 3, startAtMs: start, ratePerSec: 100, warmUpMs: 90_000 });
    const events = eventsOf(source.takeUntil(start + minute));
    const numbers = events.flatMap(({ prod }) => (prod ? [prod.n] : []));
    expect(numbers).toEqual(numbers.map((_unused, index) => index + 1));
    const fold = createFold();
    for (const event of events) fold.apply(event);
    fold.settle();
    // every run is told of from its beginning
    const { reader } = fold;
    expect(reader.runIds.filter((id) => reader.getRun(id)?.startedAtMs === undefined)).toEqual([]);
  }, 20_000);

  it('declares its names, then beats every 15 s', () => {
    const source = createTraffic({ startAtMs: start, ratePerSec: 5 });
    const events = eventsOf(source.takeUntil(start + 2 * minute));
    const names = new Set(events[0]?.type === 'producer.hello' ? events[0].a.toolNames : []);
    const used = events.flatMap((event) =>
      event.type === 'span.start' && event.a.kind === 'tool' ? [event.a.name ?? ''] : [],
    );
    expect(used.filter((name) => !names.has(name))).toEqual([]);
    const beats = events.filter(({ type }) => type === 'producer.beat').map(({ ts }) => (ts - start) / 1000);
    expect(beats).toEqual([15, 30, 45, 60, 75, 90, 105, 120]);
  });

  it.each([5, 40, 400])('keeps to %d events a second on average', (ratePerSec) => {
    const source = createTraffic({ seed: 3, startAtMs: start, ratePerSec });
    source.takeUntil(start + minute); // the first runs are on their way
    const lastsMs = (10_000 / ratePerSec) * 1000;
    const events = eventsOf(source.takeUntil(start + minute + lastsMs));
    const seen = events.length / (lastsMs / 1000);
    expect(seen / ratePerSec).toBeGreaterThan(0.85);
    expect(seen / ratePerSec).toBeLessThan(1.15);
  });

  it('takes what is due and no more, whatever the steps', () => {
    const once = eventsOf(createTraffic({ startAtMs: start }).takeUntil(start + minute));
    const stepped = createTraffic({ startAtMs: start });
    const steps: MonitorEvent[] = [];
    for (let atMs = start; atMs <= start + minute; atMs += 250) {
      const sent = stepped.takeUntil(atMs);
      for (const { atMs: sentAtMs } of sent) expect(sentAtMs).toBeLessThanOrEqual(atMs);
      steps.push(...eventsOf(sent));
    }
    expect(steps.map(({ type }) => type)).toEqual(once.map(({ type }) => type));
    expect(eventsOf(stepped.takeUntil(start + minute))).toEqual([]);
  });

  it('follows a new rate at once, up and down', () => {
    const source = createTraffic({ seed: 2, startAtMs: start, ratePerSec: 1 });
    let atMs = start;
    const take = (ms: number) => {
      atMs += ms;
      return eventsOf(source.takeUntil(atMs)).length;
    };
    take(10_000);
    source.ratePerSec = 500;
    expect(take(20_000)).toBeGreaterThan(4000);
    source.ratePerSec = 0.5;
    take(2 * minute); // what has begun goes on to its end
    expect(take(10 * minute)).toBeLessThan(1000);
  });

  it('lets as many runs fail as the error rate says', () => {
    const failures = (errorRate: number) => {
      const events = eventsOf(
        createTraffic({ seed: 4, startAtMs: start, ratePerSec: 80, errorRate }).takeUntil(start + minute),
      );
      const starts = new Set(events.filter(({ type }) => type === 'run.start').map(({ run }) => run)).size;
      return events.filter(({ type }) => type === 'run.fail').length / starts;
    };
    expect(failures(0)).toBe(0);
    expect(failures(0.4)).toBeGreaterThan(0.25);
    expect(failures(0.4)).toBeLessThan(0.5);
    expect(failures(1)).toBeGreaterThan(0.85);
  });

  it('mixes only what it was told to', () => {
    const source = createTraffic({ startAtMs: start, scenarios: ['quick-answer'], errorRate: 1 });
    const events = eventsOf(source.takeUntil(start + minute));
    const names = new Set(events.flatMap((event) => (event.type === 'run.start' ? [event.a.name] : [])));
    expect(names).toEqual(new Set(['Order lookup']));
  });

  it('tells runs apart, of a scenario that names its run too', () => {
    const source = createTraffic({ startAtMs: start, scenarios: ['mock'], ratePerSec: 20 });
    const events = eventsOf(source.takeUntil(start + minute));
    const starts = events.filter(({ type }) => type === 'run.start').map(({ run }) => run);
    expect(starts.length).toBeGreaterThan(10);
    expect(new Set(starts).size).toBe(starts.length);
  });

  it('shifts what has not happened yet: open spans last longer, nothing jumps back', () => {
    const source = createTraffic({ seed: 8, startAtMs: start, ratePerSec: 20 });
    const fold = createFold();
    const take = (atMs: number) => {
      const sent = source.takeUntil(atMs);
      for (const event of eventsOf(sent)) fold.apply(event);
      fold.settle();
      return sent;
    };
    take(start + 20_000);
    const open = fold.reader.runIds
      .flatMap((id) => [...fold.reader.spansOf(id)])
      .filter(({ endedAtMs }) => endedAtMs === undefined);
    expect(open.length).toBeGreaterThan(0);
    source.shift(start + 20_000, 5 * minute);
    expect(take(start + 20_000 + 5 * minute - 1)).toEqual([]);
    take(start + 10 * minute);
    for (const { key, startedAtMs } of open) {
      const now = fold.reader.getSpan(key);
      expect(now?.startedAtMs).toBe(startedAtMs);
      expect(now?.endedAtMs).toBeGreaterThan(start + 5 * minute);
    }
  });

  it('streams the words of running calls', () => {
    const lives = createTraffic({ startAtMs: start, ratePerSec: 60 })
      .takeUntil(start + minute)
      .flatMap(({ live }) => live ?? []);
    expect(lives.length).toBeGreaterThan(5);
    const [first] = lives;
    const same = lives.filter(({ span }) => span === first?.span);
    let offset = 0;
    for (const live of same) {
      expect(live.offset).toBe(offset);
      offset += live.text.length;
    }
  });

  it('refuses what is out of range, and keeps what it had', () => {
    const source = createTraffic();
    expect(() => createTraffic({ scenarios: [] })).toThrow(/simulator\.bad-option/);
    expect(() => createTraffic({ scenarios: ['x' as ScenarioName] })).toThrow(/simulator\.unknown-scenario/);
    for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => {
        source.ratePerSec = rate;
      }).toThrow(/simulator\.bad-option/);
    }
    expect(() => {
      source.errorRate = 1.01;
    }).toThrow(/simulator\.bad-option/);
    expect([source.ratePerSec, source.errorRate]).toEqual([20, 0.1]);
  });
});
