import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFormat } from '../../../src/hooks/format/createFormat.ts';

const format = createFormat({ locale: 'en-US', timeZone: 'UTC' });
const usd = (amount: number) => Math.round(amount * 1e9);
const sMs = 1000;
const mMs = 60 * sMs;
const hMs = 60 * mMs;

describe('count', () => {
  it.each([
    [0, '0'],
    [9_999, '9,999'],
    [10_000, '10.0k'],
    [18_412, '18.4k'],
    [99_960, '100k'],
    [999_499, '999k'],
    [999_500, '1.00M'],
    [1_284_301, '1.28M'],
    [1_284_301_556, '1.28B'],
    [3.2e12, '3.20T'],
    [1.2e15, '1.2e15'],
    [-18_412, '-18.4k'],
  ])('%d reads %s', (value, text) => expect(format.count(value)).toBe(text));
  it('keeps every digit where asked', () => expect(format.exactCount(1_284_301_556)).toBe('1,284,301,556'));
  it.each([
    [412, '412'],
    [1_204, '1.2k'],
    [9_949, '9.9k'],
    [9_960, '9.96k'],
    [18_412, '18.4k'],
  ])('tokens: %d reads %s', (value, text) => expect(format.tokens(value)).toBe(text));
});

describe('what is not known', () => {
  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY])('%s is a dash everywhere', (value) => {
    for (const name of [
      'count',
      'exactCount',
      'tokens',
      'duration',
      'cost',
      'percent',
      'share',
      'points',
      'bytes',
      'rate',
      'clockTime',
      'shortTime',
      'fullTime',
    ] as const)
      expect(format[name](value)).toBe('—');
    expect(format.ago(value, 0)).toBe('—');
    expect(format.isoTime(value)).toBeUndefined();
  });
});

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [-5, '0 ms'],
    [0.04, '<0.1 ms'],
    [0.4, '0.4 ms'],
    [0.97, '0.9 ms'],
    [412, '412 ms'],
    [999.7, '999 ms'],
    [1_500, '1.50 s'],
    [2_600, '2.60 s'],
    [9_999, '9.99 s'],
    [41_200, '41.2 s'],
    [59_990, '59.9 s'],
    [4 * mMs + 12 * sMs, '4m 12s'],
    [18 * mMs + 3 * sMs + 999, '18m 03s'],
    [59 * mMs + 59_999, '59m 59s'],
    [2 * hMs + 5 * mMs, '2h 05m'],
    [76 * hMs + 59 * mMs, '3d 04h'],
  ])('%d ms reads %s', (ms, text) => expect(format.duration(ms)).toBe(text));

  it('never says more than passed by a whole unit', () => {
    const unitMs = { ms: 1, s: sMs };
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: mMs - 1e-6, noNaN: true }), (ms) => {
        const [number, unit] = format.duration(ms).split(' ') as [string, 'ms' | 's'];
        const shown = Number(number) * unitMs[unit];
        expect(Math.abs(shown - ms)).toBeLessThanOrEqual(Math.max(0.1, ms * 0.34));
        for (const edge of [1, sMs, 10 * sMs, mMs]) expect(shown >= edge - 1e-9 && ms < edge).toBe(false);
      }),
    );
  });
});

describe('lag', () => {
  it.each([
    [-20, '0.0 s'],
    [280, '0.3 s'],
    [4_130, '4.1 s'],
    [59_990, '59.9 s'],
    [72_000, '1m 12s'],
    [undefined, '—'],
  ])('%s ms reads %s', (ms, text) => expect(format.lag(ms)).toBe(text));
});

describe('cost', () => {
  it.each([
    [0, '$0.000'],
    [0.000_4, '<$0.001'],
    [0.083, '$0.083'],
    [0.999_6, '$1.00'],
    [41.27, '$41.27'],
    [12_400, '$12,400.00'],
  ])('%d dollars read %s', (amount, text) => expect(format.cost(usd(amount))).toBe(text));
  it('says when it is an estimate, a bound, or short', () => {
    expect(format.cost(usd(0.083), { isEstimated: true })).toBe('≈$0.083');
    expect(format.cost(usd(0.083), { isLowerBound: true, isEstimated: true })).toBe('≥$0.083');
    expect(format.cost(usd(0.000_4), { isLowerBound: true })).toBe('≥$0.000');
    expect(format.cost(usd(12_412), { isCompact: true })).toBe('$12.4k');
    expect(format.cost(usd(9_999), { isCompact: true })).toBe('$9,999.00');
  });
  it('never makes a price of an unknown one', () => expect(format.cost(undefined, { isLowerBound: true })).toBe('—'));
});

describe('percent', () => {
  it.each([
    [0, '0%'],
    [0.000_4, '<0.1%'],
    [0.0142, '1.42%'],
    [0.099_99, '10.0%'],
    [0.688, '68.8%'],
    [0.999_6, '99.9%'],
    [0.999_999, '99.9%'],
    [1, '100%'],
    [1.2, '120.0%'],
  ])('%d reads %s', (fraction, text) => expect(format.percent(fraction)).toBe(text));
  it.each([
    [0, '0%'],
    [0.004, '<1%'],
    [0.434, '43%'],
    [0.996, '99%'],
    [1, '100%'],
  ])('as a share, %d reads %s', (fraction, text) => expect(format.share(fraction)).toBe(text));
  it('differences are in percentage points', () => expect(format.points(-0.0061)).toBe('0.61 pp'));
});

