import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openaiAgentsAdapter } from '../../src/adapters/openai-agents/index.ts';
import { capabilitiesOf, type Role } from '../../src/model/capabilities.ts';
import type { EventType, MonitorEvent } from '../../src/model/event.ts';
import { eventSchemas } from '../../src/model/eventSchemas.ts';
import { viewerRegistry } from '../../src/model/viewer.ts';
import type { IngestAnswer } from '../../src/model/wire.ts';
import { projectEvent, viewClassOf } from '../../src/relay/projection/projectEvent.ts';
import { createStandIns } from '../../src/relay/projection/standIns.ts';
import { createCanaries, findWords, poisonedRun } from '../support/canaries.ts';
import { get, post, type Reader, read, send, spanEvent, startRelay } from './support.ts';

const RUN_INDEX = 14;
const run = `trace_${RUN_INDEX.toString(16).padStart(32, '0')}`;

/** Events with a word at every place where content can stand. */
function poisoned() {
  const canaries = createCanaries();
  return { events: poisonedRun(RUN_INDEX, canaries), canaries: canaries.words };
}

/** A route with the ids of things that do hold content, and with ids that are content themselves. */
function pathsOf(pattern: string, events: readonly unknown[], canaries: readonly string[]): string[] {
  const fill = (runId: string, spanId: string, callId: string, eventId: string) =>
    pattern
      .replace(':runId', runId)
      .replace(':spanId', spanId)
      .replace(':callId', callId)
      .replace(':eventId', eventId)
      .replace('*', canaries[2] ?? '');
  const real = (events as { run: string; span: string; ref?: string; id: string }[]).map((event) =>
    fill(event.run, event.span, event.ref ?? '', event.id),
  );
  const questions = questionsOf(pattern, canaries);
  return [
    ...new Set([
      ...real,
      ...questions,
      fill(canaries[0] ?? '', canaries[1] ?? '', canaries[2] ?? '', canaries[3] ?? ''),
    ]),
  ];
}

/** Questions to the history in every grouping, and with content as what is asked for. */
function questionsOf(pattern: string, canaries: readonly string[]): string[] {
  const range = 'from=0&to=4000000000000&bucketMs=86400000000';
  const asked = canaries.slice(0, 40);
  if (pattern === '/v1/metrics')
    return ['', '&by=agent', '&by=tool', '&by=model', '&by=user'].map((by) => `${pattern}?${range}${by}`);
  if (pattern === '/v1/errors') return [`${pattern}?bucketMs=60000`, `${pattern}?order=count`];
  if (pattern === '/v1/runs')
    return ['newest', 'oldest', 'longest', 'dearest']
      .map((order) => `${pattern}?order=${order}&limit=1`)
      .concat(
        asked.flatMap((word) => [`${pattern}?text=${word}`, `${pattern}?user=${word}`, `${pattern}?agent=${word}`]),
      );
  const names = { '/v1/approvals': 'tool', '/v1/scores': 'name', '/v1/alerts': 'rule' }[pattern];
  if (names !== undefined) return canaries.slice(0, 5).map((word) => `${pattern}?${names}=${word}`);
  if (pattern === '/v1/export')
    return ['spanlight', 'otlp', 'spans', 'costs'].map((format) => `${pattern}?format=${format}`);
  if (pattern === '/v1/logs') return asked.flatMap((word) => [`${pattern}?text=${word}`, `${pattern}?source=${word}`]);
  return [];
}

/** The bytes of an answer up to its first heartbeat: a stream does not end by itself. */
async function untilHeartbeat(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    if (Buffer.concat(chunks.slice(-2)).includes('"t":"hb"')) break;
  }
  return Buffer.concat(chunks);
}

