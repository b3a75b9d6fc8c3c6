import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay } from 'spanlight/relay';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSharedLog, startMember, until } from './fan-out/support.ts';
import { onEnd, send, spanEvent } from './support.ts';

const DEVELOPER_TOKEN = 'd'.repeat(32);
const HOST = 'relay.example.com';
const ROUNDS = 20;
const conf = readFileSync(new URL('../../deploy/nginx.conf', import.meta.url), 'utf8');
const hello = { t: 'hello', v: [1, 1], token: DEVELOPER_TOKEN, subs: [{ sub: 'overview' }] };

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

let certs = '';
beforeAll(() => {
  certs = mkdtempSync(join(tmpdir(), 'certs-'));
  const files = ['-keyout', join(certs, 'privkey.pem'), '-out', join(certs, 'fullchain.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${HOST}`, ...files],
    {
      stdio: 'ignore',
    },
  );
  return () => rmSync(certs, { recursive: true, force: true });
});

/** deploy/nginx.conf as it is, but for addresses and folders, in front of two relays. */
async function startProxy(relays: readonly Relay[]) {
  const dir = mkdtempSync(join(tmpdir(), 'nginx-'));
  const [port, plainPort] = [await freePort(), await freePort()];
  const changes: readonly (readonly [string, string])[] = [
    ['relay-1:8090', `127.0.0.1:${relays[0]?.port}`],
    ['relay-2:8090', `127.0.0.1:${relays[1]?.port}`],
    ['listen 443', `listen 127.0.0.1:${port}`],
    ['listen 80', `listen 127.0.0.1:${plainPort}`],
    ['/etc/nginx/certs', certs],
    ['/dev/stdout', join(dir, 'access.log')],
  ];
  let text = conf;
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replaceAll(from, to);
  }
  const file = join(dir, 'nginx.conf');
  writeFileSync(file, text);
  const args = ['-p', dir, '-c', file, '-e', join(dir, 'error.log'), '-g', `pid ${join(dir, 'pid')};`];
  execFileSync('nginx', ['-t', '-q', ...args], { stdio: 'pipe' });
  const child: ChildProcess = spawn('nginx', [...args.slice(0, -1), `${args.at(-1)} daemon off;`], { stdio: 'ignore' });
  onEnd(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    rmSync(dir, { recursive: true, force: true });
  });
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  onEnd(() => agent.destroy());
  const ask = (
    path: string,
    {
      body,
      headers = {},
      onText,
    }: { body?: unknown; headers?: Record<string, string>; onText?: (text: string) => void } = {},
  ) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request(
        {
          agent,
          host: '127.0.0.1',
          port,
          path,
          method: body ? 'POST' : 'GET',
          servername: HOST,
          headers: { host: HOST, 'content-type': 'application/json', ...headers },
        },
        (answer) => {
          let whole = '';
          answer.setEncoding('utf8');
          answer.on('data', (part: string) => {
            whole += part;
            onText?.(whole);
          });
          answer.once('close', () => resolve({ status: answer.statusCode ?? 0, text: whole }));
        },
      );
      sent.once('error', reject);
      onEnd(() => sent.destroy());
      sent.end(body ? JSON.stringify(body) : undefined);
    });
  await until(() =>
    ask('/health/live').then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  return { port, ask, accessLog: () => readFileSync(join(dir, 'access.log'), 'utf8') };
}

async function startAll() {
  const shared = { runLog: createSharedLog(), redisPrefix: `p${randomUUID().slice(0, 8)}`, allowedHosts: [HOST] };
  const relays = [await startMember(inject('redisUrl'), shared), await startMember(inject('redisUrl'), shared)];
  return { relays, ...(await startProxy(relays)) };
}

/** Sends one event after the other, each only when the one before came through: a proxy that holds back would hold all. */
async function measure(relays: readonly Relay[], wire: string, hasCome: (span: string) => boolean): Promise<number> {
  const tookMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const event = spanEvent();
    const startMs = performance.now();
    await send(relays[round % relays.length] as Relay, [event]);
    await until(() => hasCome(String(event['span'])));
    tookMs.push(performance.now() - startMs);
  }
  const median = tookMs.sort((a, b) => a - b)[ROUNDS / 2] ?? 0;
  console.log(
    `${wire} through nginx and TLS: ${ROUNDS} events one by one, median ${median.toFixed(0)} ms from post to reader`,
  );
  return tookMs.length;
}

describe('deploy/nginx.conf, run by a real nginx before two relays', () => {
  it('carries a WebSocket', async () => {
    const { relays, port } = await startAll();
    const socket = new WebSocket(`wss://127.0.0.1:${port}/v1/stream`, 'spanlight.v1', {
      rejectUnauthorized: false,
      headers: { host: HOST },
    });
    onEnd(() => socket.terminate());
    let text = '';
    socket.on('message', (data: Buffer) => {
      text += data.toString('utf8');
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify(hello));
    await until(() => text.includes('"t":"snap"'));
    expect(await measure(relays, 'WebSocket', (span) => text.includes(span))).toBe(ROUNDS);
  });

  it('carries server-sent events without holding any back', async () => {
    const { relays, ask } = await startAll();
    let text = '';
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${DEVELOPER_TOKEN}` };
    const onText = (whole: string) => {
      text = whole;
    };
    ask('/v1/stream', { body: { ...hello, token: undefined }, headers, onText }).catch(() => undefined);
    await until(() => text.includes('"t":"snap"'));
    expect(await measure(relays, 'server-sent events', (span) => text.includes(span))).toBe(ROUNDS);
  });

  it('carries long polls, answered as soon as there is news', async () => {
    const { relays, ask } = await startAll();
    const headers = { accept: 'application/json', authorization: `Bearer ${DEVELOPER_TOKEN}` };
    let text = '';
    let cursor: string | undefined;
    let isOver = false;
    onEnd(() => {
      isOver = true;
    });
    const poll = async () => {
      while (!isOver) {
        const answer = await ask('/v1/stream', { body: { ...hello, token: undefined, cursor, wait: 20_000 }, headers });
        text += answer.text;
        for (const frame of JSON.parse(answer.text) as { t: string; epoch: string; at?: number; to?: number }[]) {
          if (frame.t === 'snap') cursor = `${frame.epoch}.${frame.at}`;
          if (frame.t === 'batch') cursor = `${frame.epoch}.${frame.to}`;
        }
      }
    };
    poll().catch(() => undefined);
    await until(() => text.includes('"t":"snap"'));
    expect(await measure(relays, 'long poll', (span) => text.includes(span))).toBe(ROUNDS);
  });

  it('sends a ticket to the relay that gave it, writes none into its log, and shows no metrics', async () => {
    const { ask, accessLog } = await startAll();
    const headers = { authorization: `Bearer ${DEVELOPER_TOKEN}` };
    for (let round = 0; round < 4; round += 1) {
      const given = await ask('/v1/stream/ticket', { body: { ...hello, token: undefined }, headers });
      const { ticket } = JSON.parse(given.text) as { ticket: string };
      let text = '';
      ask(`/v1/stream?ticket=${ticket}`, {
        headers: { accept: 'text/event-stream' },
        onText: (whole) => void (text = whole),
      }).catch(() => undefined);
      await until(() => text.includes('"t":"welcome"'));
      expect(accessLog()).not.toContain(ticket);
    }
    expect((await ask('/metrics')).status).toBe(404);
  });
});
