import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelay } from 'spanlight/relay';
import { afterEach, expect, it } from 'vitest';
import { runToken } from '../../src/cli/token.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(env: Record<string, string> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'spanlight-'));
  cleanups.push(() => rm(cwd, { recursive: true }));
  const printed = { out: '', err: '' };
  const run = async (...argv: string[]) => {
    printed.out = '';
    printed.err = '';
    return runToken(argv, {
      stdout: (text) => void (printed.out += text),
      stderr: (text) => void (printed.err += text),
      env,
      cwd,
      readFile: (path) => readFile(join(cwd, path), 'utf8'),
      writeFile: () => Promise.reject(new Error('not used')),
      signal: new AbortController().signal,
      isTerminal: false,
    });
  };
  return { cwd, run, printed };
}

it('makes tokens that the relay takes, and keeps them for their owner alone', async () => {
  const { cwd, run, printed } = await setUp();
  const path = join(cwd, 'tokens.json');
  expect(await run('make', '--file', 'tokens.json', '--name', 'mary', '--role', 'developer')).toBe(0);
  const token = printed.out.trim();
  expect(
    await run('make', '--file', 'tokens.json', '--name', 'ann', '--role', 'viewer', '--user', 'u1', '--days', '2'),
  ).toBe(0);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const text = await readFile(path, 'utf8');
  expect(text).not.toContain(token);
  expect(printed.err).not.toContain(printed.out.trim());
  expect(await run('list', '--file', 'tokens.json')).toBe(0);
  expect(printed.out.split('\n')[0]).toBe('mary  developer  project default');
  expect(printed.out).toMatch(/ann {2}viewer {2}project default {2}scope {"user":"u1"} {2}until \d{4}-/);
  const relay = await createRelay({
    port: 0,
    dashboardDir: false,
    pricing: false,
    tokensFile: path,
    roleTokens: { ingest: 'i'.repeat(40) },
  });
  cleanups.push(() => relay.close());
  const answer = await fetch(`${relay.url}/v1/workflow`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
});

it('hashes a token that does not stand on the command line', async () => {
  const { run, printed } = await setUp({ SPANLIGHT_TOKEN: 'abc' });
  expect(await run('hash')).toBe(0);
  expect(printed.out.trim()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it.each([
  [['make', '--file', 't.json', '--name', 'x']],
  [['make', '--file', 't.json', '--role', 'root', '--name', 'x']],
  [['make', '--name', 'x', '--role', 'viewer']],
  [['make', '--file', 't.json', '--name', 'x', '--role', 'viewer', '--days', 'never']],
  [['hash']],
  [['make', '--file', 'gone/t.json', '--name', 'x', '--role', 'viewer']],
  [['eat', '--file', 't.json']],
])('refuses %j and changes nothing', async (argv) => {
  const { cwd, run } = await setUp();
  await expect(run(...argv)).rejects.toMatchObject({ code: 'cli.bad-token-command' });
  await expect(stat(join(cwd, 't.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});