describe('a viewer', () => {
  it('never receives a byte of content, on any route', async () => {
    const relay = await startRelay({ timings: { heartbeatMs: 50, holeMs: 20 } });
    const { events, canaries } = poisoned();
    const viewers: Reader[] = [];
    for (const role of ['viewer', 'operator', 'approver'] as const) viewers.push(await read(relay, { role }));
    for (const viewer of viewers) await viewer.next('snap');
    const answer = await send(relay, events);
    expect(answer.events.filter((verdict) => verdict.st === 'bad')).toEqual([]);
    const sent = events.length;

    const seen: Buffer[] = [];
    const covered = new Set<string>();
    for (const viewer of viewers) {
      await viewer.waitFor(() => viewer.events().some((event) => event.seq === sent)); // live
      await viewer.next('hb');
    }
    // what comes after a reconnect: snapshot, resume, one run, broken frames
    const epoch = (await viewers[0]?.next('welcome'))?.epoch ?? '';
    const more = [
      await read(relay, { role: 'viewer' }),
      await read(relay, { role: 'viewer', cursor: `${epoch}.0` }),
      await read(relay, { role: 'viewer', subs: [{ sub: `run:${run}` }, { sub: 'approvals' }, { sub: 'alerts' }] }),
      await read(relay, { role: 'viewer', subs: [{ sub: `run:${canaries[0]}` }] }),
    ];
    await more[0]?.next('snap');
    await more[1]?.waitFor(() => more[1]?.events().some((event) => event.seq === sent) ?? false);
    await more[2]?.next('snap');
    await more[3]?.next('snap');
    covered.add('/v1/stream');
    // the other wires: what is there, what a resume brings, one run
    for (const role of ['viewer', 'operator', 'approver'] as const) {
      for (const fields of [{}, { cursor: `${epoch}.0` }, { subs: [{ sub: `run:${run}` }, { sub: 'approvals' }] }]) {
        const hello = JSON.stringify({ t: 'hello', v: [1, 1], subs: [{ sub: 'overview' }], wait: 0, ...fields });
        const authorization = `Bearer ${relay.tokens[role]}`;
        const polled = await post(relay, '/v1/stream', hello, { authorization, accept: 'application/json' });
        const streamed = await post(relay, '/v1/stream', hello, { authorization, accept: 'text/event-stream' });
        for (const response of [polled, streamed]) {
          expect(response.status).toBe(200);
          seen.push(Buffer.from(JSON.stringify([...response.headers])), await untilHeartbeat(response));
        }
      }
    }
    for (const reader of [...viewers, ...more]) seen.push(reader.raw());

    // every route there is, with ids that hold content
    for (const { method, path } of relay.routes) {
      if (path === '/v1/stream') continue;
      covered.add(path);
      for (const filled of pathsOf(path, events, canaries)) {
        for (const role of ['viewer', 'operator', 'approver', 'ingest'] as const satisfies Role[]) {
          const response =
            method === 'GET'
              ? await get(relay, filled, role)
              : await post(relay, filled, JSON.stringify({ events, data: events }), {
                  authorization: `Bearer ${relay.tokens[role]}`,
                });
          seen.push(Buffer.from(JSON.stringify([...response.headers])), Buffer.from(await response.arrayBuffer()));
        }
      }
    }
    expect([...covered].sort()).toEqual([...new Set(relay.routes.map((route) => route.path))].sort());

    // an answer to ingest repeats the ids of the events to who sent them, and nothing else
    const ids = new Set(events.map((event) => String((event as { id: unknown }).id)));
    const bytes = Buffer.concat(seen);
    expect(bytes.length).toBeGreaterThan(50_000);
    expect(
      findWords(
        [bytes],
        canaries.filter((word) => !ids.has(word)),
      ),
    ).toEqual([]);
    expect(
      findWords(
        [...viewers, ...more].map((reader) => reader.raw()),
        canaries,
      ),
    ).toEqual([]);
  }, 60_000);

  it('cannot try guesses of content against the id of an event', async () => {
    const record = {
      object: 'trace.span',
      id: `span_${'1'.repeat(24)}`,
      trace_id: run,
      started_at: '2026-11-21T00:00:00.000Z',
      ended_at: '2026-11-21T00:00:01.000Z',
      span_data: { type: 'function', name: 'pin_of', input: '{}', output: '4711' },
    };
    const guessed = openaiAgentsAdapter.read({ data: [record] }).events.map((event) => event.id);
    expect(guessed).toHaveLength(1);
    const [relay, other] = [await startRelay(), await startRelay()];
    const idsSeen: string[] = [];
    for (const each of [relay, other]) {
      const viewer = await read(each);
      await viewer.next('snap');
      await post(each, '/v1/traces/ingest', JSON.stringify({ data: [record] }));
      // who made the id of the content by itself is not shown with it either, as a digest or as a UUID of one
      await send(each, [
        { ...spanEvent(), id: guessed[0] },
        { ...spanEvent(), id: '9b2a8f8e-6d43-5c1d-9f0c-2f1f5a3a1b11' },
      ]);
      await viewer.waitFor(() => viewer.events().length === 3);
      idsSeen.push(...viewer.events().map((event) => event.id));
    }
    expect(idsSeen).not.toContain(guessed[0]);
    expect(new Set(idsSeen).size).toBe(6); // another relay, another key
    expect(idsSeen.filter((id) => id.startsWith('id_'))).toHaveLength(4);
    const again = await post(relay, '/v1/traces/ingest', JSON.stringify({ data: [record] }));
    expect(((await again.json()) as IngestAnswer).events.map(({ st }) => st)).toEqual(['dup']);
  });

  it('is searched for rightly: the same bytes of a developer do hold names and ids', async () => {
    const relay = await startRelay();
    const { events, canaries } = poisoned();
    const developer = await read(relay, { role: 'developer' });
    await developer.next('snap');
    await send(relay, events);
    await developer.waitFor(() => developer.events().some((event) => event.seq === events.length));
    expect(findWords([developer.raw()], canaries).length).toBeGreaterThan(10);
    const payload = await get(relay, `/v1/runs/${run}/payload`, 'developer');
    expect(findWords([Buffer.from(await payload.arrayBuffer())], canaries).length).toBeGreaterThan(5);
    for (const frame of developer.frames) expect(JSON.stringify(frame)).not.toContain('"detail":');
  });

  it('sees a tree that hangs together, by ids that stand in for others', async () => {
    const relay = await startRelay();
    const viewer = await read(relay);
    await viewer.next('snap');
    await send(relay, [
      {
        id: 'x1',
        type: 'span.start',
        ts: 1,
        run: 'order of Mrs Smith',
        span: 'parent one',
        a: { kind: 'agent', name: 'Agent' },
      },
      {
        id: 'x2',
        type: 'span.start',
        ts: 2,
        run: 'order of Mrs Smith',
        span: 'child',
        parent: 'parent one',
        a: { kind: 'tool', name: 'look' },
      },
    ]);
    await viewer.waitFor(() => viewer.events().length === 2);
    const [parent, child] = viewer.events();
    expect(child?.parent).toBe(parent?.span);
    expect(child?.run).toBe(parent?.run);
    expect(parent?.span).toMatch(/^id_[0-9a-f]{24}$/);
    // it asks for a run by the id it sees; the id behind it is of no use to it
    const scoped = await read(relay, { subs: [{ sub: 'alerts' }] });
    await scoped.next('snap');
    scoped.sendFrame({ t: 'sub', subs: [{ sub: `run:${parent?.run}` }, { sub: 'run:order of Mrs Smith' }] });
    const found = await scoped.next('snap');
    expect(new Set(found.ev.map((event) => event.run))).toEqual(new Set([parent?.run]));
    expect((await scoped.next('snap')).ev).toEqual([]);
  });
});

