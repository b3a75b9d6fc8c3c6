import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/spanlight.mjs', import.meta.url));
let clone: string;

/** A clone after `npm ci`, whose build writes down that it ran. */
async function createClone(build = 'node build.mjs'): Promise<void> {
  clone = await mkdtemp(join(tmpdir(), 'spanlight-cli-'));
  await mkdir(join(clone, 'node_modules'));
  await write(
    'package.json',
    JSON.stringify({ type: 'module', scripts: { build, 'build:demo': 'node build.mjs demo' } }),
  );
  await write('src/a.ts', 'export {};');
  await write(
    'build.mjs',
    `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
     const isDemo = process.argv[2] === 'demo';
     console.log('chatter of the build');
     appendFileSync('builds', isDemo ? 'd' : 'b');
     await new Promise((resolve) => setTimeout(resolve, 300));
     mkdirSync(isDemo ? 'dist/demo' : 'dist/cli', { recursive: true });
     writeFileSync(isDemo ? 'dist/demo/index.html' : 'dist/cli/index.js',
       'console.log("ran", process.argv.slice(2).join("|")); process.exitCode = 7;');`,
  );
  await mkdir(join(clone, 'scripts'));
  await cp(script, join(clone, 'scripts/spanlight.mjs'));
}
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(clone, path)), { recursive: true });
  await writeFile(join(clone, path), text);
}
const builds = () => readFile(join(clone, 'builds'), 'utf8').catch(() => '');

function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const { npm_execpath: _npm, ...env } = process.env;
    execFile(process.execPath, [join(clone, 'scripts/spanlight.mjs'), ...argv], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

describe('npm run spanlight', { timeout: 30_000 }, () => {
  beforeEach(() => createClone());
  afterEach(() => rm(clone, { recursive: true, force: true }));

  it('builds what is missing, keeps standard output clean, hands over arguments and exit code', async () => {
    const first = await run('summarize', 'a.jsonl', '--json');
    expect([first.code, first.out]).toEqual([7, 'ran summarize|a.jsonl|--json\n']);
    const second = await run('summarize');
    expect([second.code, second.out, second.err]).toEqual([7, 'ran summarize\n', '']);
    expect(await builds()).toBe('b');
  });

  it('builds again when a source is newer than what was built', async () => {
    await run('summarize');
    const later = new Date(Date.now() + 60_000);
    await utimes(join(clone, 'src/a.ts'), later, later);
    await run('summarize');
    expect(await builds()).toBe('bb');
  });

  it('builds the page only for the commands that serve it', async () => {
    await run('summarize');
    await run('relay');
    await run('demo');
    expect(await builds()).toBe('bd');
  });

  it('builds once, however many start at the same time', async () => {
    const all = await Promise.all([run('a'), run('b'), run('c'), run('d')]);
    expect(all.map(({ out }) => out).sort()).toEqual(['ran a\n', 'ran b\n', 'ran c\n', 'ran d\n']);
    expect(await builds()).toBe('b');
  });

  it('goes on after a build that was killed', async () => {
    await write('node_modules/.spanlight-build/pid', '999999');
    expect((await run('a')).out).toBe('ran a\n');
  });

  it('runs nothing when the build fails, and says how to go on', async () => {
    await rm(clone, { recursive: true });
    await createClone('echo it is broken && exit 3');
    const { code, out, err } = await run('summarize');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('it is broken');
    expect(err).toContain('npm ci');
  });

  it('says what to run in a clone without node_modules', async () => {
    await rm(join(clone, 'node_modules'), { recursive: true });
    expect(await run('summarize')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('npm ci') as string,
    });
  });
});
