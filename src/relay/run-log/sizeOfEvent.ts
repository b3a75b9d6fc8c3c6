import type { MonitorEvent } from '../../model/event.ts';

/** The envelope and the objects around its fields. */
const BASE_BYTES = 400;

/** About how much memory an event without content takes. Cheaper than writing it as JSON, and never far below that. */
export function sizeOfEvent(event: MonitorEvent): number {
  let bytes = BASE_BYTES;
  for (const value of Object.values(event.a) as unknown[]) {
    if (typeof value === 'string') bytes += 24 + value.length;
    else if (Array.isArray(value)) bytes += sizeOfList(value);
    else bytes += typeof value === 'object' ? 100 : 24;
  }
  return bytes + (event.refs ? Object.keys(event.refs).length * 80 : 0);
}

const sizeOfList = (list: readonly unknown[]): number =>
  list.reduce((sum: number, item) => sum + (typeof item === 'string' ? 24 + item.length : 400), 16);
