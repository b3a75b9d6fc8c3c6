import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Relay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { onEnd, read, send, spanEvent, startRelay } from './support.ts';

const issuer = 'https://login.example.com';
const audience = 'spanlight';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const CUT_MS = 5000;

/** A relay that takes tokens of a file and JWTs, and who has one of each kind. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const [tokensFile, keysPath] = [join(folder, 'tokens.json'), join(folder, 'key.pem')];
  const token = randomBytes(24).toString('hex');
  const write = (isThere: boolean) =>
    writeFile(
      tokensFile,
      JSON.stringify(isThere ? [{ name: 'ann', sha256: sha256Hex(token), project: 'default', roles: ['viewer'] }] : []),
    );
  await write(true);
  await writeFile(keysPath, publicKey.export({ type: 'spki', format: 'pem' }));
  const jwt = { algorithm: 'ES256', issuer, audience, keysPath };
  const relay = await startRelay({ tokensFile, jwt, roleTokens: { ingest: 'i'.repeat(40) } });
  return { relay, token, takeOut: () => write(false) };
}

const sign = (lifeSec: number, key = privateKey) =>
  new SignJWT({ roles: ['viewer'], project: 'default' })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('mary')
    .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSec)
    .sign(key);

const hello = (fields: object = {}) => ({ t: 'hello', v: [1, 1], subs: [{ sub: 'overview' }], ...fields });
const ask = (relay: Relay, token: string, accept: string, path: string, body: object) =>
  fetch(relay.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });

/** A reader that takes bytes until the relay ends it. */
interface Listening {
  readonly text: () => string;
  readonly ended: Promise<void>;
}
function listen(response: Response): Listening {
  let text = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      text += decoder.decode(chunk, { stream: true });
  })().catch(() => undefined);
  return { text: () => text, ended };
}

/** Each way to listen, connected and past its first frames. */
const ways: Readonly<Record<string, (relay: Relay, token: string) => Promise<Listening>>> = {
  async websocket(relay, token) {
    const reader = await read(relay, { token });
    await reader.next('snap');
    return { text: () => reader.raw().toString(), ended: reader.closed.then(() => undefined) };
  },
  async 'server-sent events'(relay, token) {
    const listening = listen(await ask(relay, token, 'text/event-stream', '/v1/stream', hello()));
    await expect.poll(listening.text).toContain('"t":"snap"');
    return listening;
  },
  async 'an EventSource by ticket'(relay, token) {
    const answer = await ask(relay, token, 'application/json', '/v1/stream/ticket', hello());
    const { ticket } = (await answer.json()) as { ticket: string };
    const listening = listen(
      await fetch(`${relay.url}/v1/stream?ticket=${ticket}`, { headers: { accept: 'text/event-stream' } }),
    );
    await expect.poll(listening.text).toContain('"t":"snap"');
    return listening;
  },
  async 'a long poll that waits'(relay, token) {
    const first = await ask(relay, token, 'application/json', '/v1/stream', hello({ wait: 0 }));
    const { epoch, at } = ((await first.json()) as { t: string; epoch: string; at: number }[]).find(
      ({ t }) => t === 'snap',
    ) as { epoch: string; at: number };
    const body = hello({ wait: 20_000, cursor: `${epoch}.${at}` });
    let text = '';
    const ended = ask(relay, token, 'application/json', '/v1/stream', body).then(async (response) => {
      text = await response.text();
    });
    const isWaiting = async () => (await (await fetch(`${relay.url}/metrics`)).text()).includes('{wire="polling"} 1');
    await expect.poll(isWaiting, { timeout: 5000 }).toBe(true);
    return { text: () => text, ended };
  },
};

describe.each(Object.entries(ways))('%s', (_way, open) => {
  const expectCut = async (relay: Relay, listening: Listening, after: () => unknown, patienceMs = CUT_MS) => {
    const startedMs = performance.now();
    await after();
    await listening.ended;
    expect(performance.now() - startedMs).toBeLessThan(patienceMs);
    const before = listening.text();
    expect(before).toContain('"code":4401');
    await send(relay, [spanEvent({ a: { kind: 'tool', name: 'too_late' } })]);
    expect(listening.text()).not.toContain('too_late');
  };

  it('is cut within five seconds when its token is taken out of the file', async () => {
    const { relay, token, takeOut } = await start();
    await expectCut(relay, await open(relay, token), takeOut);
    expect((await ask(relay, token, 'application/json', '/v1/stream', hello({ wait: 0 }))).status).toBe(401);
  }, 15_000);

  it('is cut at once when its name is revoked', async () => {
    const { relay, token } = await start();
    await expectCut(relay, await open(relay, token), () => relay.revoke('default', 'ann'), 2000);
  });

  it('is cut within five seconds when its JWT runs out or its subject is revoked', async () => {
    const { relay } = await start();
    const dying = await open(relay, await sign(0)); // within the two seconds that clocks may differ by
    await expectCut(relay, dying, () => undefined, CUT_MS + 2000);
    const { relay: second } = await start();
    const revoked = await open(second, await sign(300));
    await expectCut(second, revoked, () => second.revoke('default', 'mary'), 2000);
  }, 20_000);

  it('does not open for a forged JWT', async () => {
    const { relay } = await start();
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const [head = '', body = '', signature = ''] = (await sign(300)).split('.');
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const forged = [
      await sign(300, other.privateKey),
      await sign(-60),
      `${part({ alg: 'none' })}.${body}.`,
      `${part({ alg: 'HS256' })}.${body}.${signature}`,
      `${head}.${part({ roles: ['admin'], project: 'default', iss: issuer, aud: audience, sub: 'mary', exp: 4e9 })}.${signature}`,
    ];
    for (const token of forged) {
      const overHttp = await ask(relay, token, 'text/event-stream', '/v1/stream', hello());
      const asPoll = await ask(relay, token, 'application/json', '/v1/stream', hello({ wait: 0 }));
      const asTicket = await ask(relay, token, 'application/json', '/v1/stream/ticket', hello());
      expect([overHttp.status, asPoll.status, asTicket.status]).toEqual([401, 401, 401]);
      const reader = await read(relay, { token });
      expect(await reader.closed).toBe(4401);
      expect(reader.frames.map(({ t }) => t)).toEqual(['bye']);
    }
  });
});
