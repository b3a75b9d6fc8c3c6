import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runRelay } from '../../src/cli/relay.ts';
import { roles } from '../../src/model/capabilities.ts';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { settingTable } from '../../src/relay/settings/settingsSchema.ts';

const token = (letter: string) => letter.repeat(32);

function start(argv: readonly string[], env: Record<string, string>) {
  const abort = new AbortController();
  const out: string[] = [];
  const err: string[] = [];
  const done = runRelay(argv, {
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    env,
    cwd: '/',
    readFile: () => Promise.reject(new Error('not asked for')),
    signal: abort.signal,
    writeFile: async () => undefined,
    isTerminal: false,
  });
  onTestFinished(async () => {
    abort.abort();
    await done.catch(() => {});
  });
  return { out, err, done, end: () => abort.abort() };
}

describe('spanlight relay', () => {
  it('prints one line with its address and the tokens it made, and ends when told', async () => {
    const { out, done, end } = start(['--no-dashboard'], { SPANLIGHT_PORT: '0', SPANLIGHT_STORE: 'memory' });
    await expect.poll(() => out.join('')).toMatch(/\n$/);
    const line = out.join('');
    expect(line.trim().split('\n')).toHaveLength(1);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '';
    for (const role of roles) expect(line).toMatch(new RegExp(`\\b${role} [0-9a-f]{48}`));
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const viewer = /viewer ([0-9a-f]{48})/.exec(line)?.[1];
    expect((await fetch(`${url}/v1/workflow`, { headers: { authorization: `Bearer ${viewer}` } })).status).toBe(200);
    end();
    expect(await done).toBe(0);
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
  });

  it('prints no token that was given to it, and warns of variables that set nothing', async () => {
    const env = Object.fromEntries(
      roles.map((role, index) => [`SPANLIGHT_${role.toUpperCase()}_TOKEN`, token('abcdef'.charAt(index))]),
    );
    const { out, err } = start(['--no-dashboard', '--log'], {
      ...env,
      SPANLIGHT_PORT: '0',
      SPANLIGHT_STORE: 'memory',
      SPANLIGHT_ALOWED_HOSTS: 'x',
    });
    await expect.poll(() => out.join('')).toMatch(/^Relay on http:\/\/127\.0\.0\.1:\d+ \(log: memory\)\n$/);
    expect(err.join('')).toContain('SPANLIGHT_ALLOWED_HOSTS');
    const logged = err.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as { event: string });
    expect(logged.map((line) => line.event)).toContain('relay.started');
    for (const secret of Object.values(env)) expect(out.join('') + err.join('')).not.toContain(secret);
  });

  it('writes a log line that nobody can break or colour, whatever a person is called', async () => {
    const hostile = `x\n{"level":"error"}\r\u001b[31m\u009b2J\u2028\u202e\u200b\u{e0041}"\\`;
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const tokensFile = join(folder, 'tokens.json');
    const entry = { name: hostile, sha256: sha256Hex(token('z')), roles: ['viewer'], project: 'default' };
    await writeFile(tokensFile, JSON.stringify([entry]));
    const env = { SPANLIGHT_PORT: '0', SPANLIGHT_STORE: 'memory', SPANLIGHT_TOKENS: tokensFile };
    const { out, err } = start(['--no-dashboard', '--log'], { ...env, SPANLIGHT_INGEST_TOKEN: token('i') });
    await expect.poll(() => out.join('')).toMatch(/\n$/);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out.join(''))?.[0] ?? '';
    const hello = { t: 'hello', v: [1, 1], subs: [{ sub: 'overview' }], wait: 0 };
    const headers = { authorization: `Bearer ${token('z')}`, accept: 'application/json' };
    const odd = { 'x-request-id': '"}\u009b', 'user-agent': 'kanarie', 'content-type': 'application/json' };
    const body = JSON.stringify(hello);
    await fetch(`${url}/v1/stream`, { method: 'POST', headers: { ...headers, ...odd }, body });
    await fetch(`${url}/v1/runs/kanarie%0a%1b?text=kanarie&token=kanarie`, { headers });
    const logged = () => err.filter((text) => text.startsWith('{'));
    await expect.poll(() => logged().filter((text) => text.includes('"http.answered"')).length).toBe(2);
    for (const text of logged()) {
      expect(text).toMatch(/^[^\p{C}\u2028\u2029]+\n$/u);
      expect(text).not.toContain('kanarie');
    }
    const people = logged().flatMap((text) => (JSON.parse(text) as { who?: string }).who ?? []);
    expect(new Set(people)).toEqual(new Set([hostile])); // told apart and readable again
  });

  it('does not start on a wrong setting', async () => {
    await expect(start([], { SPANLIGHT_PORT: 'eighty' }).done).rejects.toMatchObject({ code: 'settings.bad-value' });
  });

  it('names every setting in its help', async () => {
    const { out, done } = start(['--help'], {});
    expect(await done).toBe(0);
    for (const name of Object.keys(settingTable)) expect(out.join('')).toContain(name);
  });

  it('runs as a process of its own and ends on SIGTERM with its streams told', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/index.ts', 'relay', '--no-dashboard'], {
      env: { ...process.env, SPANLIGHT_PORT: '0', SPANLIGHT_STORE: 'memory' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let printed = '';
    child.stdout.on('data', (data: Buffer) => {
      printed += data.toString();
    });
    await expect.poll(() => printed, { timeout: 20_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  }, 40_000);
});
