import type { InputIssue } from '../../model/errors.ts';
import { type MonitorEvent, SCHEMA_VERSION } from '../../model/event.ts';
import { eventIdOf } from '../eventId.ts';
import { parseIsoTime } from '../isoTime.ts';
import { readApart } from '../readWhole.ts';
import type { Adapter, ReadOptions, ReadResult } from '../types.ts';
import { type PublishedMessage, readEnvelope } from './message.ts';
import { messageReaders } from './readMessage.ts';

/** How many records `canRead` looks at. */
const LOOKED_AT = 20;
const listOf = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : [raw]);

/**
 * Reads what SDK processes publish on a Redis channel: the messages as they are, or a capture with `{channel, payload}` on each
 * line. A message is one event; its id comes from publisher and number alone, so a repeat over any way is the same event.
 */
export const redisEventsAdapter: Adapter = {
  id: 'redis-events',
  canRead(raw) {
    const looked = listOf(raw).slice(0, LOOKED_AT);
    return looked.length === 0 ? 0 : looked.filter((item) => readEnvelope(item) !== undefined).length / looked.length;
  },
  read,
  begin: readApart(read),
};

function read(raw: unknown, options: ReadOptions = {}): ReadResult {
  const events: MonitorEvent[] = [];
  const issues: InputIssue[] = [];
  const list = listOf(raw);
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    const message = readEnvelope(item);
    if (!message) {
      const reason = 'It is no message of version 1: v, id, publisher, seq and type are needed.';
      issues.push({ path: `[${index}]`, code: 'redis-events.bad-envelope', reason });
      continue;
    }
    const read = messageReaders[message.type];
    const facts = read && Object.hasOwn(messageReaders, message.type) ? read(message) : undefined;
    if (!facts) {
      const reason = 'A type that is not known.';
      issues.push({ path: `[${index}].type`, code: 'redis-events.unknown-type', reason });
    } else if ('fault' in facts) {
      issues.push({ path: `[${index}]`, code: 'redis-events.bad-message', reason: facts.fault });
    } else {
      events.push(eventOf(message, facts, options));
    }
  }
  return { format: 'redis-events', events, issues };
}

type Facts = Exclude<ReturnType<NonNullable<(typeof messageReaders)[string]>>, { fault: string }>;

function eventOf({ id, publisher, seq, body }: PublishedMessage, facts: Facts, options: ReadOptions): MonitorEvent {
  const { atMs, type, a, detail, run, span, parent, ref } = facts;
  return {
    id: eventIdOf(atMs, ['redis-events', publisher, id], [], options.hash),
    type,
    sv: SCHEMA_VERSION,
    ts: atMs ?? parseIsoTime(body['sent_at']) ?? options.receivedAtMs ?? 0,
    prod: { id: publisher, n: seq },
    run,
    span,
    parent,
    ...(ref !== undefined && { ref }),
    a,
    detail,
  } as MonitorEvent;
}
