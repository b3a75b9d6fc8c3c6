import { inflateRawSync } from 'node:zlib';
import type { Relay } from 'spanlight/relay';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../src/model/wire.ts';
import { createCanaries, findWords, poisonedRun } from '../support/canaries.ts';
import { get, onEnd, send, startRelay, tokenOf } from './support.ts';

const roles = ['viewer', 'developer', 'approver'] as const;
type Role = (typeof roles)[number];

/** All bytes that a role got, by the way they came. Frames that came deflated stand there both ways. */
type Captured = Map<string, Buffer[]>;
const keep = (record: Captured, exit: string, ...bytes: readonly Buffer[]) =>
  record.set(exit, [...(record.get(exit) ?? []), ...bytes]);

const subs = ['overview', 'runs', 'logs', 'approvals', 'alerts', 'metrics'].map((sub) => ({ sub }));
const hello = (fields: object = {}) => ({ t: 'hello', v: [1, 1], subs, ...fields });
const textOf = (record: Captured, exit: string) => Buffer.concat(record.get(exit) ?? []).toString('latin1');
const reached = (text: string, seq: number) =>
  [...text.matchAll(/"t":"(?:batch|snap)"[^[]*?"(?:to|at)":(\d+)/g)].some(([, at]) => Number(at) >= seq);

/** A socket that keeps what comes. */
function overSocket(relay: Relay, role: Role, record: Captured, exit: string, fields: object): void {
  const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
  onEnd(() => socket.terminate());
  socket.on('open', () => socket.send(JSON.stringify({ ...hello(fields), token: tokenOf(relay, role) })));
  socket.on('message', (data: Buffer, isBinary) => {
    keep(record, exit, data, ...(isBinary ? [inflateRawSync(data)] : []));
  });
}

const post = (relay: Relay, role: Role, accept: string, fields: object, signal?: AbortSignal) =>
  fetch(`${relay.url}/v1/stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf(relay, role)}`, accept, 'content-type': 'application/json' },
    body: JSON.stringify(hello(fields)),
    ...(signal && { signal }),
  });

async function overEvents(relay: Relay, role: Role, record: Captured, exit: string, fields: object): Promise<void> {
  const abort = new AbortController();
  onEnd(() => abort.abort());
  const response = await post(relay, role, 'text/event-stream', fields, abort.signal);
  void (async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      keep(record, exit, Buffer.from(chunk));
  })().catch(() => undefined);
}

/** Asks again and again from where the last answer left it, as a page does. */
async function overPolls(relay: Relay, role: Role, record: Captured, exit: string, upTo: number, cursor?: string) {
  let at = cursor;
  for (let round = 0; round < 50 && !reached(textOf(record, exit), upTo); round += 1) {
    const response = await post(relay, role, 'application/json', { wait: 0, ...(at && { cursor: at }) });
    const bytes = Buffer.from(await response.arrayBuffer());
    keep(record, exit, Buffer.from(JSON.stringify([...response.headers])), bytes);
    for (const frame of JSON.parse(bytes.toString()) as { t: string; epoch: string; at?: number; to?: number }[])
      if (frame.t === 'batch' || frame.t === 'snap') at = `${frame.epoch}.${frame.to ?? frame.at}`;
  }
}

