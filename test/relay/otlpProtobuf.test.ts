import { deflateRawSync, gzipSync } from 'node:zlib';
import type { Relay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { codeOf, get, post, startRelay } from './support.ts';

/* Protobuf written by hand, so that nothing here trusts the code that reads it. */

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
const tag = (field: number, wire: number) => varint((field << 3) | wire);
const number = (field: number, value: number | bigint) => Buffer.concat([tag(field, 0), varint(value)]);
function bytes(field: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)));
  return Buffer.concat([tag(field, 2), varint(content.length), content]);
}
function fixed64(field: number, value: bigint): Buffer {
  const content = Buffer.alloc(8);
  content.writeBigUInt64LE(value);
  return Buffer.concat([tag(field, 1), content]);
}
function double(field: number, value: number): Buffer {
  const content = Buffer.alloc(8);
  content.writeDoubleLE(value);
  return Buffer.concat([tag(field, 1), content]);
}
const pair = (key: string, ...value: readonly Buffer[]) => Buffer.concat([bytes(1, key), bytes(2, ...value)]);

const traceId = 'c'.repeat(32);
const startNs = 1_790_000_000_000_250_000n;
const idOf = (index: number) => index.toString(16).padStart(16, '0');
const spanOf = (index: number, ...more: readonly Buffer[]) =>
  Buffer.concat([
    bytes(1, Buffer.from(traceId, 'hex')),
    bytes(2, Buffer.from(idOf(index), 'hex')),
    bytes(5, 'step'),
    fixed64(7, startNs),
    fixed64(8, startNs + 1_000_000_000n),
    ...more,
  ]);
const scopeOf = (...spans: readonly Buffer[]) => Buffer.concat(spans.map((span) => bytes(2, span)));
const requestOf = (...spans: readonly Buffer[]) => bytes(1, bytes(2, scopeOf(...spans)));

const type = { 'content-type': 'application/x-protobuf' };
const send = (relay: Relay, body: Buffer, path = '/v1/traces') => post(relay, path, body, type);

/** What an answer says was refused. */
async function rejectedIn(answer: Response): Promise<{ readonly items: number; readonly message: string } | undefined> {
  expect(answer.headers.get('content-type')).toBe(type['content-type']);
  const body = Buffer.from(await answer.arrayBuffer());
  if (body.length === 0) return undefined;
  // ExportResponse.partial_success {rejected_items, error_message}; both are short here
  expect([body[0], body[2], body[4]]).toEqual([0x0a, 0x08, 0x12]);
  return { items: body[3] ?? 0, message: body.subarray(6).toString() };
}

/** What the relay holds of the spans, in the order in which they came. */
async function spansIn(relay: Relay): Promise<readonly MonitorEvent[]> {
  const answer = await get(relay, `/v1/runs/${traceId}`, 'developer');
  const { facts } = (await answer.json()) as { readonly facts: readonly MonitorEvent[] };
  return facts.filter(({ type }) => type.startsWith('span.'));
}
const idsIn = async (relay: Relay) => (await spansIn(relay)).map(({ span }) => span);
async function detailIn(relay: Relay, index: number): Promise<Readonly<Record<string, unknown>>> {
  const answer = await get(relay, `/v1/runs/${traceId}/spans/${idOf(index)}/payload`, 'developer');
  return ((await answer.json()) as { readonly detail: Readonly<Record<string, unknown>> }).detail;
}

