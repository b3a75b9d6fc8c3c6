import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { inflateRawSync } from 'node:zlib';
import type { Relay, RelayLogLine } from 'spanlight/relay';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ServerFrame, SUBPROTOCOL } from '../../src/model/wire.ts';
import { codeOf, onEnd, read, send, spanEvent, startRelay, tokenOf } from './support.ts';

/** A busy machine is no fault. */
const patience = { timeout: 10_000 };
vi.setConfig({ testTimeout: 20_000 });

const hello = (fields: Record<string, unknown> = {}) => ({
  t: 'hello',
  v: [1, 1],
  subs: [{ sub: 'overview' }],
  ...fields,
});

interface Ask {
  readonly accept?: string;
  readonly role?: 'viewer' | 'developer' | 'ingest';
  readonly token?: string | undefined;
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}
function ask(relay: Relay, { accept, role = 'viewer', token, path = '/v1/stream', body, headers }: Ask = {}) {
  const abort = new AbortController();
  onEnd(() => abort.abort());
  return fetch(relay.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: accept ?? 'text/event-stream',
      authorization: `Bearer ${token ?? tokenOf(relay, role)}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body ?? hello()),
    signal: abort.signal,
  });
}

/** Reads a stream of events as it comes. */
function follow(response: Response) {
  const events: { readonly id: string | undefined; readonly frame: ServerFrame }[] = [];
  let text = '';
  let isOver = false;
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        if (!lines.every((line) => /^(?:id|data): /.test(line)))
          throw new Error(`a field that no frame has: ${lines.join()}`);
        events.push({ id: field('id'), frame: JSON.parse(field('data') ?? '') as ServerFrame });
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  const next = async <T extends ServerFrame['t']>(kind: T) => {
    const find = () => events.find(({ frame }) => frame.t === kind);
    await expect.poll(find, { timeout: 5000 }).toBeDefined();
    return find() as { readonly id: string; readonly frame: Extract<ServerFrame, { t: T }> };
  };
  return { events, next, reading, isOver: () => isOver };
}

const poll = async (relay: Relay, fields: Record<string, unknown> = {}, options: Ask = {}) => {
  const response = await ask(relay, { accept: 'application/json', body: hello(fields), ...options });
  return { response, frames: (response.ok ? await response.json() : []) as ServerFrame[] };
};
const kindsOf = (frames: readonly ServerFrame[]) => frames.map(({ t }) => t);

describe('a stream of server-sent events', () => {
  it('brings the same frames as a socket, one a line, with the cursor as id of a batch', async () => {
    const relay = await startRelay();
    const response = await ask(relay);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const stream = follow(response);
    const { frame: snap } = await stream.next('snap');
    await send(relay, [spanEvent({ a: { kind: 'tool', name: 'line\nbreak \u2028 and \r' } })]);
    const { id, frame } = await stream.next('batch');
    expect(frame).toMatchObject({ from: 0, to: 1, ev: [{ seq: 1 }] });
    expect(id).toBe(`${snap.epoch}.1`);
    expect(kindsOf(stream.events.map((event) => event.frame))).toEqual(['welcome', 'snap', 'batch']);
  });

  it('goes on from the cursor of the body, and from Last-Event-ID before it', async () => {
    const relay = await startRelay();
    const first = follow(await ask(relay));
    const { frame } = await first.next('snap');
    await send(relay, [spanEvent(), spanEvent(), spanEvent()]);
    const second = follow(await ask(relay, { body: hello({ cursor: `${frame.epoch}.1` }) }));
    expect((await second.next('batch')).frame).toMatchObject({ from: 1, to: 3 });
    const third = follow(
      await ask(relay, {
        body: hello({ cursor: `${frame.epoch}.0` }),
        headers: { 'last-event-id': `${frame.epoch}.2` },
      }),
    );
    expect((await third.next('batch')).frame).toMatchObject({ from: 2, to: 3 });
  });

  it('hears heartbeats and outlives the time in which a socket would have to answer', async () => {
    const relay = await startRelay({ timings: { heartbeatMs: 40, pongMs: 60 } });
    const stream = follow(await ask(relay));
    await expect.poll(() => stream.events.filter(({ frame }) => frame.t === 'hb').length, patience).toBeGreaterThan(4);
    expect(stream.isOver()).toBe(false);
  });

  it('ends at once when its token is revoked, and with goodbye when the relay closes', async () => {
    const relay = await startRelay();
    const viewer = follow(await ask(relay));
    const developer = follow(await ask(relay, { role: 'developer' }));
    await viewer.next('snap');
    await developer.next('snap');
    relay.revoke('default', 'viewer');
    expect((await viewer.next('bye')).frame).toMatchObject({ code: 4401 });
    await viewer.reading;
    await relay.close();
    expect((await developer.next('bye')).frame).toMatchObject({ code: 1012, resume: true });
  });

  it('lets go of a reader that does not read, and holds little for it meanwhile', async () => {
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({ timings: { drainMs: 200, heartbeatMs: 200 }, log: (line) => lines.push(line) });
    const body = JSON.stringify(hello());
    const slow = request(`${relay.url}/v1/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        accept: 'text/event-stream',
        authorization: `Bearer ${tokenOf(relay, 'developer')}`,
      },
    });
    slow.on('error', () => undefined);
    onEnd(() => slow.destroy());
    slow.end(body);
    const [response] = (await once(slow, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    response.pause();
    const healthy = await read(relay, { role: 'developer' });
    const names = Array.from({ length: 8 }, (_, index) => `tool ${index} ${'n'.repeat(200)}`);
    for (let batch = 0; batch < 60; batch += 1) {
      await send(
        relay,
        Array.from({ length: 200 }, () => spanEvent({ a: { kind: 'agent', name: 'big', toolNames: names } })),
      );
    }
    await healthy.waitFor(() => healthy.events().some((event) => event.seq === 12_000));
    await expect
      .poll(() => lines.some((line) => line.event === 'stream.closed' && line['code'] === 4408), { timeout: 10_000 })
      .toBe(true);
  }, 30_000);
});

