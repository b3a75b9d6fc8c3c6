import { openaiAgentsAdapter } from '../../adapters/openai-agents/adapter.ts';
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
  /** Epoch ms. */
  readonly receivedAtMs: number;
  /** Makes the ids of the events; nobody outside can compute it, see `keyedEventIds.ts`. */
  readonly hash: (text: string) => string;
}

/** Records are read together up to this size, so that one tells of the other and none holds up the rest. */
const GROUP_BYTES = 512 * 1024;

/** Reads what the OpenAI Agents SDK's own exporter posts. A record that cannot be read is an issue; the others are read. */
export async function readTraceBatch(
  bytes: Uint8Array,
  slices: readonly JsonSlice[],
  { receivedAtMs, hash }: TraceBatchOptions,
): Promise<TraceBatch> {
  const events: MonitorEvent[] = [];
  const issues: InputIssue[] = [];
  const turns = createTurns();
  let data: unknown[] = [];
  let places: number[] = [];
  let size = 0;
  const readGroup = () => {
    const read = openaiAgentsAdapter.read({ data }, { receivedAtMs, hash });
    events.push(...read.events);
    issues.push(...read.issues.map((issue) => placed(issue, places)));
    data = [];
    places = [];
    size = 0;
  };
  for (const [index, slice] of slices.entries()) {
    const othersGo = turns.giveWay();
    if (othersGo) await othersGo;
    const parsed = parseSlice(bytes, slice);
    if ('issue' in parsed) {
      issues.push({ ...parsed.issue, path: `data[${index}]` });
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
const placed = (issue: InputIssue, places: readonly number[]): InputIssue => ({
  ...issue,
  path: issue.path.replace(/^data\[(\d+)\]/, (whole, index: string) => {
    const place = places[Number(index)];
    return place === undefined ? whole : `data[${place}]`;
  }),
});
