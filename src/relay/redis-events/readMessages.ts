import { redisEventsAdapter } from '../../adapters/redis-events/adapter.ts';
import type { ReadOptions } from '../../adapters/types.ts';
import type { MonitorEvent } from '../../model/event.ts';
import { parseSlice } from '../ingest/parseSlice.ts';
import { splitJsonList } from '../ingest/splitJson.ts';

/** Largest message that is read. Publishers cut at 64 KiB. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Messages as events; what could not be read, by code. One bad message never fails its neighbours. */
export function readMessages(
  texts: readonly string[],
  options: ReadOptions,
): { readonly events: readonly MonitorEvent[]; readonly issues: ReadonlyMap<string, number> } {
  const issues = new Map<string, number>();
  const count = (code: string) => issues.set(code, (issues.get(code) ?? 0) + 1);
  const values: unknown[] = [];
  for (const text of texts) {
    const bytes = Buffer.from(`[${text}]`);
    if (bytes.byteLength > MAX_MESSAGE_BYTES) {
      count('redis-events.too-large');
      continue;
    }
    const split = splitJsonList(bytes, '', 2);
    const slice = 'slices' in split && split.slices.length === 1 ? split.slices[0] : undefined;
    const parsed = slice && parseSlice(bytes, slice);
    if (!parsed) count('redis-events.bad-json');
    else if ('issue' in parsed) count(parsed.issue.code);
    else values.push(parsed.value);
  }
  const read = redisEventsAdapter.read(values, options);
  for (const { code } of read.issues) count(code);
  return { events: read.events, issues };
}