describe('a snapshot of many parts', () => {
  it('comes whole over an event stream and in a long poll, each part no larger than a window', async () => {
    const relay = await startRelay();
    const toolNames = Array.from({ length: 8 }, (_, index) => `tööl ${index} ${'n'.repeat(200)}`);
    const events = Array.from({ length: 200 }, () => spanEvent({ a: { kind: 'agent', name: 'big', toolNames } }));
    await send(relay, events);
    const stream = follow(await ask(relay, { role: 'developer' }));
    const isWhole = () => stream.events.some(({ frame }) => frame.t === 'snap' && frame.part === frame.parts);
    await expect.poll(isWhole, patience).toBe(true);
    const polled = await poll(relay, { wait: 0 }, { role: 'developer' });
    for (const frames of [stream.events.map(({ frame }) => frame), polled.frames]) {
      const parts = frames.filter((frame) => frame.t === 'snap');
      expect(parts.length).toBeGreaterThan(4);
      for (const [index, part] of parts.entries()) {
        expect(part).toMatchObject({ part: index + 1, parts: parts.length });
        expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThanOrEqual(65 * 1024);
      }
      const spans = parts.flatMap(({ ev }) => ev.flatMap(({ span }) => span ?? []));
      expect(spans).toEqual(events.map(({ span }) => span));
    }
  });
});

