import { createSeededRandom } from 'spanlight/simulator';
import { expect, it } from 'vitest';
import { parseIsoTime } from '../../src/adapters/isoTime.ts';

const digits = (value: number, width: number) => String(value).padStart(width, '0');

/** What a time says, by the platform's own reading of everything but the fraction. */
function wantedMs(day: string, clock: string, fraction: string, zone: string): number | undefined {
  const wholeMs = Date.parse(`${day}T${clock}${zone || 'Z'}`);
  const timeMs = wholeMs + Number(`0.${fraction || '0'}`) * 1000;
  return timeMs >= 0 && timeMs <= 253_402_300_799_999 ? timeMs : undefined;
}

it('reads every form of a time as the platform does, whatever was read before, with its fraction', () => {
  const random = createSeededRandom(3);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
  const days = ['1969-12-31', '1970-01-01', '2024-02-29', '2026-02-30', '2026-11-28', '2026-13-01', '9999-12-31'];
  const clocks = ['00:00:00', '23:59:59', '24:00:00', '12:60:00', '12:00:60'];
  for (let round = 0; round < 20_000; round += 1) {
    const day = pick(days);
    const clock =
      random.next() < 0.3
        ? pick(clocks)
        : [24, 60, 60].map((top) => digits(Math.floor(random.next() * top), 2)).join(':');
    const fraction =
      random.next() < 0.3 ? '' : digits(Math.floor(random.next() * 1e9), 9).slice(0, 1 + Math.floor(random.next() * 9));
    const zone = pick(['Z', '+00:00', '', 'z', '+02:00', '-0730']);
    const text = `${day}T${clock}${fraction === '' ? '' : `.${fraction}`}${zone}`;
    expect(parseIsoTime(text), text).toBe(wantedMs(day, clock, fraction, zone));
  }
});

it.each([
  '2026-11-28T08:00:00.Z',
  '2026-11-28T08:00:00.1234567890Z',
  '2026-11-28T08:00:00.12aZ',
  '2026-11-28T08:00:00ZZ',
  '2026-11-28T0a:00:00Z',
  '2026-11-28T08-00-00Z',
  '2026-11-28T08:00:00+00:0',
  '2026-11-28T08:00Z',
  '2026-11-28',
  ' 2026-11-28T08:00:00Z',
])('takes %s for no time', (text) => {
  parseIsoTime('2026-11-28T08:00:00Z');
  expect(parseIsoTime(text)).toBeUndefined();
});
