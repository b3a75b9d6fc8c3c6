import type { InputIssue } from '../../model/errors.ts';
import type { MonitorEvent } from '../../model/event.ts';
import { parseEvent } from '../../model/validateEvent.ts';
import { isRecord } from '../looseRecord.ts';
import { readApart } from '../readWhole.ts';
import type { Adapter, ReadResult } from '../types.ts';

/** How many records `canRead` looks at. */
const LOOKED_AT = 20;

/** Whether something has the outline of one of our events; whether it is one, {@link parseEvent} says. */
const isNative = (record: unknown): boolean =>
  isRecord(record) &&
  typeof record['id'] === 'string' &&
  typeof record['type'] === 'string' &&
  typeof record['ts'] === 'number' &&
  isRecord(record['a']);

const isPosted = (raw: unknown): raw is { readonly events: readonly unknown[] } =>
  isRecord(raw) && Array.isArray(raw['events']);

/** A list of events, one event, or the `{events: []}` that is posted to a relay. */
function listOf(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw;
  return isPosted(raw) ? raw.events : [raw];
}

/** Reads Spanlight's own events: an export, a recording, the body of `POST /v1/events`. */
export const nativeAdapter: Adapter = {
  id: 'spanlight',
  canRead(raw) {
    const looked = listOf(raw).slice(0, LOOKED_AT);
    return looked.length === 0 ? 0 : looked.filter(isNative).length / looked.length;
  },
  read,
  begin: readApart(read),
};

function read(raw: unknown): ReadResult {
  const events: MonitorEvent[] = [];
  const issues: InputIssue[] = [];
  const list = isPosted(raw) ? 'events' : '';
  for (const [index, item] of listOf(raw).entries()) {
    const { event, issue } = parseEvent(item, { keepServerFields: true });
    const place = `${list}[${index}]`;
    if (event) events.push(event);
    else issues.push({ ...issue, path: issue.path === '' ? place : `${place}.${issue.path}` });
  }
  return { format: 'spanlight-events', events, issues };
}
