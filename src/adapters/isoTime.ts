import { isTimeMs } from '../model/units.ts';

const isoTime = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?(Z|z|[+-]\d{2}:?\d{2})?$/;

/**
 * ISO-8601 to epoch ms with fraction: microseconds survive, which `Date.parse` cuts off. Without a zone it is UTC.
 * @returns `undefined` for anything else, and for times before 1970 or after 9999
 */
export function parseIsoTime(value: unknown): number | undefined {
  const match = typeof value === 'string' ? isoTime.exec(value) : null;
  if (!match) return undefined;
  const [, seconds = '', fraction = '', zone = 'Z'] = match;
  const wholeMs = Date.parse(`${seconds.replace(' ', 'T')}${zone}`);
  const timeMs = wholeMs + Number(`0.${fraction || '0'}`) * 1000;
  return isTimeMs(timeMs) ? timeMs : undefined;
}