describe('the projection', () => {
  const standIns = createStandIns('k'.repeat(32), 'default');
  const view = (event: Partial<MonitorEvent> & { type: EventType }, role: Role = 'viewer') => {
    const viewClass = viewClassOf(capabilitiesOf([role]));
    return viewClass && projectEvent({ id: '1', sv: 1, ts: 1, a: {}, ...event } as MonitorEvent, viewClass, standIns);
  };
  const nameOf = (name: string, kind = 'tool') =>
    (view({ type: 'span.start', a: { kind, name } as never })?.a as { name?: string } | undefined)?.name;

  it('passes exactly the fields that are marked, of every event type', () => {
    for (const [type, schema] of Object.entries(eventSchemas)) {
      const filled = Object.fromEntries(
        Object.keys(schema.shape).map((field) => [field, fill(schema.shape[field as never])]),
      );
      const shown = Object.keys(view({ type: type as EventType, a: filled as never })?.a ?? {});
      const marked = Object.entries(schema.shape)
        .filter(([, field]) => (viewerRegistry.get(field)?.viewer ?? 'hide') !== 'hide')
        .map(([field]) => field);
      expect([type, ...shown.sort()]).toEqual([type, ...marked.sort()]);
    }
  });

  it.each([
    'search_docs',
    'Support Agent',
    'gpt-4o-2024-08-06',
    'claude-3-5-sonnet-20241022',
    'Überprüfung',
    'tool/list (v2)',
    'transfer_to_Billing_Agent',
    'password_reset',
    'token_counter',
    'gpt-4.1-mini',
    'secret_santa',
    'meta-llama/Llama-3.3-70B-Instruct',
    'get_2_random_numbers',
  ])('shows the harmless name %s', (name) => {
    expect(nameOf(name)).toBe(name);
  });

  it.each([
    'sk-proj-abcdefghijklmnopqrstuvwx',
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'xoxb-123456789012-abcdefABCDEF',
    'mary@example.com',
    'call +49 170 1234567',
    '4111 1111 1111 1111',
    'a'.repeat(65),
    'say "hi"',
    '<b>x</b>',
    'line\nbreak',
    'Bearer abcdefgh1234',
    '9f86d081884c7d659a2feaa0c55ad015',
    'eyJhbGciOiJIUzI1NiJ9',
    'password: hunter2',
    'x=1',
    'mary (at) example.com',
    'Zx9Kq2Lm8Pv4Rt6Yw1Bn',
    'rtl \u202e evil',
    'zero\u200bwidth',
  ])('shows a stand-in for %j', (name) => {
    expect(nameOf(name)).toMatch(/^tool [0-9a-f]{6}$/);
  });

  it('gives the same stand-in for the same name, another in another project and under another key', () => {
    const secret = 'mary@example.com';
    expect(nameOf(secret)).toBe(nameOf(secret));
    expect(nameOf(secret)).not.toBe(nameOf('john@example.com'));
    expect(createStandIns('k'.repeat(32), 'other').label(secret, 'tool')).not.toBe(nameOf(secret));
    expect(createStandIns('l'.repeat(32), 'default').label(secret, 'tool')).not.toBe(nameOf(secret));
    expect(nameOf(secret, 'llm')).toMatch(/^model call [0-9a-f]{6}$/);
  });

  it('never shows people, only stand-ins for them', () => {
    const shown = view({ type: 'run.start', a: { userId: 'mary', sessionId: 's', groupId: 'g' } as never })
      ?.a as Record<string, string>;
    expect(shown['userId']).toMatch(/^user [0-9a-f]{10}$/);
    expect(shown['sessionId']).toMatch(/^session [0-9a-f]{10}$/);
    expect(view({ type: 'run.start', a: { userId: 'mary' } as never }, 'developer')?.a).toEqual({ userId: 'mary' });
  });

  it('shows ids of the SDKs as they are, and no others', () => {
    for (const id of [
      `trace_${'a1'.repeat(16)}`,
      `span_${'b2'.repeat(12)}`,
      '0190f3a1-1111-7222-8333-444455556666',
      'run-12',
      'deadbeef',
    ]) {
      expect(standIns.id(id)).toBe(id);
    }
    for (const id of [
      'sk-live-deadbeefdeadbeef',
      'order-mary-smith',
      'mary@example.com',
      '4111111111111111',
      'trace_hello_world',
      '',
    ]) {
      expect(standIns.id(id)).toMatch(/^id_[0-9a-f]{24}$/);
    }
  });

  it('says of content its kind and size, whatever else stands there', () => {
    const refs = { input: { kind: 'text', sizeBytes: 3, count: undefined, text: 'geheim' }, secret: { kind: 'text' } };
    const event = { type: 'span.start', refs, detail: { input: 'geheim' }, more: 'geheim' } as never;
    expect(view(event)?.refs).toEqual({ input: { kind: 'text', sizeBytes: 3 } });
    expect(JSON.stringify([view(event), view(event, 'admin')])).not.toContain('geheim');
  });

  it('is nothing for who may read nothing, and nothing of a type that nobody knows', () => {
    expect(view({ type: 'span.start' }, 'ingest')).toBeUndefined();
    expect(view({ type: 'toString' as EventType })).toBeUndefined();
    expect(view({ type: '__proto__' as EventType })).toBeUndefined();
  });

  it('holds nothing of any object that stands in a field by mistake', () => {
    const words = createCanaries();
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom(...(Object.keys(eventSchemas) as EventType[])),
        (value, type) => {
          const word = words.next();
          const wrapped = JSON.parse(
            JSON.stringify({ v: value, w: { [word]: word } }).replaceAll('""', `"${word} !"`),
          ) as unknown;
          const a = Object.fromEntries(Object.keys(eventSchemas[type].shape).map((field) => [field, wrapped]));
          const shown = JSON.stringify(view({ type, a: a as never, detail: { input: word }, extra: word } as never));
          expect(shown).not.toContain(word);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });
});

/** A value that fits a field. */
function fill(schema: unknown): unknown {
  const { def } = (
    schema as {
      _zod: { def: { type: string; innerType?: unknown; element?: unknown; entries?: object; shape?: object } };
    }
  )._zod;
  if (def.innerType) return fill(def.innerType);
  if (def.type === 'string') return 'abc';
  if (def.type === 'number') return 1;
  if (def.type === 'boolean') return true;
  if (def.type === 'enum') return Object.values(def.entries ?? {})[0];
  if (def.type === 'array') return [fill(def.element)];
  return Object.fromEntries(Object.entries(def.shape ?? {}).map(([key, inner]) => [key, fill(inner)]));
}
