import { createHmac, sign as cryptoSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Relay, RelayLogLine } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { onEnd, read, spanEvent, startRelay } from './support.ts';

const issuer = 'https://login.example.com';
const audience = 'spanlight';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

async function startWithJwt(keys: string = pemOf(pair.publicKey), more: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const keysPath = join(folder, 'keys');
  await writeFile(keysPath, keys);
  const relay = await startRelay({ jwt: { algorithm: 'ES256', issuer, audience, keysPath }, ...more });
  return { relay, keysPath };
}

const nowSec = () => Math.floor(Date.now() / 1000);
const claims = (more: object = {}) => ({ roles: ['viewer'], project: 'default', ...more });
const sign = (payload: object, { key = pair.privateKey, header = {} }: { key?: KeyObject; header?: object } = {}) =>
  new SignJWT(payload as Record<string, unknown>)
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('mary')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(key);

const ask = (relay: Relay, token: string, path = '/v1/workflow') =>
  fetch(relay.url + path, { headers: { authorization: `Bearer ${token}` } });

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const good = () => ({ ...claims(), iss: issuer, aud: audience, sub: 'mary', iat: nowSec(), exp: nowSec() + 300 });
/** Signed as it says, with whatever stands in it. */
const raw = (header: unknown, payload: unknown, key: KeyObject = pair.privateKey) => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${cryptoSign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};
const rawText = (header: string, payload: string) => raw(header, payload);
const hmac = (header: unknown, payload: unknown, secret: string | Buffer) => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};