describe('a long poll', () => {
  it('answers with the frames of a stream and ends in a heartbeat', async () => {
    const relay = await startRelay();
    await send(relay, [spanEvent()]);
    const first = await poll(relay, { wait: 0 });
    expect(first.response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(kindsOf(first.frames)).toEqual(['welcome', 'snap', 'hb']);
    const cursor = first.frames.flatMap((frame) => (frame.t === 'snap' ? [`${frame.epoch}.${frame.at}`] : []))[0];
    await send(relay, [spanEvent(), spanEvent()]);
    const second = await poll(relay, { cursor });
    expect(kindsOf(second.frames)).toEqual(['welcome', 'batch', 'hb']);
    expect(second.frames[0]).toMatchObject({ resume: 'ok' });
    expect(second.frames[1]).toMatchObject({ from: 1, to: 3 });
  });

  it('waits for news and answers when it comes', async () => {
    const relay = await startRelay();
    const { frames } = await poll(relay, { wait: 0 });
    const cursor = frames.flatMap((frame) => (frame.t === 'snap' ? [`${frame.epoch}.${frame.at}`] : []))[0];
    let isAnswered = false;
    const waiting = poll(relay, { cursor, wait: 20_000 }).then((answer) => {
      isAnswered = true;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAnswered).toBe(false);
    await send(relay, [spanEvent()]);
    expect(kindsOf((await waiting).frames)).toEqual(['welcome', 'batch', 'hb']);
  });

  it('answers empty when its time is over', async () => {
    const relay = await startRelay();
    const { frames } = await poll(relay, { wait: 0 });
    const cursor = frames.flatMap((frame) => (frame.t === 'snap' ? [`${frame.epoch}.${frame.at}`] : []))[0];
    expect(kindsOf((await poll(relay, { cursor, wait: 30 })).frames)).toEqual(['welcome', 'hb']);
  });

  it('brings no more events than it was asked for, and the rest next time', async () => {
    const relay = await startRelay();
    const { frames } = await poll(relay, { wait: 0 });
    const epoch = frames[0]?.t === 'welcome' ? frames[0].epoch : '';
    await send(
      relay,
      Array.from({ length: 700 }, () => spanEvent()),
    );
    const counts: number[] = [];
    let at = 0;
    while (at < 700) {
      const answer = await poll(relay, { cursor: `${epoch}.${at}`, limit: counts.length === 0 ? 7 : 500 });
      const batches = answer.frames.filter((frame) => frame.t === 'batch');
      counts.push(batches.reduce((sum, batch) => sum + batch.ev.length, 0));
      expect(batches[0]?.from).toBe(at);
      at = batches.at(-1)?.to ?? at;
      expect(answer.frames.at(-1)).toMatchObject({ t: 'hb', head: 700 });
    }
    expect(counts).toEqual([7, 500, 193]);
  });

  it('does not bring again what the reader says it holds whole', async () => {
    const relay = await startRelay();
    const run = `trace_${'c'.repeat(32)}`;
    await send(relay, [spanEvent({ run })]);
    const subs = [{ sub: 'alerts' }, { sub: `run:${run}` }];
    const { frames } = await poll(relay, { wait: 0, subs });
    const cursor = frames.flatMap((frame) => (frame.t === 'snap' ? [`${frame.epoch}.${frame.at}`] : []))[0];
    expect(kindsOf((await poll(relay, { cursor, wait: 500, subs })).frames)).toContain('snap');
    expect(kindsOf((await poll(relay, { cursor, wait: 0, subs, whole: [`run:${run}`] })).frames)).toEqual([
      'welcome',
      'hb',
    ]);
  });

  it('tells a gap and brings a snapshot where the cursor is no longer held', async () => {
    const relay = await startRelay();
    await send(relay, [spanEvent()]);
    const { frames } = await poll(relay, { cursor: `${'a'.repeat(32)}.7` });
    expect(kindsOf(frames)).toEqual(['welcome', 'gap', 'snap', 'hb']);
  });

  it('hears that its token was revoked while it waits', async () => {
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({ log: (line) => lines.push(line) });
    const { frames } = await poll(relay, { wait: 0 });
    const cursor = frames.flatMap((frame) => (frame.t === 'snap' ? [`${frame.epoch}.${frame.at}`] : []))[0];
    const waiting = poll(relay, { cursor });
    await expect.poll(() => lines.filter(({ event }) => event === 'stream.opened').length, patience).toBe(2);
    relay.revoke('default', 'viewer');
    expect((await waiting).frames.at(-1)).toMatchObject({ t: 'bye', code: 4401 });
  });
});

describe('a stream by HTTP', () => {
  it.each([
    ['no token that holds', { token: 'x'.repeat(40) }, 401, 'auth.bad-token'],
    ['a token that may not read', { role: 'ingest' }, 403, 'auth.forbidden'],
    ['a body that is no hello', { body: { t: 'sub' } }, 400, 'stream.bad-hello'],
    ['a body that is no JSON', { body: '{' }, 400, 'stream.bad-hello'],
    ['a wait that is too long', { body: hello({ wait: 60_000 }) }, 400, 'stream.bad-hello'],
    ['a limit that is too high', { body: hello({ limit: 501 }) }, 400, 'stream.bad-hello'],
    ['a body that is too large', { body: hello({ pad: 'y'.repeat(100_000) }) }, 413, 'stream.too-large'],
    ['another type', { headers: { 'content-type': 'text/plain' } }, 415, 'stream.content-type'],
    ['another accept', { accept: 'text/html' }, 406, 'stream.not-acceptable'],
    ['another origin', { headers: { origin: 'https://evil.example' } }, 403, 'http.origin-not-allowed'],
  ] as const)('with %s is refused by its code', async (_what, options, status, code) => {
    const relay = await startRelay();
    const response = await ask(relay, options as Ask);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
  });

  it('with a version nobody speaks hears goodbye', async () => {
    const relay = await startRelay();
    const { frames } = await poll(relay, { v: [7, 9] });
    expect(frames).toEqual([expect.objectContaining({ t: 'bye', code: 4426 })]);
  });

  it('counts with sockets against the limits: in all, by token and by address', async () => {
    const byToken = await startRelay({ maxConnectionsPerToken: 2 });
    await (await read(byToken)).next('snap');
    const stream = follow(await ask(byToken));
    await stream.next('snap');
    const third = await ask(byToken, { accept: 'application/json' });
    expect([third.status, await codeOf(third)]).toEqual([429, 'stream.too-many-of-token']);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    const refused = await read(byToken);
    expect(await refused.next('bye')).toMatchObject({ code: 1013, resume: true });
    expect((await ask(byToken, { role: 'developer' })).status).toBe(200);

    const byAddress = await startRelay({ maxConnectionsPerAddress: 1 });
    const held = await read(byAddress);
    expect(await codeOf(await ask(byAddress))).toBe('stream.too-many-of-address');
    held.socket.terminate();
    await expect.poll(() => ask(byAddress).then(({ status }) => status), patience).toBe(200);

    const inAll = await startRelay({ maxConnections: 1 });
    follow(await ask(inAll));
    const over = await ask(inAll, { role: 'developer' });
    expect([over.status, await codeOf(over)]).toEqual([503, 'relay.too-many-connections']);
    await expect(read(inAll)).rejects.toThrow('503');
  });

  it('frees its place when the reader leaves', async () => {
    const relay = await startRelay({ maxConnections: 1 });
    const abort = new AbortController();
    const response = await fetch(`${relay.url}/v1/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${tokenOf(relay, 'viewer')}`,
      },
      body: JSON.stringify(hello()),
      signal: abort.signal,
    });
    await follow(response).next('snap');
    abort.abort();
    await expect.poll(() => ask(relay).then(({ status }) => status), patience).toBe(200);
  });
});

