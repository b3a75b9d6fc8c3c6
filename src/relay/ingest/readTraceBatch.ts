import { openaiAgentsAdapter } from '../../adapters/openai-agents/adapter.ts';
import type { InputIssue } from '../../model/errors.ts';
import type { MonitorEvent } from '../../model/event.ts';
import { parseSlice } from './parseSlice.ts';
import type { JsonSlice } from './splitJson.ts';

export interface TraceBatch {
  readonly events: readonly MonitorEvent[];
  readonly issues: readonly InputIssue[];
}

/** Reads what the OpenAI Agents SDK's own exporter posts. A record that cannot be read is an issue; the others are read. */
export function readTraceBatch(bytes: Uint8Array, slices: readonly JsonSlice[], receivedAtMs: number): TraceBatch {
  const issues: InputIssue[] = [];
  const data: unknown[] = [];
  const places: number[] = [];
  for (const [index, slice] of slices.entries()) {
    const parsed = parseSlice(bytes, slice);
    if ('issue' in parsed) {
      issues.push({ ...parsed.issue, path: `data[${index}]` });
    } else {
      data.push(parsed.value);
      places.push(index);
    }
  }
  const read = openaiAgentsAdapter.read({ data }, { receivedAtMs });
  const placed = read.issues.map((issue) => ({
    ...issue,
    path: issue.path.replace(/^data\[(\d+)\]/, (whole, index: string) =>
      places[Number(index)] === undefined ? whole : `data[${places[Number(index)]}]`,
    ),
  }));
  return { events: read.events, issues: [...issues, ...placed] };
}
