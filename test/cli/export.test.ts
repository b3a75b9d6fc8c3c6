import { readFileSync } from 'node:fs';
import type { Relay } from 'spanlight/relay';
import { beforeEach, expect, it } from 'vitest';
import { runExport } from '../../src/cli/export.ts';
import type { MonitorError } from '../../src/model/errors.ts';
import { post, startRelay, tokenOf } from '../relay/support.ts';

let relay: Relay;
const posts = JSON.parse(
  readFileSync(new URL('../fixtures/openai-agents-python/01-support-handoff.ingest.json', import.meta.url), 'utf8'),
) as readonly { readonly body: unknown }[];
beforeEach(async () => {
  relay = await startRelay();
  for (const { body } of posts) await post(relay, '/v1/traces/ingest', JSON.stringify(body));
});

async function run(argv: readonly string[], token = tokenOf(relay, 'developer')) {
  let stdout = '';
  const written: Record<string, string> = {};
  const code = await runExport(argv, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: () => undefined,
    env: { SPANLIGHT_URL: relay.url, SPANLIGHT_TOKEN: token, SPANLIGHT_INGEST_TOKEN: tokenOf(relay, 'ingest') },
    cwd: '/',
    readFile: async () => '',
    writeFile: async (path, text) => {
      if (path.startsWith('gone/')) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      written[path] = text;
    },
    signal: new AbortController().signal,
    isTerminal: false,
  });
  return { code, stdout, written };
}

it('writes what the relay holds, to standard output or into a file', async () => {
  const { stdout } = await run(['--since', '9999d']);
  expect(stdout.trimEnd().split('\n').length).toBeGreaterThan(10);
  expect(stdout).not.toContain('kb-114');
  expect((await run(['--content'])).stdout).toContain('kb-114');
  const { written, stdout: silent } = await run(['--format', 'costs', '--out', 'costs.csv']);
  expect(silent).toBe('');
  expect(written['costs.csv']).toMatch(/^run_id,run_name.*\r\n/);
});

it('says why nothing was written', async () => {
  const failure = (argv: readonly string[], token?: string) =>
    run(argv, token).then(
      () => undefined,
      (cause: MonitorError) => [cause.code, cause.message] as const,
    );
  expect(await failure(['--format', 'xls'])).toEqual(['export.refused', expect.stringContaining('format')]);
  expect(await failure(['--content'], tokenOf(relay, 'viewer'))).toEqual([
    'export.refused',
    expect.stringContaining('auth.forbidden'),
  ]);
  expect(await failure([], 'w'.repeat(40))).toEqual(['export.refused', expect.stringContaining('SPANLIGHT_TOKEN')]);
  expect(await failure(['--since', 'yesterday'])).toEqual(['cli.bad-option', expect.stringContaining('--since')]);
  expect(await failure(['--from', 'http://127.0.0.1:9'])).toEqual(['export.unreachable', expect.any(String)]);
  expect(await failure(['--since', 'x'])).toBeDefined();
  expect(await failure(['--out', 'gone/runs.jsonl'])).toEqual(['export.no-output', expect.stringContaining('ENOENT')]);
  // the ingest token beside it reads nothing: what is missing is a token that may read
  expect(await failure([], '')).toEqual(['export.refused', expect.stringContaining('Give a token that may read')]);
});
