import type { ReadOptions, ReadResult } from '../../adapters/types.ts';
import type { InputIssue } from '../../model/errors.ts';
import type { MonitorEvent } from '../../model/event.ts';
import { createTurns } from '../turns.ts';
import { parseSlice } from './parseSlice.ts';
import type { JsonSlice } from './splitJson.ts';

export interface TraceBatch {
  readonly events: readonly MonitorEvent[];
  readonly issues: readonly InputIssue[];
}

export interface TraceBatchOptions {
  /** Reads records that stand together; the places of its issues begin with `[n]`, or with the name of the list. */
  readonly read: (records: readonly unknown[], options: ReadOptions) => ReadResult;
  /** Of the list in the body. */
  readonly listName: string;
  /** Epoch ms. */
  readonly receivedAtMs: number;
  /** Makes the ids of the events; nobody outside can compute it, see `keyedEventIds.ts`. */
  readonly hash: (text: string) => string;
}

/** Records are read together up to this size, so that one tells of the other and none holds up the rest. */
const GROUP_BYTES = 512 * 1024;

/** Reads the records of one body with an adapter. A record that cannot be read is an issue; the others are read. */
export async function readTraceBatch(
  bytes: Uint8Array,
  slices: readonly JsonSlice[],
  { read, listName, receivedAtMs, hash }: TraceBatchOptions,
): Promise<TraceBatch> {
  const events: MonitorEvent[] = [];
  const issues: InputIssue[] = [];
  const turns = createTurns();
  let data: unknown[] = [];
  let places: number[] = [];
  let size = 0;
  const readGroup = () => {
    const result = read(data, { receivedAtMs, hash });
    events.push(...result.events);
    issues.push(...result.issues.map((issue) => placed(issue, listName, places)));
    data = [];
    places = [];
    size = 0;
  };
  for (const [index, slice] of slices.entries()) {
    const othersGo = turns.giveWay();
    if (othersGo) await othersGo;
    const parsed = parseSlice(bytes, slice);
    if ('issue' in parsed) {
      issues.push({ ...parsed.issue, path: `${listName}[${index}]` });
    } else {
      data.push(parsed.value);
      places.push(index);
      size += slice.end - slice.start;
    }
    if (size < GROUP_BYTES) continue;
    const othersGoOn = turns.giveWay();
    if (othersGoOn) await othersGoOn;
    readGroup();
  }
  if (data.length > 0) readGroup();
  return { events, issues };
}

/** The place of a record in the body, of one in its group. */
const placed = (issue: InputIssue, listName: string, places: readonly number[]): InputIssue => ({
  ...issue,
  path: issue.path.replace(/^(?:[a-z]+)?\[(\d+)\]/, (whole, index: string) => {
    const place = places[Number(index)];
    return place === undefined ? whole : `${listName}[${place}]`;
  }),
});