describe('an export request in protobuf', () => {
  it('has every type of value, 64-bit numbers and bytes among them, as JSON would have it', async () => {
    const relay = await startRelay();
    const list = bytes(5, bytes(1, bytes(1, 'a')), bytes(1, number(3, 2)), bytes(1));
    const odd = bytes(
      6,
      bytes(1, pair('__proto__', bytes(6, bytes(1, pair('polluted', number(2, 1)))))),
      bytes(1, pair('inner', number(3, -7n))),
    );
    const attributes = [
      pair('text', bytes(1, 'größe 📦')),
      pair('yes', number(2, 1)),
      pair('no', number(2, 0)),
      pair('below', number(3, -5n)),
      pair('fits', number(3, 9_007_199_254_740_991n)),
      pair('large', number(3, 9_007_199_254_740_993n)),
      pair('share', double(4, 0.5)),
      pair('nan', double(4, Number.NaN)),
      pair('endless', double(4, Number.NEGATIVE_INFINITY)),
      pair('list', list),
      pair('record', odd),
      pair('bytes', bytes(7, Buffer.from([0, 255, 16]))),
      pair('nothing'),
      bytes(1, 'no value'),
    ];
    const answer = await send(relay, requestOf(spanOf(1, ...attributes.map((attribute) => bytes(9, attribute)))));
    expect([answer.status, await rejectedIn(answer)]).toEqual([200, undefined]);
    const detail = await detailIn(relay, 1);
    expect(detail['attributes']).toEqual(
      JSON.parse(`{
        "text": "größe 📦", "yes": true, "no": false, "below": -5, "fits": 9007199254740991, "large": "9007199254740993",
        "share": 0.5, "nan": "NaN", "endless": "-Infinity", "list": ["a", 2, null],
        "record": {"inner": -7}, "bytes": "AP8Q"
      }`),
    );
    expect(detail).not.toHaveProperty(['attributes', 'record', 'polluted']); // a key that no record of ours takes
  });

  it('has fields of a later version, which are passed over, and numbers of kinds and codes that nobody knows', async () => {
    const relay = await startRelay();
    const later = [
      bytes(3, 'vendor=state'),
      number(10, 3),
      Buffer.concat([tag(16, 5), Buffer.from([1, 1, 0, 0])]),
      bytes(999, 'something new'),
      fixed64(1000, 7n),
    ];
    const error = bytes(15, bytes(2, 'broken'), number(3, 2));
    const unknown = bytes(15, number(3, 7), number(99, 1));
    const operation = bytes(9, pair('gen_ai.operation.name', bytes(1, 'chat')));
    const spans = [spanOf(1, ...later, operation, error, number(6, 3)), spanOf(2, unknown, number(6, 77))];
    const answer = await send(relay, requestOf(...spans));
    expect([answer.status, await rejectedIn(answer)]).toEqual([200, undefined]);
    const held = await spansIn(relay);
    expect(held).toMatchObject([
      { span: idOf(1), a: { kind: 'llm', status: 'error', startedAtMs: 1_790_000_000_000.25 } },
      { span: idOf(2), a: { kind: 'custom' } },
    ]);
    expect(held[1]?.a).not.toHaveProperty('status');
    expect((await detailIn(relay, 1))['error']).toMatchObject({ message: 'broken' });
  });

  it('costs what is broken in it itself, group or span, and the sender hears how many', async () => {
    const relay = await startRelay();
    const cut = spanOf(3).subarray(0, -3);
    const nameless = bytes(5, 'a span without ids');
    const spans = requestOf(spanOf(1), cut, nameless, spanOf(2));
    const groups = Buffer.concat([bytes(1, Buffer.from([0xff])), bytes(1, bytes(2, Buffer.from([0x12, 0x7f]))), spans]);
    const answer = await send(relay, groups);
    expect(answer.status).toBe(200);
    const rejected = await rejectedIn(answer);
    expect(rejected?.items).toBe(4);
    for (const code of ['otlp.bad-group (2)', 'otlp.bad-protobuf (1)', 'otlp.bad-id (1)']) {
      expect(rejected?.message).toContain(code);
    }
    expect(await idsIn(relay)).toEqual([idOf(1), idOf(2)]);
  });

  it('may hold a span that says no time: it is taken, and not counted as refused', async () => {
    const relay = await startRelay();
    const open = Buffer.concat([
      bytes(1, Buffer.from(traceId, 'hex')),
      bytes(2, Buffer.from(idOf(5), 'hex')),
      bytes(5, 'open'),
    ]);
    const answer = await send(relay, requestOf(open));
    expect([answer.status, await rejectedIn(answer)]).toEqual([200, undefined]);
    expect(await idsIn(relay)).toEqual([idOf(5)]);
  });

  it('of log records counts records, whatever else an export of ours brings along', async () => {
    const relay = await startRelay();
    const record = Buffer.concat([fixed64(1, startNs), number(2, 13), bytes(5, bytes(1, 'slow')), bytes(9, '')]);
    const answer = await send(relay, requestOf(record, Buffer.from([0x0a])), '/v1/logs');
    expect(await rejectedIn(answer)).toEqual({ items: 1, message: 'otlp.bad-protobuf (1)' });
    const line = { id: 'l1', type: 'log', sv: 1, ts: 5, run: traceId, a: { level: 'info' } };
    const own = bytes(1, bytes(1, pair('spanlight.events', bytes(1, JSON.stringify([line])))));
    const exported = await send(relay, bytes(1, own, bytes(2, scopeOf(spanOf(1), Buffer.from([0x0a])))));
    expect(await rejectedIn(exported)).toMatchObject({ items: 1 });
  });
});

describe('a packed request', () => {
  const body = () => gzipSync(requestOf(spanOf(1)));
  const packed = (relay: Relay, content: Buffer, packing: string) =>
    post(relay, '/v1/traces', content, { ...type, 'content-encoding': packing });

  it('is taken whatever the case its packing is written in, and unpacked as far as the limit', async () => {
    const relay = await startRelay();
    expect((await packed(relay, body(), ' GZIP ')).status).toBe(200);
    expect((await packed(relay, requestOf(spanOf(2)), 'identity')).status).toBe(200);
    expect(await idsIn(relay)).toHaveLength(2);
    const limit = 16 * 1024 * 1024;
    const filler = (size: number) => gzipSync(bytes(1, bytes(7, Buffer.alloc(size - 10, 32))));
    expect((await packed(relay, filler(limit), 'gzip')).status).toBe(200);
    const over = await packed(relay, filler(limit + 20), 'gzip');
    expect([over.status, over.headers.get('content-type')]).toEqual([413, type['content-type']]);
    expect(Buffer.from(await over.arrayBuffer()).toString('latin1')).toContain('ingest.too-large');
  });

  it('that ends early, was packed otherwise or in a way that is not known is refused for good', async () => {
    const relay = await startRelay();
    const whole = body();
    for (const [content, packing, status, code] of [
      [whole.subarray(0, -9), 'gzip', 400, 'ingest.bad-packing'],
      [deflateRawSync(requestOf(spanOf(1))), 'gzip', 400, 'ingest.bad-packing'],
      [whole, 'br', 415, 'ingest.content-encoding'],
      [whole, 'gzip, gzip', 415, 'ingest.content-encoding'],
    ] as const) {
      const answer = await packed(relay, content, packing);
      expect([packing, answer.status]).toEqual([packing, status]);
      expect(Buffer.from(await answer.arrayBuffer()).toString('latin1')).toContain(code);
    }
    const json = await post(relay, '/v1/traces', whole.subarray(0, -9), { 'content-encoding': 'gzip' });
    expect([json.status, await codeOf(json)]).toEqual([400, 'ingest.bad-packing']);
  });
});