describe('a ticket', () => {
  const ticketOf = async (relay: Relay, options: Ask = {}) => {
    const response = await ask(relay, { path: '/v1/stream/ticket', ...options });
    expect(response.status).toBe(200);
    return (await response.json()) as { ticket: string; expiresAtMs: number };
  };
  const use = (relay: Relay, ticket: string) => {
    const abort = new AbortController();
    onEnd(() => abort.abort());
    return fetch(`${relay.url}/v1/stream?ticket=${ticket}`, { signal: abort.signal });
  };

  it('opens one stream, with the hello it was asked for with', async () => {
    const relay = await startRelay();
    await send(relay, [spanEvent()]);
    const { ticket } = await ticketOf(relay, { body: hello({ subs: [{ sub: 'alerts' }] }) });
    const stream = follow(await use(relay, ticket));
    expect((await stream.next('welcome')).frame).toMatchObject({ who: 'viewer' });
    expect((await stream.next('snap')).frame.ev).toEqual([]);
    const again = await use(relay, ticket);
    expect([again.status, await codeOf(again)]).toEqual([401, 'stream.bad-ticket']);
  });

  it('runs out after 30 s', async () => {
    let nowMs = 1_800_000_000_000;
    const relay = await startRelay({ now: () => nowMs });
    const { ticket, expiresAtMs } = await ticketOf(relay);
    expect(expiresAtMs).toBe(nowMs + 30_000);
    nowMs += 30_001;
    expect((await use(relay, ticket)).status).toBe(401);
  });

  it('is worth nothing once its token is', async () => {
    const relay = await startRelay();
    const { ticket } = await ticketOf(relay);
    relay.revoke('default', 'viewer');
    expect((await use(relay, ticket)).status).toBe(401);
  });

  it('stands in no line of the log', async () => {
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({ log: (line) => lines.push(line) });
    const { ticket } = await ticketOf(relay);
    await follow(await use(relay, ticket)).next('snap');
    await use(relay, ticket);
    expect(lines.length).toBeGreaterThan(2);
    expect(JSON.stringify(lines)).not.toContain(ticket);
  });

  it('is not handed out without end', async () => {
    const relay = await startRelay();
    for (let count = 0; count < 100; count += 1) await ticketOf(relay);
    const response = await ask(relay, { path: '/v1/stream/ticket' });
    expect([response.status, await codeOf(response)]).toEqual([429, 'stream.too-many-tickets']);
  });
});

describe('a socket that asked for deflated frames', () => {
  it('gets what gains by it as binary messages, the rest as text, and others get text', async () => {
    const relay = await startRelay();
    const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
    onEnd(() => socket.terminate());
    const messages: { readonly isBinary: boolean; readonly bytes: number; readonly frame: ServerFrame }[] = [];
    socket.on('message', (data: Buffer, isBinary) => {
      const text = isBinary ? inflateRawSync(data).toString() : data.toString();
      messages.push({ isBinary, bytes: data.length, frame: JSON.parse(text) as ServerFrame });
    });
    await once(socket, 'open');
    socket.send(JSON.stringify(hello({ token: tokenOf(relay, 'viewer'), deflate: true })));
    const plain = await read(relay);
    await plain.next('snap');
    await expect.poll(() => messages.length, patience).toBe(2);
    await send(
      relay,
      Array.from({ length: 40 }, () => spanEvent()),
    );
    await expect.poll(() => messages.length, patience).toBe(3);
    expect(messages.map(({ isBinary, frame }) => [frame.t, isBinary])).toEqual([
      ['welcome', true],
      ['snap', false],
      ['batch', true],
    ]);
    expect(messages[2]?.frame).toEqual(await plain.next('batch'));
    expect(messages[2]?.bytes).toBeLessThan(JSON.stringify(messages[2]?.frame).length * 0.4);
  });
});
