import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runLog } from '../../src/cli/log.ts';
import { openSqliteStore } from '../../src/relay/run-log/sql/sqliteStore.ts';
import { logEvent } from '../relay/describeRunLog.ts';
import { sqlLog } from '../relay/describeSqlRunLog.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
const openLog = async (folder: string) => sqlLog(await openSqliteStore({ folder, durability: 'disk' })).log;

async function spanlightLog(cwd: string, ...argv: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await runLog(argv, {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    env: {},
    cwd,
    readFile: () => Promise.reject(new Error('not asked for')),
    writeFile: async () => undefined,
    signal: new AbortController().signal,
    isTerminal: false,
  });
  return { code, out, err };
}

const someEvents = () => [
  logEvent({ span: 's', detail: { input: 'kept' } }),
  logEvent({ span: 's', type: 'span.end', a: { status: 'ok', endedAtMs: 9000 } }),
  logEvent({ type: 'log', span: undefined, a: { level: 'warn' } }),
];

describe('spanlight log', () => {
  it('backs a log up while it is written; what was put back begins a new epoch and keeps its numbers', async () => {
    const cwd = await emptyFolder();
    const log = await openLog(join(cwd, 'data'));
    const { epoch } = await log.append('p', someEvents());
    expect(await spanlightLog(cwd, 'backup', '--from', 'data', '--to', 'again')).toMatchObject({ code: 0 });
    await log.append('p', someEvents());
    await log.close();
    await expect(spanlightLog(cwd, 'backup', '--from', 'data', '--to', 'again')).rejects.toMatchObject({
      code: 'log.backup-exists',
    });
    expect(await spanlightLog(cwd, 'rotate', '--from', 'again')).toMatchObject({ code: 0 });
    const restored = await openLog(join(cwd, 'again'));
    const head = await restored.head('p');
    expect(head).toMatchObject({ head: 3 });
    expect(head.epoch).not.toBe(epoch);
    expect(await restored.append('p', someEvents())).toMatchObject({ from: 3, to: 6 });
    await restored.close();
  });

  it.each(['copy', 'verify', 'rotate'])('%s makes no log where none is, and says so', async (action) => {
    const cwd = await emptyFolder();
    const to = action === 'copy' ? ['--to', 'target'] : [];
    await expect(spanlightLog(cwd, action, '--from', 'tpyo', ...to)).rejects.toMatchObject({
      code: 'log.not-found',
      message: expect.stringContaining(`There is no log in ${join(cwd, 'tpyo')}.`) as string,
    });
    expect(await readdir(cwd)).toEqual([]);
  });

  it('says that a log holds together, and what does not', async () => {
    const cwd = await emptyFolder();
    const log = await openLog(join(cwd, 'data'));
    await log.append('p', someEvents());
    await log.close();
    const fine = await spanlightLog(cwd, 'verify', '--from', 'data');
    expect(fine).toMatchObject({ code: 0, err: '' });
    expect(fine.out).toContain('3 events, 1 runs compared, all is well');
    const db = new Database(join(cwd, 'data', 'log.db'));
    db.exec("DELETE FROM event WHERE seq = 2; UPDATE content SET id = 'nobody'");
    db.close();
    const { code, err } = await spanlightLog(cwd, 'verify', '--from', 'data');
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toEqual([
      'p: 3 numbers from 1 to 3, and 2 events',
      'p: 1 parts of content belong to no event',
      'p: the row of the run trace_a1 is not what its events say',
      'p: rows of the run trace_a1 in measure are not what its events say',
    ]);
  });

  it('backs up no folder without a log, and says how it is used', async () => {
    const cwd = await emptyFolder();
    await expect(spanlightLog(cwd, 'backup', '--from', 'none', '--to', 'again')).rejects.toMatchObject({
      code: 'log.backup-failed',
    });
    expect((await spanlightLog(cwd, 'verify')).code).toBe(2);
  });
});
