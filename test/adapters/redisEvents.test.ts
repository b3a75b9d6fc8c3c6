import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parseText, redisEventsAdapter } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/createFold.ts';
import { asRunId } from '../../src/model/ids.ts';
import { parseEvent } from '../../src/model/validateEvent.ts';

const file = fileURLToPath(new URL('../fixtures/redis/normalised-events.sample.jsonl', import.meta.url));
const captured = parseText(readFileSync(file, 'utf8')).value as { payload: Record<string, unknown> }[];
const RUN = asRunId('trace_deb209dbf72e4faa9ad6ceddce3033fb');

const message = (fields: Record<string, unknown>) => ({
  v: 1,
  id: `py:shop:7:0a0b0c0d-${Number(fields['seq'] ?? 3)}`,
  publisher: 'py:shop:7:0a0b0c0d',
  seq: 3,
  sent_at: '2026-11-21T01:36:14.514Z',
  trace_id: 'trace_1',
  span_id: 'span_1',
  ...fields,
});
const readOne = (fields: Record<string, unknown>) => redisEventsAdapter.read(message(fields)).events[0];

describe('a captured channel', () => {
  const { events, issues, format } = redisEventsAdapter.read(captured);

  it('becomes one valid event a message, numbered by its publisher', () => {
    expect(format).toBe('redis-events');
    expect(issues).toEqual([]);
    expect(events.map(({ prod }) => prod?.n)).toEqual(captured.map((_, index) => index));
    for (const event of events) expect(parseEvent(event)).toMatchObject({ event: { id: event.id } });
    expect(new Set(events.map(({ id }) => id)).size).toBe(captured.length);
  });

  it('folds into the run it tells of: an approval, two agents, three model calls, tokens counted once', () => {
    const fold = createFold();
    for (const event of events) fold.apply(event);
    fold.settle();
    const run = fold.reader.getRun(RUN);
    expect(run).toMatchObject({
      name: 'Customer support',
      source: 'openai-agents-python',
      userId: 'user_123',
      sessionId: 'sess_456',
      groupId: 'conv_7781',
      status: 'completed',
    });
    // the sums of the leaf calls; turns and tasks repeat them
    expect(run?.totals.inputTokens).toBe(412 + 540 + 618 + 702);
    const approved = events.find(({ type }) => type === 'approval.decided');
    expect(approved).toMatchObject({
      ref: 'call_py000006',
      a: { decision: 'approved', decidedBy: 'supervisor@example.com' },
    });
  });

  it('reads a publisher’s start and its counts', () => {
    expect(events[0]).toMatchObject({
      type: 'producer.hello',
      a: {
        sdk: 'openai-agents',
        sdkVersion: '0.22.0',
        language: 'python',
        service: 'support-api',
        beatEveryMs: 15_000,
      },
    });
    expect(events.at(-1)).toMatchObject({ type: 'producer.beat', a: { queuedEvents: 0, droppedEvents: 0 } });
  });

  it('says the same of the messages alone as of the capture around them', () => {
    expect(redisEventsAdapter.read(captured.map(({ payload }) => payload)).events).toEqual(events);
  });

  it('keeps content out of the named fields', () => {
    const named = JSON.stringify(events.map(({ a }) => a));
    for (const secret of ['Refund order', 'INV-9', 'shipped', 'runstate:']) expect(named).not.toContain(secret);
  });
});

