import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import type { Relay, RelayLogLine } from 'spanlight/relay';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../src/model/wire.ts';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { onEnd, send, startRelay } from './support.ts';

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** A run of somebody, with a word of its own in every name and in every part of its content. */
function runOf(word: string, userId: string) {
  const [run, span, call] = [`trace_${hex(16)}`, `span_${hex(12)}`, `call_${hex(8)}`];
  const content = (place: string) => `content ${place} ${word}`;
  const ids: string[] = [];
  const event = (type: string, fields: object) => {
    const id = `0190f3a1-0000-7000-8000-${hex(6)}`;
    ids.push(id);
    return { id, type, sv: 1, ts: 1_790_000_000_000 + ids.length, run, ...fields };
  };
  const a = { kind: 'tool', name: `tool_${word}`, agentName: `Agent ${word}` };
  const events = [
    event('run.start', {
      a: { name: `Run ${word}`, userId, sessionId: `session-${word}`, tags: [`tag-${word}`] },
      detail: { input: content('input'), metadata: { [`key ${word}`]: content('metadata') } },
    }),
    ...Array.from({ length: 30 }, (_, index) =>
      event('span.start', {
        span: `span_${hex(11)}${index.toString(16).padStart(2, '0')}`,
        a: { ...a, status: 'running' },
        detail: { arguments: { text: content('arguments') } },
      }),
    ),
    event('span.start', { span, a, detail: { arguments: content('arguments'), attributes: content('attributes') } }),
    event('span.end', {
      span,
      a: { ...a, status: 'error', errorType: `Error${word}`, errorCode: `code.${word}` },
      detail: { output: content('output'), error: { message: content('error') } },
    }),
    event('log', { span, a: { level: 'error' }, detail: { message: content('log') } }),
    event('approval.requested', {
      span,
      ref: call,
      a: { toolName: `tool_${word}` },
      detail: { reason: content('why') },
    }),
    event('run.end', { a: { status: 'error' }, detail: { output: content('output') } }),
  ];
  return { events, run, span, call, marks: [word, run, span, call, userId, ...ids] };
}

/** What a token gets over each wire, from nothing and from an old cursor, deflated frames as what they hold. */
async function overEveryWire(relay: Relay, token: string) {
  const seen: Buffer[] = [];
  let packedFrames = 0;
  const overSocket = (hello: object) =>
    new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
      const parts: Buffer[] = [];
      onEnd(() => socket.terminate());
      socket.once('error', reject);
      socket.once('open', () => socket.send(JSON.stringify({ ...hello, token })));
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) packedFrames += 1;
        parts.push(data, isBinary ? inflateRawSync(data) : Buffer.alloc(0));
        const text = Buffer.concat(parts).toString('latin1');
        if (!text.includes('"t":"hb"')) return;
        seen.push(...parts);
        socket.close();
        resolve(text);
      });
    });
  const overHttp = async (hello: object, accept: string) => {
    const response = await fetch(`${relay.url}/v1/stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, accept, 'content-type': 'application/json' },
      body: JSON.stringify({ ...hello, wait: 0 }),
    });
    expect(response.status).toBe(200);
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      seen.push(Buffer.from(chunk));
      if (Buffer.concat(seen.slice(-3)).includes('"t":"hb"')) break;
    }
  };
  const hello = { t: 'hello', v: [1, 1], subs: [{ sub: 'overview' }, { sub: 'logs' }, { sub: 'approvals' }] };
  const epoch = /"epoch":"([^"]+)"/.exec(await overSocket(hello))?.[1];
  for (const fields of [{}, { cursor: `${epoch}.0` }]) {
    await overSocket({ ...hello, ...fields });
    await overSocket({ ...hello, ...fields, deflate: true });
    await overHttp({ ...hello, ...fields }, 'text/event-stream');
    await overHttp({ ...hello, ...fields }, 'application/json');
  }
  return { bytes: Buffer.concat(seen).toString('latin1'), packedFrames };
}

it('of runs outside a scope no byte leaves the relay, on any wire, route or line of its log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const tokens = { scoped: hex(24), viewer: hex(24) };
  const entryOf = (name: keyof typeof tokens, more: object) => ({
    name,
    sha256: sha256Hex(tokens[name]),
    project: 'default',
    ...more,
  });
  const tokensFile = join(folder, 'tokens.json');
  await writeFile(
    tokensFile,
    JSON.stringify([
      entryOf('scoped', { roles: ['developer'], scope: { user: 'user-alpenglow' } }),
      entryOf('viewer', { roles: ['viewer'] }),
    ]),
  );
  const lines: RelayLogLine[] = [];
  const relay = await startRelay({
    tokensFile,
    roleTokens: { ingest: 'i'.repeat(40) },
    timings: { heartbeatMs: 50, holeMs: 20 },
    log: (line) => void lines.push(line),
  });
  const own = runOf('alpenglow', 'user-alpenglow');
  const foreign = runOf('cormorant', 'user-cormorant');
  for (const { events } of [own, foreign]) {
    expect((await send(relay, events)).events.filter(({ st }) => st !== 'ok')).toEqual([]);
  }

  const scoped = await overEveryWire(relay, tokens.scoped);
  expect(scoped.packedFrames).toBeGreaterThan(0);
  expect(own.marks.filter((mark) => !scoped.bytes.includes(mark))).toEqual([]); // what is looked for would be found
  expect(foreign.marks.filter((mark) => scoped.bytes.includes(mark))).toEqual([]);
  expect(scoped.bytes).not.toContain('content '); // content rides in no stream, not even that of a developer

  const viewer = await overEveryWire(relay, tokens.viewer);
  expect(viewer.packedFrames).toBeGreaterThan(0);
  expect(viewer.bytes).toContain(foreign.run);
  for (const hidden of ['content ', 'user-', 'session-', 'tag-', 'key ']) expect(viewer.bytes).not.toContain(hidden);

  // every other route that reads: whole, narrowed, and with the ids of a run outside
  const ranges = [
    '',
    '?from=0&to=4000000000000',
    '?text=cormorant',
    '?user=user-cormorant',
    '?agent=Agent%20cormorant',
  ];
  const questions = ['by=agent', 'by=tool', 'format=otlp', 'format=spans', 'format=costs', 'format=spanlight'];
  let answers = 0;
  for (const { path } of relay.routes.filter(({ method, path: at }) => method === 'GET' && at !== '/v1/stream')) {
    const filled = path
      .replace(':runId', foreign.run)
      .replace(':spanId', foreign.span)
      .replace(':callId', foreign.call)
      .replace(':eventId', foreign.events[0]?.id ?? '')
      .replace('*', 'index.html');
    for (const query of [...ranges, ...questions.map((question) => `?from=0&to=4000000000000&${question}`)]) {
      const response = await fetch(relay.url + filled + query, {
        headers: { authorization: `Bearer ${tokens.scoped}` },
      });
      const body = await response.text(); // what came packed is unpacked here
      const text = JSON.stringify([...response.headers]) + body;
      expect([filled, query, foreign.marks.filter((mark) => text.includes(mark))]).toEqual([filled, query, []]);
      answers += 1;
    }
  }
  expect(answers).toBeGreaterThan(100);
  const log = JSON.stringify(lines);
  expect(lines.length).toBeGreaterThan(0);
  for (const secret of ['cormorant', 'alpenglow', 'content ', tokens.scoped, tokens.viewer]) {
    expect(log).not.toContain(secret);
  }
}, 30_000);