it('one run seen by a viewer, a developer and an approver at once: to whom no content belongs, no byte of it comes over any wire, page or file', async () => {
  const relay = await startRelay({ timings: { heartbeatMs: 100, rowsMs: 25, holeMs: 20 } });
  const canaries = createCanaries();
  const events = poisonedRun(7, canaries);
  const wordsIn = (value: unknown) => JSON.stringify(value ?? '').match(/kanarie\w+?vogel/g) ?? [];
  const content = new Set(events.flatMap(({ detail }) => wordsIn(detail)));
  const run = String(events[0]?.['run']);
  const records = Object.fromEntries(roles.map((role) => [role, new Map() as Captured])) as {
    [Name in Role]: Captured;
  };

  for (const role of roles) {
    overSocket(relay, role, records[role], 'socket, live', {});
    overSocket(relay, role, records[role], 'socket, live, deflated', { deflate: true });
    await overEvents(relay, role, records[role], 'events, live', {});
    for (const exit of ['socket, live', 'socket, live, deflated', 'events, live'])
      await expect.poll(() => textOf(records[role], exit)).toContain('"t":"snap"');
  }
  expect((await send(relay, events)).events.filter(({ st }) => st === 'bad')).toEqual([]);
  const epoch = /"epoch":"([0-9a-f]+)"/.exec(textOf(records.viewer, 'socket, live'))?.[1] ?? '';
  for (const role of roles) {
    const record = records[role];
    for (const [manner, fields] of Object.entries({
      'from a snapshot': {},
      'from an old cursor': { cursor: `${epoch}.0` },
      'one run': { subs: [{ sub: `run:${run}` }, { sub: 'approvals' }] },
    })) {
      overSocket(relay, role, record, `socket, ${manner}`, fields);
      overSocket(relay, role, record, `socket, ${manner}, deflated`, { ...fields, deflate: true });
      await overEvents(relay, role, record, `events, ${manner}`, fields);
    }
    await overPolls(relay, role, record, 'polls, from a snapshot', events.length);
    await overPolls(relay, role, record, 'polls, from an old cursor', events.length, `${epoch}.0`);
  }
  for (const role of roles)
    for (const exit of records[role].keys())
      await expect.poll(() => reached(textOf(records[role], exit), events.length), { message: exit }).toBe(true);

  const range = 'from=0&to=4000000000000';
  const spans = events.flatMap(({ span }) => (span === undefined ? [] : [String(span)]));
  const pages = [
    ...['newest', 'oldest', 'longest', 'dearest'].map((order) => `/v1/runs?order=${order}`),
    `/v1/runs/${run}`,
    '/v1/logs',
    '/v1/errors?bucketMs=60000',
    '/v1/approvals',
    '/v1/scores',
    '/v1/alerts',
    ...['', '&by=agent', '&by=tool', '&by=model', '&by=user'].map(
      (by) => `/v1/metrics?${range}&bucketMs=86400000000${by}`,
    ),
    ...['spanlight', 'otlp', 'spans', 'costs'].flatMap((format) =>
      ['', '&content=true'].map((more) => `/v1/export?format=${format}${more}`),
    ),
  ];
  const payloads = [
    `/v1/runs/${run}/payload`,
    ...spans.map((span) => `/v1/runs/${run}/spans/${span}/payload`),
    `/v1/runs/${run}/approvals/call_0123456789abcdef/payload`,
    ...events.map(({ id }) => `/v1/events/${encodeURIComponent(String(id))}/payload`),
  ];
  for (const role of roles) {
    for (const path of [...pages, ...payloads]) {
      const response = await get(relay, path, role);
      const kind = /payload|content=true/.test(path) ? 'content' : (/^\/v1\/\w+/.exec(path)?.[0] ?? path);
      keep(
        records[role],
        kind,
        Buffer.from(JSON.stringify([...response.headers])),
        Buffer.from(await response.arrayBuffer()),
      );
    }
  }

  for (const role of ['viewer', 'approver'] as const) {
    for (const [exit, bytes] of records[role]) {
      expect([role, exit, findWords(bytes, canaries.words)]).toEqual([role, exit, []]);
      expect(Buffer.concat(bytes).length).toBeGreaterThan(100);
    }
    expect(textOf(records[role], 'socket, live')).toContain('Support Agent'); // what belongs to them does come
  }
  // the same search over what the developer got at the same time: names in streams, content where it was asked for and nowhere else
  const some = canaries.words.filter((word, index) => index % 8 === 0 || !content.has(word)); // looking for all takes its time
  for (const [exit, bytes] of records.developer) {
    const found = findWords(bytes, some);
    const isFound = found.some((word) => content.has(word));
    expect([exit, isFound]).toEqual([exit, exit === 'content' || (exit === '/v1/logs' && isFound)]);
    const mustFind = !exit.startsWith('/v1/') || exit === '/v1/runs';
    expect([exit, found.length > 0]).toEqual([exit, mustFind || found.length > 0]);
  }
  const scanned = roles.reduce((sum, role) => sum + Buffer.concat([...records[role].values()].flat()).length, 0);
  console.log(`${canaries.words.length} words, ${records.viewer.size} exits, 3 roles, ${scanned} bytes, 0 leaks`);
}, 60_000);
