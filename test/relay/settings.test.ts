import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelay, parseSettings, type RelayOptions } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { writeSettingsReference } from '../../scripts/settingsReference.ts';
import { MonitorError } from '../../src/model/errors.ts';
import { findUnknownSettings } from '../../src/relay/settings/parseSettings.ts';
import { settingTable } from '../../src/relay/settings/settingsSchema.ts';
import { get, onEnd, read, startRelay } from './support.ts';

const token = (letter: string) => letter.repeat(32);

function faultOf(env: Record<string, string>): MonitorError {
  try {
    parseSettings(env);
  } catch (error) {
    if (error instanceof MonitorError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(path, { recursive: true }));
  return path;
}

describe('settings', () => {
  it('have defaults that only this machine can reach', () => {
    expect(parseSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 8090,
      roleTokens: {},
      readsPerMinute: 120,
      retentionHours: 72,
    });
  });

  it('are read from the environment; an empty value counts as unset', () => {
    const settings = parseSettings({
      SPANLIGHT_HOST: '0.0.0.0',
      SPANLIGHT_PORT: ' 9000 ',
      SPANLIGHT_VIEWER_TOKEN: token('v'),
      SPANLIGHT_ADMIN_TOKEN: '',
      SPANLIGHT_ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173,',
      SPANLIGHT_RING_EVENTS: '100',
      PATH: '/bin',
    });
    expect(settings).toMatchObject({
      host: '0.0.0.0',
      port: 9000,
      roleTokens: { viewer: token('v') },
      allowedOrigins: ['https://a.example', 'http://localhost:5173'],
      ringEvents: 100,
    });
    expect(settings.roleTokens).not.toHaveProperty('admin');
  });

  it.each([
    ['SPANLIGHT_PORT', 'http'],
    ['SPANLIGHT_PORT', '65536'],
    ['SPANLIGHT_PORT', '-1'],
    ['SPANLIGHT_PORT', '80.5'],
    ['SPANLIGHT_PORT', '1e3'],
    ['SPANLIGHT_HOST', 'local host'],
    ['SPANLIGHT_HOST', 'http://127.0.0.1'],
    ['SPANLIGHT_ALLOWED_ORIGINS', '*'],
    ['SPANLIGHT_ALLOWED_ORIGINS', 'https://a.example/path'],
    ['SPANLIGHT_ALLOWED_ORIGINS', 'null'],
    ['SPANLIGHT_ALLOWED_HOSTS', 'https://a.example'],
    ['SPANLIGHT_ALLOWED_HOSTS', '*.example.com'],
    ['SPANLIGHT_RING_EVENTS', '1'],
    ['SPANLIGHT_READS_PER_MINUTE', '0'],
    ['SPANLIGHT_RETENTION_HOURS', 'a day'],
    ['SPANLIGHT_STORE', 'mysql'],
    ['SPANLIGHT_DURABILITY', 'maybe'],
    ['SPANLIGHT_PAYLOADS', 'no'],
    ['SPANLIGHT_STRICT_NAMES', 'perhaps'],
    ['SPANLIGHT_JWT_ALGORITHM', 'HS256'],
    ['SPANLIGHT_JWT_ALGORITHM', 'none'],
    ['SPANLIGHT_REDIS_EVENTS', 'a b'],
    ['SPANLIGHT_REDIS_EVENTS', 'agents.events=../x'],
    ['SPANLIGHT_REDIS_CONTROL', 'a channel'],
    ['SPANLIGHT_REPORTED_DECISIONS', 'never'],
    ['SPANLIGHT_LOG_LEVEL', 'loud'],
    ['SPANLIGHT_STOP_SECONDS', '-3'],
  ])('%s=%s stops the start: the text names the variable, the fault and an example', (name, value) => {
    const error = faultOf({ [name]: value });
    expect(error.code).toBe('settings.bad-value');
    expect(error.message).toMatch(
      new RegExp(`^${name} .*\\(it is ${JSON.stringify(value).replaceAll(/[*.?+()]/g, '\\$&')}\\)`),
    );
    expect(error.message).toContain(`${name}=${settingTable[name as keyof typeof settingTable].example}`);
  });

  it('refuse what is far too long, each by its name with an example, and repeat no secret', () => {
    for (const [name, { example }] of Object.entries(settingTable)) {
      const secret = name.endsWith('_URL') ? 'redis://:geheim@h' : 'geheim';
      const error = faultOf({ [name]: secret.padEnd(5000, 'x') });
      expect(error.code, name).toBe('settings.bad-value');
      expect(error.message, name).toMatch(new RegExp(`^${name} (?:is|has) `));
      expect(error.message, name).toContain(example);
      const isSecret = 'isSecret' in settingTable[name as keyof typeof settingTable];
      expect(error.message.includes('geheim') && isSecret, name).toBe(false);
    }
  });

  it('repeat no password of an address that stands in the wrong variable', () => {
    for (const name of ['SPANLIGHT_HOST', 'SPANLIGHT_ALLOWED_ORIGINS', 'SPANLIGHT_STORE', 'SPANLIGHT_REDIS_PREFIX']) {
      const error = faultOf({ [name]: 'postgres://user:geheim@db:5432/spanlight' });
      expect(error.message).toMatch(new RegExp(`^${name} .*it is "postgres://…@db:5432/spanlight"`));
    }
  });

  it.each(['kurz', 'with a space in it, and long enough', 'ümlaut'.repeat(8), 'x'.repeat(600)])(
    'a token that is no token is refused without repeating it',
    (value) => {
      for (const role of ['VIEWER', 'INGEST', 'ADMIN']) {
        const error = faultOf({ [`SPANLIGHT_${role}_TOKEN`]: value });
        expect(error.code).toBe('settings.bad-value');
        expect(error.message).toContain(`SPANLIGHT_${role}_TOKEN`);
        expect(error.message).not.toContain(value);
      }
    },
  );

  it('one token for two roles is refused', () => {
    const error = faultOf({ SPANLIGHT_VIEWER_TOKEN: token('a'), SPANLIGHT_ADMIN_TOKEN: token('a') });
    expect(error.code).toBe('settings.token-reused');
    expect(error.message).toContain('SPANLIGHT_VIEWER_TOKEN and SPANLIGHT_ADMIN_TOKEN');
    expect(error.message).not.toContain(token('a'));
  });

  it('have a reference page that names all of them as they are', () => {
    expect(readFileSync('docs/reference/settings.md', 'utf8')).toBe(writeSettingsReference());
  });

  it('finds variables that set nothing, and what was meant', () => {
    expect(
      findUnknownSettings({
        SPANLIGHT_INGEST_TOKENS: 'x',
        SPANLIGHT_ALOWED_HOSTS: 'x',
        SPANLIGHT_URL: 'x',
        SPANLIGHT_PORT: '1',
        HOME: '/',
      }),
    ).toEqual([
      { name: 'SPANLIGHT_INGEST_TOKENS', instead: expect.stringContaining('SPANLIGHT_') as string },
      { name: 'SPANLIGHT_ALOWED_HOSTS', instead: 'SPANLIGHT_ALLOWED_HOSTS' },
    ]);
  });
});

