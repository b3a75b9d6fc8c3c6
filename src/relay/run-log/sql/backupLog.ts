import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type Database from 'libsql';
import { MonitorError } from '../../../model/errors.ts';
import { codeOf } from '../../relayLog.ts';
import { unknownToFolders } from './folderGuard.ts';
import { loadPackage } from './loadPackage.ts';
import { LOG_FILE } from './lockFolder.ts';

/** How long a backup waits for a writer that is in the middle of something, ms. */
const BUSY_MS = 5000;

/** Whoever opens the copy begins a new epoch: what was numbered after it was made may be with readers. */
function forgetFolder(db: Database.Database): void {
  if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'guard'").all().length === 0) {
    db.exec('UPDATE stream SET epoch = lower(hex(randomblob(16)))'); // made by a version that had no guard
    return;
  }
  for (const statement of unknownToFolders) db.exec(statement);
}

/**
 * Writes one file that holds the log of a data folder as it is now, also while a relay has it open: readers and the writer go on.
 * @param target - a file that is not there yet, or a folder, which gets `log.db`
 * @returns the file
 * @throws {MonitorError} `log.backup-exists`, `log.backup-failed`, `log.no-libsql`
 */
export async function backupLog(folder: string, target: string): Promise<string> {
  const file = /\.\w+$/.test(target) ? target : join(target, LOG_FILE);
  const source = join(folder, LOG_FILE);
  if (existsSync(file)) {
    throw new MonitorError('log.backup-exists', {
      happened: `There is a file at ${file} already.`,
      follows: 'Nothing was written.',
      todo: 'Name a file that is not there yet.',
    });
  }
  const { default: Libsql } = await loadPackage('libsql', () => import('libsql'));
  try {
    await mkdir(dirname(file), { recursive: true });
    const db = new Libsql(source, { timeout: BUSY_MS, fileMustExist: true } as ConstructorParameters<typeof Libsql>[1]);
    const part = `${file}.part`;
    await rm(part, { force: true });
    try {
      db.prepare('VACUUM INTO ?').run(part);
    } finally {
      db.close();
    }
    const copy = new Libsql(part);
    try {
      forgetFolder(copy);
    } finally {
      copy.close();
    }
    await rename(part, file);
    return file;
  } catch (cause) {
    throw new MonitorError(
      'log.backup-failed',
      {
        happened: `The log at ${source} cannot be backed up to ${file} (${codeOf(cause)}).`,
        follows: 'There is no backup of it.',
        todo: 'See that the folder holds a log, that the disk has room for a copy, and try again; or stop the relay and copy the folder.',
      },
      { cause },
    );
  }
}
