import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MonitorError } from '../../../model/errors.ts';
import { codeOf } from '../../relayLog.ts';
import { loadPackage } from './loadPackage.ts';

/** Names of the databases in a data folder. */
export const LOG_FILE = 'log.db';
const LOCK_FILE = 'lock.db';

/**
 * Makes the folder this process's own. The kernel lets the lock go when the process ends, however it ends.
 * Never open `lock.db` with `fs`: closing it again would drop the lock.
 * @returns release
 * @throws {MonitorError} `log.folder-in-use`, `log.cannot-open`, `log.no-libsql`
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const { default: Database } = await loadPackage('libsql', () => import('libsql'));
  try {
    await makeFolder(folder);
    const lock = new Database(join(folder, LOCK_FILE), { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (cause) {
      lock.close();
      throw cause;
    }
    return () => lock.close();
  } catch (cause) {
    const code = codeOf(cause);
    const isTaken = code === 'SQLITE_BUSY';
    throw new MonitorError(
      isTaken ? 'log.folder-in-use' : 'log.cannot-open',
      {
        happened: isTaken
          ? `Another process has the log in ${folder} open.`
          : `The log in ${folder} cannot be opened (${code}).`,
        follows: isTaken ? 'This one did not start, since two writers would spoil it.' : 'Nothing was read or written.',
        todo: isTaken
          ? 'Stop the other one, or set SPANLIGHT_DATA_DIR to another folder; several relays share a PostgreSQL by SPANLIGHT_DATABASE_URL.'
          : 'Name a folder that this process may write, by SPANLIGHT_DATA_DIR.',
      },
      { cause },
    );
  }
}

/** Step by step: `recursive` of Node 20 tries for ever where a parent is there and takes no folder, as `/proc` does. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  await mkdir(folder).catch((cause: unknown) => {
    if (codeOf(cause) !== 'EEXIST') throw cause; // somebody else was quicker
  });
}