describe('tokens', () => {
  it('are required where other machines can reach the relay', async () => {
    const start = (options: RelayOptions) => createRelay({ host: '0.0.0.0', port: 0, pricing: false, ...options });
    await expect(start({})).rejects.toMatchObject({ code: 'settings.tokens-required' });
    await expect(start({ roleTokens: { ingest: token('i') } })).rejects.toThrow(/SPANLIGHT_VIEWER_TOKEN/);
    await expect(start({ roleTokens: { viewer: token('v') } })).rejects.toThrow(/SPANLIGHT_INGEST_TOKEN/);
    await expect(start({ roleTokens: { viewer: 'short', ingest: token('i') } })).rejects.toMatchObject({
      code: 'settings.bad-value',
    });
    const relay = await start({ roleTokens: { ingest: token('i'), viewer: token('v') } });
    onEnd(() => relay.close());
    expect(relay.generatedRoles).toEqual([]);
    expect(relay.tokens).toEqual({ ingest: token('i'), viewer: token('v') });
  });

  const entry = (secret: string, fields: object = {}) => ({
    name: 'mary',
    sha256: createHash('sha256').update(secret).digest('hex'),
    roles: ['developer'],
    project: 'shop',
    ...fields,
  });

  it('of a file hold for their project, and end within seconds when they are taken out', async () => {
    const tokensFile = join(await folder(), 'tokens.json');
    await writeFile(
      tokensFile,
      JSON.stringify([entry(token('m')), entry(token('j'), { name: 'john', roles: ['viewer'] })]),
    );
    const relay = await startRelay({ tokensFile });
    expect(relay.tokens).toEqual({});
    const [mary, john] = [await read(relay, { token: token('m') }), await read(relay, { token: token('j') })];
    expect(await mary.next('welcome')).toMatchObject({ who: 'mary', project: 'shop', roles: ['developer'] });
    await john.next('welcome');
    await writeFile(tokensFile, 'half a fi');
    await utimes(tokensFile, 1, 1);
    await writeFile(tokensFile, JSON.stringify([entry(token('j'), { name: 'john', roles: ['viewer'] })]));
    expect(await mary.closed).toBe(4401);
    expect(john.socket.readyState).toBe(john.socket.OPEN);
  }, 15_000);

  it('that change their rights start their reader anew', async () => {
    const tokensFile = join(await folder(), 'tokens.json');
    await writeFile(tokensFile, JSON.stringify([entry(token('m'))]));
    const relay = await startRelay({ tokensFile });
    const mary = await read(relay, { token: token('m') });
    await mary.next('welcome');
    await writeFile(tokensFile, JSON.stringify([entry(token('m'), { roles: ['viewer'] })]));
    expect(await mary.next('bye')).toMatchObject({ code: 1012, resume: false });
    const again = await read(relay, { token: token('m') });
    expect(await again.next('welcome')).toMatchObject({ can: ['read.shape'] });
    const headers = { authorization: `Bearer ${token('m')}` };
    expect((await fetch(`${relay.url}/v1/runs/r/payload`, { headers })).status).toBe(403);
  }, 15_000);

  it.each<readonly [string, string, RegExp]>([
    ['is not there', '', /cannot be read \(ENOENT\)/],
    ['is no JSON', '{', /it is no JSON/],
    ['is no list', '{}', /expected array/],
    ['has a token in clear', JSON.stringify([{ name: 'a', token: 'geheim', roles: ['viewer'], project: 'p' }]), /\[0/],
    ['has an unknown role', JSON.stringify([entry('x', { roles: ['king'] })]), /\[0\.roles\.0\]/],
    ['has a digest that is none', JSON.stringify([entry('x', { sha256: 'abc' })]), /\[0\.sha256\]/],
    ['has a bad project', JSON.stringify([entry('x', { project: '../x' })]), /\[0\.project\]/],
    ['has a digest twice', JSON.stringify([entry('x'), entry('x')]), /entry 1 has the digest/],
  ])('of a file that %s stop the start', async (_what, text, says) => {
    const tokensFile = join(await folder(), 'tokens.json');
    if (text !== '') await writeFile(tokensFile, text);
    const start = createRelay({ port: 0, pricing: false, tokensFile });
    await expect(start).rejects.toMatchObject({
      code: 'settings.bad-tokens-file',
      message: expect.stringMatching(says) as string,
    });
    await expect(start).rejects.not.toThrow(/geheim/);
  });
});

describe('a start that fails', () => {
  it('names the port that is taken', async () => {
    const relay = await startRelay();
    await expect(startRelay({ port: relay.port })).rejects.toMatchObject({ code: 'relay.port-in-use' });
    await expect(
      startRelay({ host: '203.0.113.1', roleTokens: { ingest: token('i'), viewer: token('v') } }),
    ).rejects.toMatchObject({ code: 'relay.cannot-listen' });
    expect((await get(relay, '/v1/workflow', 'viewer')).status).toBe(200);
  });
});
