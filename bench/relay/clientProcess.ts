import { connect, type Socket } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import { benchRunId } from '../generate.ts';
import type { ClientKind, ClientRequest, ClientStats } from './protocol.ts';

/** Sockets that look at what they get; the others only count bytes, so that clients take little of the machine. */
const PROBES = 20;
/** Fewer than may be pending at a relay. */
const AT_ONCE = 8;

const sockets: Socket[] = [];
let bytes = 0;
let events = 0;
let latenciesMs: number[] = [];
const hello = (token: string, kind: ClientKind) => ({
  t: 'hello',
  v: [1, 1],
  token,
  subs: [{ sub: `run:${benchRunId}` }],
  ...(kind === 'ws-deflate' && { deflate: true }),
});

/** A masked text message whose mask is nothing. */
function clientMessage(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([head, body]);
}

function opening(kind: ClientKind, token: string): string {
  if (kind === 'net') return '';
  if (kind === 'sse') {
    const body = JSON.stringify(hello(token, kind));
    return `POST /v1/stream HTTP/1.1\r\nhost: HOST\r\nauthorization: Bearer ${token}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  }
  return 'GET /v1/stream HTTP/1.1\r\nhost: HOST\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: spanlight.v1\r\n\r\n';
}

/** Times stand in the text as `"ts":123.4`. */
function probe(text: string, isFirst: boolean): void {
  const nowMs = performance.timeOrigin + performance.now();
  for (const match of text.matchAll(/"ts":(\d+(?:\.\d+)?)/g)) {
    latenciesMs.push(nowMs - Number(match[1]));
    if (isFirst) events += 1;
  }
}

/** Text of deflated messages, which come whole in these sizes. */
function inflateMessages(chunk: Buffer): string {
  let text = '';
  for (let at = 0; at + 2 <= chunk.length; ) {
    const short = (chunk[at + 1] ?? 0) & 127;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const length =
      short < 126 ? short : short === 126 ? chunk.readUInt16BE(at + 2) : Number(chunk.readBigUInt64BE(at + 2));
    const body = chunk.subarray(start, start + length);
    text += chunk[at] === 0x82 ? inflateRawSync(body).toString() : body.toString();
    at = start + length;
  }
  return text;
}

function open({ kind, port, token }: Extract<ClientRequest, { op: 'connect' }>, index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    sockets.push(socket);
    socket.once('error', reject);
    let isReady = kind === 'net';
    socket.once('connect', () => {
      socket.write(opening(kind, token).replace('HOST', `127.0.0.1:${port}`));
      if (isReady) resolve();
    });
    let hasSaidHello = kind === 'net' || kind === 'sse';
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (!hasSaidHello) {
        hasSaidHello = true;
        socket.write(clientMessage(JSON.stringify(hello(token, kind))));
        if (chunk.includes('spanlight.v1')) return;
      }
      if (!isReady) {
        isReady = true;
        resolve();
      }
      if (index < PROBES) probe(kind === 'ws-deflate' ? inflateMessages(chunk) : chunk.toString('latin1'), index === 0);
    });
  });
}

async function answer(request: ClientRequest): Promise<unknown> {
  if (request.op === 'connect') {
    for (let from = 0; from < request.count; from += AT_ONCE) {
      const lot = Math.min(AT_ONCE, request.count - from);
      await Promise.all(Array.from({ length: lot }, (_unused, index) => open(request, from + index)));
    }
    return { ok: true };
  }
  if (request.op === 'reset') {
    bytes = 0;
    events = 0;
    latenciesMs = [];
    return { ok: true };
  }
  const sorted = latenciesMs.sort((a, b) => a - b);
  const stats: ClientStats = {
    bytesPerClient: bytes / sockets.length,
    events,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  };
  return stats;
}

process.on('message', (request: ClientRequest) => {
  void answer(request).then((reply) => process.send?.(reply as object));
});
process.on('disconnect', () => process.exit(0));
