import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { LogTables } from './LogTables.ts';

/**
 * Tells a log that was put back from one that was only closed. Beside the database stands a file that is made anew at each opening, and
 * the database names it: by a nonce, and by the moment the file system made it, which no copy takes over. So a database, or a whole
 * folder, that was put back names another file than the one that is there. The file also says how many numbers were given, at most
 * {@link WRITE_EVERY_MS} ago: that finds a copy of the database that was made since the last opening.
 */
export interface FolderGuard {
  /** What is in the folder is not what the last one left there. */
  readonly isRestored: boolean;
  /** So many numbers more were given. */
  gave(count: number): void;
  close(): Promise<void>;
}

const GUARD_FILE = 'log.guard';
const WRITE_EVERY_MS = 1000;
/** It is written over in place, and is never shorter than it was. */
const RECORD_BYTES = 128;

interface GuardRecord {
  readonly nonce: string;
  /** Numbers given, of all projects. */
  readonly given: number;
}

/**
 * Makes the folder's next guard. The lock on the folder must be held.
 * @param db - writes
 * @param beginEpochs - begins a new epoch in every stream; done before the next guard is named, so that a crash loses none of it
 */
export async function openFolderGuard(
  folder: string,
  db: Kysely<LogTables>,
  beginEpochs: () => Promise<void>,
): Promise<FolderGuard> {
  const path = join(folder, GUARD_FILE);
  const named = await db.selectFrom('guard').selectAll().execute();
  const found = await readGuard(path);
  let given = await numbersGiven(db);
  const isLeftHere =
    found !== undefined &&
    found.given <= given &&
    named.some(({ nonce, born }) => nonce === found.nonce && born === found.born);
  const isRestored = named.length > 0 && !isLeftHere; // named by nothing: new, or of a version that had no guard
  if (isRestored) await beginEpochs();

  const nonce = randomBytes(16).toString('hex');
  await rm(`${path}.next`, { force: true });
  const file = await open(`${path}.next`, 'wx');
  try {
    await file.writeFile(recordOf({ nonce, given }));
    await file.sync();
    const born = await bornOf(file);
    // both are named until the new one stands in its place: a crash in between is no restore
    await db.deleteFrom('guard').where('slot', '=', 'next').execute();
    await db.insertInto('guard').values({ slot: 'next', nonce, born }).execute();
    await rename(`${path}.next`, path);
    await db.deleteFrom('guard').where('slot', '=', 'current').execute();
    await db.updateTable('guard').set({ slot: 'current' }).execute();
  } catch (cause) {
    await file.close();
    throw cause;
  }

  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const record = Buffer.from(recordOf({ nonce, given }));
    // what is not written is found out a little later only: no reason to refuse events
    writing = writing.then(() => file.write(record, 0, record.length, 0)).catch(() => undefined);
    return writing;
  };
  return {
    isRestored,
    gave(count) {
      given += count;
      timer ??= setTimeout(() => void write(), WRITE_EVERY_MS).unref();
    },
    async close() {
      await write();
      await file.close();
    },
  };
}

/** A database that no folder knows: whoever opens it begins a new epoch. */
export const unknownToFolders = [
  'DELETE FROM guard',
  "INSERT INTO guard (slot, nonce, born) VALUES ('current', 'none', '')",
] as const;

async function readGuard(path: string): Promise<(GuardRecord & { readonly born: string }) | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { nonce, given } = JSON.parse(await file.readFile('utf8')) as Partial<GuardRecord>;
    if (typeof nonce !== 'string' || !Number.isSafeInteger(given)) return undefined;
    return { nonce, given: given as number, born: await bornOf(file) };
  } catch {
    return undefined; // not there, or spoiled
  } finally {
    await file?.close();
  }
}

/** When the file system made it; where that is not known, all files are alike and the nonce alone speaks. */
const bornOf = async (file: FileHandle): Promise<string> => String((await file.stat({ bigint: true })).birthtimeNs);

const recordOf = (record: GuardRecord): string => `${JSON.stringify(record).padEnd(RECORD_BYTES - 1)}\n`;

async function numbersGiven(db: Kysely<LogTables>): Promise<number> {
  const { given } = await db
    .selectFrom('stream')
    .select(sql<number | null>`sum(head)`.as('given'))
    .executeTakeFirstOrThrow();
  return given ?? 0;
}