describe('one message', () => {
  it('whose tokens do not say what they repeat goes by its kind', () => {
    const scopeOf = (kind: string, usage: object = { input_tokens: 1 }) =>
      (readOne({ type: 'span.end', kind, usage })?.a as { usage?: { scope: string } } | undefined)?.usage?.scope;
    for (const kind of ['turn', 'task', 'run']) expect(scopeOf(kind)).toBe('aggregate');
    expect(scopeOf('llm')).toBe('leaf');
    expect(scopeOf('llm', { input_tokens: 1, scope: 'aggregate' })).toBe('aggregate');
  });

  it('gives the same id over any way and whatever stands in it, and a keyed one where a key is given', () => {
    const read = (fields: Record<string, unknown>, hash?: (text: string) => string) =>
      redisEventsAdapter.read(message(fields), { hash }).events[0]?.id;
    expect(read({ type: 'span.start' })).toBe(read({ type: 'span.start', name: 'other' }));
    expect(read({ type: 'span.start' })).not.toBe(read({ type: 'span.start', seq: 4 }));
    expect(read({ type: 'span.start' }, (text) => `keyed ${text}`)).toMatch(/^keyed /);
  });

  it('maps the kinds and statuses of the SDK; one it does not know is left out, not guessed', () => {
    expect(readOne({ type: 'span.start', kind: 'run', status: 'running' })?.a).toMatchObject({
      kind: 'task',
      status: 'running',
    });
    expect(readOne({ type: 'span.end', kind: 'tool', status: 'pending_approval' })?.a).toMatchObject({
      status: 'waiting',
      isExecuted: false,
    });
    expect(readOne({ type: 'span.end', kind: 'tool', status: 'rejected' })?.a).toMatchObject({
      status: 'error',
      errorCode: 'approval.rejected',
      isExecuted: false,
    });
    expect(readOne({ type: 'span.end', kind: 'hologram', status: 'bananas' })?.a).toEqual({ kind: 'custom' });
  });

  it('puts the text of an error into the content and its code into the fields', () => {
    const event = readOne({
      type: 'span.end',
      kind: 'llm',
      status: 'error',
      error: { message: 'Error code: 429 - slow down' },
    });
    expect(event?.a).toMatchObject({ errorCode: 'http.429' });
    expect(event?.detail).toMatchObject({ error: { message: 'Error code: 429 - slow down' } });
  });

  it('names who ran it by its fields, else by its metadata, and its source by its publisher', () => {
    const detail = { metadata: { user_id: 'u', session_id: 's' } };
    const start = { type: 'trace.start', name: 'W', group_id: 'g', detail };
    expect(readOne(start)).toMatchObject({
      type: 'run.start',
      run: 'trace_1',
      a: { name: 'W', groupId: 'g', userId: 'u', sessionId: 's', source: 'openai-agents-python' },
      detail,
    });
    expect(readOne({ ...start, user_id: 'v', session_id: 't' })?.a).toMatchObject({ userId: 'v', sessionId: 't' });
    expect(readOne({ ...start, publisher: 'js:shop:7:0a' })?.a).toMatchObject({ source: 'openai-agents-js' });
    expect(readOne({ ...start, publisher: 'go:shop:7:0a' })?.a).toMatchObject({ source: 'redis-events' });
    expect(readOne({ ...start, publisher: `py:${'x'.repeat(125)}` })?.type).toBe('run.start');
    expect(readOne({ ...start, publisher: `py:${'x'.repeat(126)}` })).toBeUndefined();
  });

  it('is of the time that it tells of, else of that when it was sent, else of that when it came', () => {
    const timesOf = (fields: Record<string, unknown>) =>
      redisEventsAdapter.read(message(fields), { receivedAtMs: 7 }).events[0]?.ts;
    const ended_at = '2026-11-21T01:36:15.000Z';
    expect(timesOf({ type: 'span.end', started_at: '2026-11-21T01:36:14.000Z', ended_at })).toBe(Date.parse(ended_at));
    expect(timesOf({ type: 'span.end' })).toBe(Date.parse('2026-11-21T01:36:14.514Z'));
    expect(timesOf({ type: 'span.end', sent_at: 'just now' })).toBe(7);
  });

  it('of a span keeps what a publisher adds, beside what it says of agent and error', () => {
    const turn = { type: 'span.end', kind: 'turn', attrs: { agent_name: 'A', turn: 2, zone: 'eu' } };
    const event = readOne({
      ...turn,
      detail: { input: 'hi', extra: 1, error_data: { code: 5 } },
      error: { message: 'no' },
    });
    expect(event?.a).toMatchObject({ kind: 'turn', turn: 2, agentName: 'A' });
    expect(event?.detail).toEqual({
      input: 'hi',
      attributes: { zone: 'eu', extra: 1 },
      error: { message: 'no', data: { code: 5 } },
    });
    expect(readOne({ ...turn, agent: 'B' })?.a).toMatchObject({ agentName: 'B' });
    expect(readOne({ ...turn, attrs: {}, detail: { extra: 1 } })?.detail).toEqual({ attributes: { extra: 1 } });
    const rejection = { error: 'Tool execution for call_9 was manually rejected by user.' };
    const rejected = readOne({
      type: 'span.end',
      kind: 'tool',
      status: 'error',
      error: { message: 'no', data: rejection },
    });
    expect(rejected?.a).toMatchObject({ errorCode: 'approval.rejected', isExecuted: false });
  });

  it('of an approval says who asks for what until when, and where the state is kept', () => {
    const requested_at = '2026-11-21T01:36:15.000Z';
    const expires_at = '2026-11-21T02:36:15.000Z';
    expect(
      readOne({
        type: 'approval.requested',
        approval_id: 'call_1',
        tool: 'refund',
        agent: 'A',
        requested_at,
        expires_at,
        state_ref: 'runstate:1',
        detail: { arguments: '{"n":1}' },
      }),
    ).toMatchObject({
      ts: Date.parse(requested_at),
      ref: 'call_1',
      a: {
        toolName: 'refund',
        agentName: 'A',
        requestedAtMs: Date.parse(requested_at),
        expiresAtMs: Date.parse(expires_at),
      },
      detail: { arguments: '{"n":1}', attributes: { state_ref: 'runstate:1' } },
    });
    expect(
      readOne({
        type: 'approval.decided',
        approval_id: 'call_1',
        decision: 'rejected',
        by: 'ann',
        decided_at: expires_at,
        reason: 'no',
      }),
    ).toMatchObject({
      ts: Date.parse(expires_at),
      a: { decision: 'rejected', decidedBy: 'ann', decidedAtMs: Date.parse(expires_at) },
      detail: { reason: 'no' },
    });
  });

  it('reads a run that failed', () => {
    expect(
      readOne({ type: 'run.failed', error: { type: 'MaxTurnsExceeded', message: 'Max turns (3) exceeded' } }),
    ).toMatchObject({
      type: 'run.fail',
      run: 'trace_1',
      a: { errorType: 'MaxTurnsExceeded' },
      detail: { error: { message: 'Max turns (3) exceeded' } },
    });
  });

  it.each([
    ['another version', { v: 2, type: 'span.start' }, 'redis-events.bad-envelope'],
    ['no number', { seq: 'x', type: 'span.start' }, 'redis-events.bad-envelope'],
    ['an unknown type', { type: 'span.sideways' }, 'redis-events.unknown-type'],
    ['a type that is a property of every object', { type: 'constructor' }, 'redis-events.unknown-type'],
    ['a span without an id', { type: 'span.start', span_id: '' }, 'redis-events.bad-message'],
    [
      'a decision nobody knows',
      { type: 'approval.decided', approval_id: 'c', decision: 'maybe' },
      'redis-events.bad-message',
    ],
  ])('refuses %s and keeps its neighbours', (_what, fields, code) => {
    const read = redisEventsAdapter.read([message(fields), message({ type: 'span.start', seq: 9 })]);
    expect(read.issues).toEqual([expect.objectContaining({ code })]);
    expect(read.events).toHaveLength(1);
  });

  it('never throws, and what it reads is valid, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('span.start', 'span.end', 'trace.start', 'run.failed', 'approval.requested', 'publisher.stats'),
        fc.dictionary(
          fc.constantFrom(
            'error',
            'usage',
            'attrs',
            'detail',
            'name',
            'kind',
            'status',
            'started_at',
            'approval_id',
            'queued',
          ),
          fc.jsonValue(),
        ),
        (type, fields) => {
          for (const event of redisEventsAdapter.read(message({ ...fields, type })).events) {
            expect(parseEvent(event).issue).toBeUndefined();
          }
        },
      ),
      { seed: 20_261_128, numRuns: 300 },
    );
  });
});