describe('bytes and rates', () => {
  it.each([
    [0, '0 B'],
    [640, '640 B'],
    [999, '999 B'],
    [2_100, '2.1 kB'],
    [9_970, '10 kB'],
    [96_000, '96 kB'],
    [999_600, '1.0 MB'],
  ])('%d bytes read %s', (size, text) => expect(format.bytes(size)).toBe(text));
  it.each([
    [0, '0'],
    [0.01, '<0.1'],
    [4.21, '4.2'],
    [9.97, '10'],
    [42.4, '42'],
    [18_400, '18.4k'],
  ])('%d a second reads %s', (rate, text) => expect(format.rate(rate)).toBe(text));
});

describe('time', () => {
  const atMs = Date.UTC(2026, 10, 21, 13, 32, 7, 412);
  it('is absolute with milliseconds, with the date only on another day', () => {
    expect(format.clockTime(atMs)).toBe('13:32:07.412');
    expect(format.clockTime(atMs, atMs + hMs)).toBe('13:32:07.412');
    expect(format.clockTime(atMs, atMs + 24 * hMs)).toBe('Nov 21, 13:32:07.412');
    expect(format.clockTime(atMs, atMs + 400 * 24 * hMs)).toBe('Nov 21, 2026, 13:32:07.412');
    expect(format.shortTime(atMs)).toBe('13:32:07');
    expect(format.shortTime(Date.UTC(2026, 10, 21))).toBe('00:00:00');
  });
  it('says its zone where there is room', () => {
    expect(format.fullTime(atMs)).toBe('2026-11-21T13:32:07.412+00:00 UTC');
    expect(createFormat({ locale: 'ar-EG', timeZone: 'Europe/Berlin' }).fullTime(atMs)).toBe(
      '2026-11-21T14:32:07.412+01:00 Europe/Berlin, 13:32:07.412 UTC',
    );
    expect(format.isoTime(atMs)).toBe('2026-11-21T13:32:07.412Z');
  });
  it('takes the day from the zone, not from UTC', () => {
    const auckland = createFormat({ locale: 'en-US', timeZone: 'Pacific/Auckland' });
    const lateUtc = Date.UTC(2026, 10, 21, 23, 0);
    expect(auckland.clockTime(lateUtc, Date.UTC(2026, 10, 21, 1, 0))).toMatch(/^Nov 22, /);
    expect(auckland.clockTime(lateUtc, Date.UTC(2026, 10, 22, 1, 0))).toBe('12:00:00.000');
  });
  it.each([
    [500, '0s'],
    [38_900, '38s'],
    [3 * mMs + 59_000, '3m'],
    [2 * hMs, '2h'],
    [75 * hMs, '3d'],
    [-5_000, '0s'],
  ])('%d ms ago reads %s', (ms, text) => expect(format.ago(atMs - ms, atMs)).toBe(text));
  it('knows when the day began, also on a day when the clocks change', () => {
    const berlin = createFormat({ locale: 'en-US', timeZone: 'Europe/Berlin' });
    expect(berlin.dayStartMs(Date.UTC(2026, 10, 21, 13, 32))).toBe(Date.UTC(2026, 10, 20, 23));
    expect(berlin.dayStartMs(Date.UTC(2026, 2, 29, 13, 0))).toBe(Date.UTC(2026, 2, 28, 23)); // one hour less
    expect(berlin.dayStartMs(Date.UTC(2026, 9, 25, 13, 0))).toBe(Date.UTC(2026, 9, 24, 22)); // one hour more
    expect(berlin.dayStartMs(Date.UTC(2026, 9, 24, 22))).toBe(Date.UTC(2026, 9, 24, 22));
  });
  it('does not throw on a time that no clock shows', () => expect(format.clockTime(9e15)).toBe('—'));
});

describe('the host locale', () => {
  const german = createFormat({ locale: 'de-DE', timeZone: 'Europe/Berlin' });
  it('has its own marks', () => {
    expect(german.exactCount(1_284_301)).toBe('1.284.301');
    expect(german.duration(2_600)).toBe('2,60 s');
    expect(german.percent(0.0142)).toBe('1,42%');
    expect(german.cost(usd(12_412), { isCompact: true }).replace(/\s/g, ' ')).toBe('12,4k $');
  });
});

describe('ids', () => {
  it.each([
    ['run_8f2c41', 'run_8f2c41'],
    ['4bf92f3577b34da6a3ce929d0e0e4736', '4bf92f…4736'],
    ['trace_9133e9aa17c84f1f9d6b5c', 'trace_9133e9…6b5c'],
    ['', ''],
  ])('%s reads %s', (id, text) => expect(format.shortId(id)).toBe(text));
});
