import { isTimeMs } from '../../model/units.ts';
import type { Format, FormatOptions } from './createFormat.ts';

const none = '—';

/** Times of a locale and zone. A time the model would refuse gives a dash, as `Intl` throws on it. */
export function createTimeText({
  locale,
  timeZone,
}: FormatOptions): Pick<Format, 'clockTime' | 'shortTime' | 'fullTime' | 'isoTime' | 'dayStartMs'> {
  const zoned = (options: Intl.DateTimeFormatOptions, inLocale: string | undefined = locale) =>
    new Intl.DateTimeFormat(inLocale, { hourCycle: 'h23', ...options, ...(timeZone ? { timeZone } : {}) });
  const seconds = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const shortTime = zoned(seconds);
  const clockTime = zoned({ ...seconds, fractionalSecondDigits: 3 });
  const dayAndMonth = zoned({ day: 'numeric', month: 'short' });
  const wholeDate = zoned({ day: 'numeric', month: 'short', year: 'numeric' });
  // parts that are put together by hand, so in a locale with Latin digits
  const iso = zoned(
    {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      ...seconds,
      fractionalSecondDigits: 3,
      timeZoneName: 'longOffset',
    },
    'en-US',
  );
  const zoneName = zoned({}).resolvedOptions().timeZone;

  const partsOf = (atMs: number) => {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const part of iso.formatToParts(atMs)) parts[part.type] = part.value;
    const offset = parts.timeZoneName?.replace('GMT', '') || '+00:00';
    return { ...parts, day: `${parts.year}-${parts.month}-${parts.day}`, offset };
  };
  /** A date before the time, where the day is another one than today. */
  const dateIfNotToday = (atMs: number, nowMs: number) => {
    const at = partsOf(atMs);
    const now = partsOf(nowMs);
    if (at.day === now.day) return '';
    return `${(at.year === now.year ? dayAndMonth : wholeDate).format(atMs)}, `;
  };

  return {
    clockTime: (atMs, nowMs) =>
      isTimeMs(atMs) ? `${isTimeMs(nowMs) ? dateIfNotToday(atMs, nowMs) : ''}${clockTime.format(atMs)}` : none,
    shortTime: (atMs) => (isTimeMs(atMs) ? shortTime.format(atMs) : none),
    fullTime(atMs) {
      if (!isTimeMs(atMs)) return none;
      const { day, hour, minute, second, fractionalSecond, offset } = partsOf(atMs);
      const local = `${day}T${hour}:${minute}:${second}.${fractionalSecond}${offset} ${zoneName}`;
      return offset === '+00:00' ? local : `${local}, ${new Date(atMs).toISOString().slice(11, 23)} UTC`;
    },
    dayStartMs(atMs) {
      const { day, hour, minute, second, fractionalSecond } = partsOf(atMs);
      const sinceMidnightMs =
        (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000 + Number(fractionalSecond);
      const startMs = Math.floor(atMs) - sinceMidnightMs;
      // the clocks may have been changed since midnight: then the guess is an hour off
      const guess = partsOf(startMs);
      if (guess.day === day) return startMs - Number(guess.hour) * 3_600_000;
      return startMs + (24 - Number(guess.hour)) * 3_600_000;
    },
    isoTime: (atMs) => (isTimeMs(atMs) ? new Date(atMs).toISOString() : undefined),
  };
}