async function forged(): Promise<[string, string][]> {
  const list: [string, string][] = [];
  const add = (name: string, token: string) => list.push([`${list.length} ${name}`, token]);
  const es = { alg: 'ES256', typ: 'JWT' };
  // no signature
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, 0, [], 'none ', '\u0000none']) {
    for (const signature of ['', 'AA', encode('x')])
      add('alg none', `${encode({ ...es, alg })}.${encode(good())}.${signature}`);
  }
  // the public key as a shared secret
  const pem = pemOf(pair.publicKey);
  const jwk = JSON.stringify(pair.publicKey.export({ format: 'jwk' }));
  const der = pair.publicKey.export({ type: 'spki', format: 'der' });
  for (const alg of ['HS256', 'HS384', 'HS512', 'hs256', 'ES256', 'RS256']) {
    for (const secret of [pem, pem.trim(), jwk, der, '', 'secret'])
      add('shared secret', hmac({ ...es, alg }, good(), secret));
  }
  // another algorithm
  for (const alg of [
    'ES384',
    'ES512',
    'ES256K',
    'RS256',
    'PS256',
    'EdDSA',
    'es256',
    'ES256 ',
    'ES256\u0000',
    ['ES256'],
    { a: 1 },
    undefined,
  ]) {
    add('algorithm', raw({ ...es, alg }, good()));
  }
  // keys that the token brings or points to; headers that change what is signed
  const brought = other.publicKey.export({ format: 'jwk' });
  const headers: object[] = [
    { jku: 'https://evil.example/keys' },
    { jku: 'http://127.0.0.1:1/keys' },
    { jku: 'file:///etc/passwd' },
    { x5u: 'https://evil.example/c.pem' },
    { x5c: ['MIIB'] },
    { x5t: 'abc' },
    { 'x5t#S256': 'abc' },
    { jwk: brought },
    { crit: ['exp'] },
    { crit: [] },
    { crit: ['b64'], b64: false },
    { b64: false },
    { zip: 'DEF' },
    { enc: 'A256GCM' },
  ];
  for (const header of headers) {
    add('header, own key', raw({ ...es, ...header }, good()));
    add('header, foreign key', raw({ ...es, ...header }, good(), other.privateKey));
  }
  // kid
  for (const kid of [
    '../../../../dev/null',
    '/dev/null',
    "' OR 1=1 --",
    '\u0000',
    'a'.repeat(2000),
    '',
    'k1',
    {},
    [],
    7,
    null,
    '__proto__',
    'https://evil.example',
  ]) {
    add('kid, foreign key', raw({ ...es, kid }, good(), other.privateKey));
    add('kid, no secret', hmac({ ...es, alg: 'HS256', kid }, good(), ''));
  }
  // wrong claims, rightly signed
  const wrong: object[] = [
    ...['https://evil.example', '', `${issuer}/`, ` ${issuer}`, issuer.toUpperCase(), null, [issuer], {}, 7].map(
      (iss) => ({ iss }),
    ),
    ...['other', '', 'SPANLIGHT', 'spanlight ', null, ['other'], [], {}, 7, 'spanlight,other'].map((aud) => ({ aud })),
    ...[nowSec() - 10, 0, -1, 1.5, nowSec() - 86_400 * 365].map((exp) => ({ exp })),
    ...[null, '', 'never', String(nowSec() + 300), {}, [], true].map((exp) => ({ exp })),
    ...[nowSec() + 60, nowSec() + 86_400, 'soon', {}, null].map((nbf) => ({ nbf })),
    ...[null, '', 7, {}, [], 'x'.repeat(500)].map((sub) => ({ sub })),
    ...[null, '', 'a/b', '../x', 'x'.repeat(65), 7, {}, ['default'], 'a b', '\u0430bc'].map((project) => ({ project })),
    ...[null, 'admin', ['root'], ['Admin'], ['viewer', 'root'], [['viewer']], {}, 7, [], ['\u0430dmin']].map(
      (granted) => ({ roles: granted }),
    ),
    ...[['read'], 'read.payload', ['*'], {}, 7, [null]].map((list) => ({ capabilities: list })),
    ...[
      '',
      'openid profile',
      {},
      [],
      7,
      { user: '' },
      { user: 7 },
      { users: 'ann' },
      { user: 'a', more: 1 },
      { tags: [] },
      { tags: 'x' },
      { tags: [1] },
      { session: null },
    ].map((scope) => ({ scope })),
  ];
  for (const each of wrong) add(`claims ${JSON.stringify(each).slice(0, 40)}`, raw(es, { ...good(), ...each }));
  for (const name of ['iss', 'aud', 'exp', 'sub', 'project', 'roles'] as const) {
    const { [name]: _left, ...rest } = good();
    add(`without ${name}`, raw(es, rest));
  }
  // what JSON can say in more than one way, or reads as no number
  const spelt = (text: string) => raw(es, text);
  const body0 = JSON.stringify(good());
  add('expires never', spelt(body0.replace(/"exp":\d+/, '"exp":1e400')));
  add('expires before time', spelt(body0.replace(/"exp":\d+/, '"exp":-1e400')));
  add('starts never', spelt(body0.replace(/}$/, ',"nbf":1e400}')));
  add('a second end, long over', spelt(body0.replace(/}$/, ',"exp":1}')));
  add('a second scope that is none', spelt(body0.replace(/}$/, ',"scope":{"user":"ann"},"scope":{}}')));
  for (const scope of ['{"__proto__":{"user":"ann"}}', '{"user":"ann","__proto__":null}', '{"constructor":"ann"}'])
    add('scope of a prototype', spelt(body0.replace(/}$/, `,"scope":${scope}}`)));
  add('scope with a NUL', raw(es, { ...good(), scope: { user: 'a\u0000' } }));
  add('project of a prototype', spelt(body0.replace('"project":"default"', '"__proto__":{"project":"default"}')));
  add('issued by no time', raw(es, { ...good(), iat: 'now' }));
  add('a list of tokens', raw(es, [good()]));
  // encrypted: five parts, or one token in another
  add('encrypted', `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.${encode(good())}.AAAA`);
  add('encrypted in three parts', raw({ ...es, alg: 'dir', enc: 'A256GCM' }, good()));
  add('nested', raw({ ...es, cty: 'JWT' }, raw(es, good())));
  // two names of one header
  add('alg twice', rawText('{"alg":"ES256","alg":"none"}', body0));
  add('crit twice', rawText('{"alg":"ES256","crit":["exp"],"crit":[]}', body0));
  // broken, huge, changed after signing
  const whole = await sign(claims());
  const [head = '', body = '', signature = ''] = whole.split('.');
  const shapes = [
    `${head}.${body}`,
    `${head}.${body}.`,
    `.${body}.${signature}`,
    `${head}..${signature}`,
    `${head}.${body}.${signature}.${signature}`,
    `${whole}=`,
    `${whole}A`,
    whole.slice(0, -2),
    whole.slice(1),
    `${head}.${encode({ ...good(), roles: ['admin'] })}.${signature}`,
    `${encode({ ...es, kid: 'x' })}.${body}.${signature}`,
    `${head}.${body}.${'A'.repeat(86)}`,
    `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    whole.toUpperCase(),
    whole.replaceAll('.', '%2e'),
    `${head}.${encode('null')}.${signature}`,
    `${head}.${encode('[]')}.${signature}`,
    `${encode('{')}.${body}.${signature}`,
    'a.b.c',
    '...',
    '..',
    'e30.e30.e30',
    `${head}.${body}.${encode('\ud800')}`,
    `Bearer.${body}.${signature}`,
    raw(es, { ...good(), pad: 'x'.repeat(8000) }),
    raw({ ...es, pad: 'x'.repeat(8000) }, good()),
  ];
  for (const token of shapes) add('shape', token);
  add('foreign key', await sign(claims(), { key: other.privateKey }));
  const rsaInput = `${encode({ alg: 'RS256' })}.${encode(good())}`;
  add(
    'foreign kind of key',
    `${rsaInput}.${cryptoSign('sha256', Buffer.from(rsaInput), rsa.privateKey).toString('base64url')}`,
  );
  return list;
}

describe('a JWT', () => {
  it('opens what its claims grant, on HTTP and on the stream', async () => {
    const { relay } = await startWithJwt();
    const token = await sign(claims({ roles: ['developer'], scope: { user: 'ann' } }));
    expect((await ask(relay, token)).status).toBe(200);
    const reader = await read(relay, { token });
    const welcome = await reader.next('welcome');
    expect([welcome.who, welcome.project, welcome.roles]).toEqual(['mary', 'default', ['developer']]);
    expect(welcome.can).toContain('read.payload');
    const bare = await sign({ project: 'default', capabilities: ['read.shape'] });
    expect((await ask(relay, bare)).status).toBe(200);
    expect((await ask(relay, bare, '/v1/runs/r/payload')).status).toBe(403);
  });

  it('shows the runs of its scope and no other, on the stream, in pages and in files', async () => {
    const { relay } = await startWithJwt();
    const [mine, other] = [`trace_${'a'.repeat(32)}`, `trace_${'b'.repeat(32)}`];
    const start = (run: string, userId: string) => ({
      ...spanEvent({ run, type: 'run.start', a: { name: 'support', userId, startedAtMs: 1 } }),
      span: undefined,
    });
    const token = await sign(claims({ roles: ['developer'], scope: { user: 'ann' } }));
    const live = await read(relay, { token });
    await live.next('snap');
    await relay.ingest([start(mine, 'ann'), start(other, 'ben'), spanEvent({ run: other }), spanEvent({ run: mine })]);
    await live.waitFor(() => live.events().length >= 2);
    const late = await read(relay, { token });
    await late.next('snap');
    const page = await (await ask(relay, token, '/v1/runs')).text();
    const file = await (await ask(relay, token, '/v1/export')).text();
    for (const text of [live.raw().toString(), late.raw().toString(), page, file]) {
      expect(text).toContain(mine);
      expect(text).not.toContain(other);
    }
    expect((await ask(relay, token, `/v1/runs/${other}`)).status).toBe(404);
  });

  it('that is forged opens nothing: a corpus of more than 200', async () => {
    const lines: RelayLogLine[] = [];
    const { relay } = await startWithJwt(undefined, { log: (line: RelayLogLine) => lines.push(line) });
    const corpus = await forged();
    expect(corpus.length).toBeGreaterThan(200);
    const accepted: string[] = [];
    const { createJwtVerifier } = await import('../../src/relay/auth/createJwtVerifier.ts');
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const jwks = join(folder, 'jwks.json');
    await writeFile(
      jwks,
      JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' }] }),
    );
    for (const keysPath of [jwks, join(folder, 'key.pem')]) {
      if (keysPath.endsWith('.pem')) await writeFile(keysPath, pemOf(pair.publicKey));
      const settings = { algorithm: 'ES256', issuer, audience, keysPath };
      const verifier = await createJwtVerifier(settings, { now: Date.now, report: () => {}, onChange: () => {} });
      onEnd(() => verifier.stop());
      expect(await verifier.read(await sign(claims(), { header: { kid: 'k1' } }))).toBeDefined();
      for (const [name, token] of corpus) if (await verifier.read(token)) accepted.push(name);
    }
    expect(accepted).toEqual([]);
    // through the front door as well, as many as one address may try
    for (const [name, token] of corpus.filter(([, token]) => /^[\x21-\x7e]*$/.test(token)).slice(0, 50)) {
      expect([name, (await ask(relay, token)).status]).toEqual([name, 401]);
    }
    const text = JSON.stringify(lines);
    expect(corpus.filter(([, token]) => token.length > 20 && text.includes(token))).toEqual([]);
  });

  it('holds within two seconds of its times, on both sides, and for any of its audiences', async () => {
    let nowMs = 1_800_000_000_000;
    const { relay } = await startWithJwt(undefined, { now: () => nowMs });
    const es = { alg: 'ES256', typ: 'JWT' };
    const atSec = nowMs / 1000;
    const statusOf = async (more: object) =>
      (await ask(relay, raw(es, { ...good(), exp: atSec + 300, ...more }))).status;
    expect(await statusOf({ exp: atSec - 1 })).toBe(200);
    expect(await statusOf({ exp: atSec - 2 })).toBe(401);
    expect(await statusOf({ exp: atSec + 0.5 })).toBe(200);
    expect(await statusOf({ nbf: atSec + 2 })).toBe(200);
    expect(await statusOf({ nbf: atSec + 3 })).toBe(401);
    expect(await statusOf({ iat: atSec + 3600 })).toBe(200); // when it was made limits nothing
    expect(await statusOf({ aud: ['other', audience] })).toBe(200);
    const token = raw(es, { ...good(), exp: atSec });
    nowMs += 1999;
    expect((await ask(relay, token)).status).toBe(200);
    nowMs += 1;
    expect((await ask(relay, token)).status).toBe(401);
  });

  it('is one token to the limits, however its signature is spelt', async () => {
    const { relay } = await startWithJwt(undefined, { maxConnectionsPerToken: 2, readsPerMinute: 5 });
    const [head = '', body = '', signature = ''] = (await sign(claims())).split('.');
    const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = signs.indexOf(signature.at(-1) ?? '');
    const spelt = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => `${signature.slice(0, -1)}${signs[(last & 0x30) | bits]}`);
    const whole = spelt.map((text) => `${head}.${body}.${text}`);
    const statuses = await Promise.all(whole.map(async (token) => (await ask(relay, token)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3);
    const readers = [
      await read(relay, { token: whole[0] as string }),
      await read(relay, { token: whole[1] as string }),
    ];
    for (const reader of readers) await reader.next('welcome');
    expect(await (await read(relay, { token: whole[2] as string })).closed).toBe(1013);
  });

  it('is checked with the key it names while two are in force, and ends with the one that goes', async () => {
    const jwkOf = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, alg: 'ES256' });
    const [old, next] = [jwkOf(pair.publicKey, 'old'), jwkOf(other.publicKey, 'next')];
    const { relay, keysPath } = await startWithJwt(JSON.stringify({ keys: [old, next] }));
    const ofOld = await sign(claims(), { header: { kid: 'old' } });
    const ofNext = await sign(claims(), { key: other.privateKey, header: { kid: 'next' } });
    expect([(await ask(relay, ofOld)).status, (await ask(relay, ofNext)).status]).toEqual([200, 200]);
    const crossed = [
      await sign(claims(), { header: { kid: 'next' } }),
      await sign(claims(), { key: other.privateKey, header: { kid: 'old' } }),
      await sign(claims()), // names none of the two
    ];
    for (const token of crossed) expect((await ask(relay, token)).status).toBe(401);
    const reader = await read(relay, { token: ofOld });
    await reader.next('welcome');
    await writeFile(keysPath, JSON.stringify({ keys: [next] }));
    expect(await reader.closed).toBe(4401);
    expect([(await ask(relay, ofOld)).status, (await ask(relay, ofNext)).status]).toEqual([401, 200]);
  }, 10_000);

  it('is taken in the one algorithm that is set, also where its key could sign in others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const keysPath = join(folder, 'keys');
    await writeFile(keysPath, JSON.stringify({ keys: [rsa.publicKey.export({ format: 'jwk' })] }));
    const relay = await startRelay({ jwt: { algorithm: 'RS256', issuer, audience, keysPath } });
    const statusOf = async (alg: string) =>
      (await ask(relay, await sign(claims(), { key: rsa.privateKey, header: { alg } }))).status;
    expect(await statusOf('RS256')).toBe(200);
    for (const alg of ['RS384', 'RS512', 'PS256', 'PS512']) expect([alg, await statusOf(alg)]).toEqual([alg, 401]);
  });

  it('has its claims where the host says, and nowhere else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const keysPath = join(folder, 'keys');
    await writeFile(keysPath, pemOf(pair.publicKey));
    const claim = 'https://example.com/spanlight';
    const relay = await startRelay({ jwt: { algorithm: 'ES256', issuer, audience, keysPath, claim } });
    const statusOf = async (payload: object) => (await ask(relay, await sign(payload))).status;
    expect(await statusOf({ [claim]: claims(), scope: 'openid profile' })).toBe(200);
    expect(await statusOf(claims())).toBe(401);
    for (const value of [null, '', 'admin', [claims()], {}, 7]) expect(await statusOf({ [claim]: value })).toBe(401);
    expect(await statusOf({ [claim]: claims({ scope: 'openid' }) })).toBe(401);
  });

  it('that runs out ends its stream within five seconds, and opens nothing more', async () => {
    const { relay } = await startWithJwt(undefined, { timings: { heartbeatMs: 200 } });
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('mary')
      .setExpirationTime(nowSec() - 1) // in the two seconds that clocks may differ by
      .sign(pair.privateKey);
    const reader = await read(relay, { token });
    await reader.next('welcome');
    const startedMs = performance.now();
    expect(await reader.closed).toBe(4401);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect((await ask(relay, token)).status).toBe(401);
  });

  it('of a key that was taken away ends with it', async () => {
    const { relay, keysPath } = await startWithJwt();
    const token = await sign(claims());
    const reader = await read(relay, { token });
    await reader.next('welcome');
    await writeFile(keysPath, pemOf(other.publicKey));
    expect(await reader.closed).toBe(4401);
    expect((await ask(relay, token)).status).toBe(401);
    expect((await ask(relay, await sign(claims(), { key: other.privateKey }))).status).toBe(200);
  }, 10_000);

  it('of a subject that was revoked ends at once', async () => {
    const { relay } = await startWithJwt();
    const token = await sign(claims());
    const reader = await read(relay, { token });
    await reader.next('welcome');
    relay.revoke('default', 'mary');
    expect(await reader.closed).toBe(4401);
    expect((await ask(relay, token)).status).toBe(401);
  });

  it.each([
    ['nothing', ''],
    ['a private key', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a private JWK', JSON.stringify({ keys: [pair.privateKey.export({ format: 'jwk' })] })],
    ['a shared key', JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA' }] })],
    ['no key', '{"keys":[]}'],
    ['a key of another kind', pemOf(rsa.publicKey)],
  ])('is not taken with %s in the file: the relay does not start', async (_what, keys) => {
    await expect(startWithJwt(keys)).rejects.toMatchObject({ code: 'settings.bad-jwt-keys' });
  });
});
