import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Relay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import type { IngestAnswer } from '../../src/model/wire.ts';
import { codeOf, get, post, read, send, spanEvent, startRelay, tokenOf } from './support.ts';

const good = () => JSON.stringify(spanEvent());
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const withInput = (input: string) => {
  const { detail, ...event } = spanEvent({ detail: {} });
  expect(detail).toEqual({});
  return `${JSON.stringify(event).slice(0, -1)},"detail":{"input":${input}}}`;
};
const badUtf8 = (bytes: readonly number[]) => {
  const [before, after] = withInput('"XX"').split('XX');
  return Buffer.concat([Buffer.from(before ?? ''), Buffer.from(bytes), Buffer.from(after ?? '')]);
};
/** A body with the bad element between two good ones. */
const between = (bad: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`{"events":[${good()},`), Buffer.from(bad as string), Buffer.from(`,${good()}]}`)]);

async function expectAlive(relay: Relay): Promise<void> {
  expect((await send(relay, [spanEvent()])).events[0]?.st).toBe('ok');
}

describe('one bad event among good ones', () => {
  it.each<readonly [string, string | Buffer, string]>([
    ['no object', '5', 'event.no-object'],
    ['null', 'null', 'event.no-object'],
    ['a list', '[1]', 'event.no-object'],
    ['broken JSON', '{"id": }', 'event.bad-json'],
    ['a bare word', 'nope', 'event.bad-json'],
    ['an empty place', '', 'event.bad-json'],
    ['nesting 10,000 deep', withInput(deep(10_000)), 'event.too-deep'],
    ['nesting 10,000 deep in objects', withInput('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)), 'event.too-deep'],
    ['more values than it may have', withInput(`[${'[],'.repeat(150_000)}1]`), 'event.too-many-values'],
    [
      'more names of fields than it may have',
      withInput(`{${Array.from({ length: 50_001 }, (_, index) => `"${index}x":1`).join()}}`),
      'event.too-many-values',
    ],
    ['bytes that are no UTF-8', badUtf8([0xff, 0xfe]), 'event.bad-utf8'],
    ['UTF-8 that ends early', badUtf8([0xe2, 0x82]), 'event.bad-utf8'],
    ['overlong UTF-8', badUtf8([0xc0, 0xaf]), 'event.bad-utf8'],
    ['surrogates in UTF-8', badUtf8([0xed, 0xa0, 0x80]), 'event.bad-utf8'],
    ['a key twice', good().replace('"sv":1', '"sv":1,"sv":1'), 'event.duplicate-key'],
    ['a key twice in content', withInput('{"a":1,"a":2}'), 'event.duplicate-key'],
    ['a key twice in two spellings', withInput('{"a":1,"\\u0061":2}'), 'event.duplicate-key'],
    ['an unknown type', good().replace('span.start', 'span.explode'), 'event.unknown-type'],
    ['a type from the prototype', good().replace('span.start', 'toString'), 'event.unknown-type'],
    ['no type', '{"id":"1"}', 'event.no-type'],
    ['no id', good().replace(/"id":"[^"]*",/, ''), 'event.missing-id'],
    ['an id with a control character', good().replace(/"id":"[^"]*"/, '"id":"a\\u0007b"'), 'event.bad-id'],
    ['an id of 1,000 characters', good().replace(/"id":"[^"]*"/, `"id":"${'i'.repeat(1000)}"`), 'event.bad-id'],
    ['a span without a run', good().replace(/"run":"[^"]*",/, ''), 'event.missing-id'],
    ['the year 275760', good().replace(/"ts":[\d.]+/, '"ts":8640000000000000'), 'event.bad-time'],
    ['a negative time', good().replace(/"ts":[\d.]+/, '"ts":-1'), 'event.bad-time'],
    ['1e400 as a time', good().replace(/"ts":[\d.]+/, '"ts":1e400'), 'event.bad-time'],
    ['a time as text', good().replace(/"ts":[\d.]+/, '"ts":"now"'), 'event.bad-time'],
    ['a count beyond 2^53', good().replace('"kind":"tool"', '"attempt":9007199254740993'), 'event.bad-field'],
    ['1e400 as a count', good().replace('"kind":"tool"', '"attempt":1e400'), 'event.bad-field'],
    ['a kind that is none', good().replace('"kind":"tool"', '"kind":"spoon"'), 'event.bad-field'],
    ['a name of 10,000 characters', good().replace('search_docs', 'n'.repeat(10_000)), 'event.too-long'],
    ['fields that are a list', good().replace(/"a":\{[^}]*\}/, '"a":[]'), 'event.bad-fields'],
  ])('%s is refused with its code, its neighbours are kept', async (_what, bad, code) => {
    const relay = await startRelay();
    const response = await post(relay, '/v1/events', between(bad));
    expect(response.status).toBe(200);
    const { events } = (await response.json()) as IngestAnswer;
    expect(events.map(({ st }) => st)).toEqual(['ok', 'bad', 'ok']);
    expect(events.map(({ seq }) => seq)).toEqual([1, undefined, 2]);
    expect(events[1]?.code).toBe(code);
    expect(events[1]?.reason).toBeTruthy();
    await expectAlive(relay);
  });

  it.each([
    ['NUL', '"a\\u0000b"', 'a\ufffdb'],
    ['half a surrogate pair', '"a\\ud83db"', 'a\ufffdb'],
    ['__proto__ as a key', '{"__proto__":{"isAdmin":true},"x":1}', { x: 1 }],
    ['1e400', '[1e400]', ['Infinity']],
  ])('with %s in its content is kept without it, and the answer says so', async (_what, input, kept) => {
    const relay = await startRelay();
    const bad = withInput(input);
    const { events } = (await (await post(relay, '/v1/events', between(bad))).json()) as IngestAnswer;
    expect(events.map(({ st, code }) => [st, code])).toEqual([
      ['ok', undefined],
      ['ok', 'event.cleaned'],
      ['ok', undefined],
    ]);
    expect(events[1]?.path).toBe('detail.input');
    const { run, span } = JSON.parse(bad.replace('1e400', '1')) as { run: string; span: string };
    const payload = await (await get(relay, `/v1/runs/${run}/spans/${span}/payload`, 'developer')).json();
    expect(payload).toEqual({ detail: { input: kept } });
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('does not tell content in what it says of a fault', async () => {
    const relay = await startRelay();
    const events = [
      { ...spanEvent(), a: { kind: 'geheim1', name: 5 } },
      { geheim2: 1 },
      { ...spanEvent(), type: 'geheim3' },
    ];
    const text = JSON.stringify(
      await send(relay, [...events, { ...spanEvent(), detail: { input: { geheim4: 'a\u0000' } } }]),
    );
    expect(text).not.toContain('geheim');
  });
});

describe('a bad body', () => {
  it.each<readonly [string, string | Buffer, number, string]>([
    ['is empty', '', 400, 'ingest.bad-json'],
    ['is cut off', `{"events":[${good()},{"id":"x"`, 400, 'ingest.bad-json'],
    ['is no JSON', 'hello', 400, 'ingest.bad-json'],
    ['has something after its end', `{"events":[]} {}`, 400, 'ingest.bad-json'],
    ['is a text', '"events"', 400, 'ingest.bad-json'],
    ['has no events', '{"data":[]}', 422, 'ingest.no-events'],
    ['has events that are no list', '{"events":{"0":1}}', 422, 'ingest.no-events'],
    ['is 10,000 brackets', deep(10_000), 200, 'event.too-deep'],
    ['is 500,000 open brackets', '['.repeat(500_000), 400, 'ingest.bad-json'],
    [
      'has 1,001 events',
      `{"events":[${Array.from({ length: 1001 }, () => '{}').join()}]}`,
      413,
      'ingest.too-many-events',
    ],
    ['has 10 MB', `{"events":["${'x'.repeat(10_000_000)}"]}`, 413, 'ingest.too-large'],
    ['is one byte over 1 MiB', `{"events":[]}${' '.repeat(1024 * 1024 - 12)}`, 413, 'ingest.too-large'],
  ])('that %s is answered with a code', async (_what, body, status, code) => {
    const relay = await startRelay();
    const response = await post(relay, '/v1/events', body);
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text).toContain(`"code":"${code}"`);
    await expectAlive(relay);
  });

  it('takes a body of exactly 1 MiB, and a bare list', async () => {
    const relay = await startRelay();
    const body = `{"events":[${good()}]`;
    expect((await post(relay, '/v1/events', `${body}${' '.repeat(1024 * 1024 - body.length - 1)}}`)).status).toBe(200);
    expect((await post(relay, '/v1/events', `[${good()}]`)).status).toBe(200);
    const later = `{"sdk":{"events":[1]},"events":[${good()}]}`;
    expect(((await (await post(relay, '/v1/events', later)).json()) as IngestAnswer).events).toHaveLength(1);
  });

  it('stops at the limit, whatever length it announced, and unpacks no bomb', async () => {
    const relay = await startRelay();
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(0x20)),
    });
    const chunked = await post(relay, '/v1/events', endless).then(
      (response) => response.status,
      () => 413, // the relay may cut the line before the client heard the answer
    );
    expect(chunked).toBe(413);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    const packed = await post(relay, '/v1/events', bomb, { 'content-encoding': 'gzip' });
    expect([packed.status, await codeOf(packed)]).toEqual([413, 'ingest.too-large']);
    const broken = await post(relay, '/v1/events', 'not gzip', { 'content-encoding': 'gzip' });
    expect([broken.status, await codeOf(broken)]).toEqual([400, 'ingest.bad-packing']);
    await expectAlive(relay);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=latin1',
    'application/json5',
    '',
  ])('of type "%s" is refused: a form of a foreign page cannot post', async (type) => {
    const relay = await startRelay();
    const response = await post(relay, '/v1/events', Buffer.from(`{"events":[${good()}]}`), { 'content-type': type });
    expect([response.status, await codeOf(response)]).toEqual([415, 'ingest.content-type']);
  });

  it('of traces keeps the records it can read', async () => {
    const relay = await startRelay();
    const span = {
      object: 'trace.span',
      id: 'span_1',
      trace_id: 'trace_1',
      started_at: '2026-11-21T00:00:00.000Z',
      ended_at: '2026-11-21T00:00:01.000Z',
      span_data: { type: 'function', name: 'look', input: '{}', output: 'ok' },
    };
    const body = `{"data":[{"object":"trace","id":"trace_1","workflow_name":"W"},${deep(10_000)},{"object":"what"},${JSON.stringify(span)}]}`;
    const reader = await read(relay);
    await reader.next('snap');
    const response = await post(relay, '/v1/traces/ingest', body);
    const answer = (await response.json()) as IngestAnswer & { issues: { path: string; code: string }[] };
    expect(response.status).toBe(200);
    expect(answer.events.every((verdict) => verdict.st === 'ok')).toBe(true);
    expect(answer.issues.map((issue) => issue.path)).toContain('data[1]');
    expect(answer.issues.some((issue) => issue.path.startsWith('data[2]'))).toBe(true);
    await reader.waitFor(() => reader.events().some((event) => event.span === 'span_1'));
    const again = (await (await post(relay, '/v1/traces/ingest', body)).json()) as IngestAnswer;
    expect(again.events.every((verdict) => verdict.st === 'dup')).toBe(true);
  });
});

describe('the socket underneath', () => {
  const talk = (relay: Relay, text: string | Buffer): Promise<string> =>
    new Promise((resolve) => {
      const socket = createConnection(relay.port, '127.0.0.1');
      let heard = '';
      socket.on('data', (data) => {
        heard += data.toString('latin1');
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(heard));
      socket.end(text);
    });

  it.each<readonly [string, string | Buffer]>([
    ['no HTTP', 'hello\r\n\r\n'],
    ['noise', Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 7919) % 256))],
    [
      'two lengths',
      'POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!',
    ],
    [
      'a length and chunks',
      'POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header of 1 MB', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(1_000_000)}\r\n\r\n`],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    [
      'a broken upgrade',
      'GET /v1/stream HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    ],
  ])('survives %s', async (_what, text) => {
    const relay = await startRelay();
    const heard = await talk(relay, text);
    expect(heard).not.toContain('HTTP/1.1 200');
    await expectAlive(relay);
  });

  it('survives frames that break the protocol of WebSockets', async () => {
    const relay = await startRelay();
    const upgrade = `GET /v1/stream HTTP/1.1\r\nhost: 127.0.0.1:${relay.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: spanlight.v1\r\n\r\n`;
    let seed = 42;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % 256;
    };
    for (let index = 0; index < 60; index += 1) {
      const noise = Buffer.from(Array.from({ length: 1 + ((index * 37) % 400) }, random));
      const heard = await talk(relay, Buffer.concat([Buffer.from(upgrade), noise]));
      expect(heard).not.toContain('welcome');
    }
    await expectAlive(relay);
  });
});

describe('any body at all', () => {
  it('gets an answer with a code, and the good events in it are stored', async () => {
    const relay = await startRelay({ ingestPerMinute: 100_000 });
    const element = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !/["{}[\],]/.test(text) && text.trim() !== ''),
      fc.constant('').map(() => good()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 12 }), async (elements) => {
        const goodOnes = elements.filter((text) => text.startsWith('{"id":') && text.includes('search_docs'));
        const response = await post(relay, '/v1/events', `{"events":[${elements.join(',')}]}`);
        expect(response.status).toBe(200);
        const { events } = (await response.json()) as IngestAnswer;
        expect(events).toHaveLength(elements.length);
        expect(events.filter(({ st }) => st !== 'bad')).toHaveLength(goodOnes.length);
        const codes = events.flatMap(({ st, code }) => (st === 'bad' ? [code] : []));
        expect(codes.every((code) => code?.startsWith('event.'))).toBe(true);
      }),
      { seed: 11, numRuns: 150 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const response = await post(relay, '/v1/events', Buffer.from(bytes));
        expect([200, 400, 422]).toContain(response.status);
        await response.text();
      }),
      { seed: 12, numRuns: 150 },
    );
    expect((await fetch(`${relay.url}/health`, { headers: { authorization: tokenOf(relay, 'viewer') } })).status).toBe(
      200,
    );
  }, 60_000);
});
