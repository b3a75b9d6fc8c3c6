import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { crashPoint } from '../../crashPoint.ts';
import { type FolderGuard, openFolderGuard } from './folderGuard.ts';
import type { LogStore, StreamState } from './LogStore.ts';
import type { LogTables } from './LogTables.ts';
import { LOG_FILE, lockFolder } from './lockFolder.ts';
import { GUARD_MIGRATION, type Migrations, migrateLog } from './migrations.ts';
import { rowColumnsOf, rowsTextOf } from './rowColumns.ts';
import { startSqliteThread } from './sqliteClient.ts';
import { createSqliteDialect } from './sqliteDialect.ts';

export interface SqliteStoreOptions {
  readonly folder: string;
  readonly durability: 'disk' | 'process';
  /** Default: all of this version. A test of upgrades leaves the newest out. */
  readonly migrations?: Migrations | undefined;
}

/**
 * SQLite in a data folder of this process's own: one thread writes, one reads.
 * @throws {MonitorError} `log.folder-in-use`, `log.cannot-open`, `log.no-libsql`, `log.newer-schema`, `log.migration-failed`
 */
export async function openSqliteStore({ folder, durability, migrations }: SqliteStoreOptions): Promise<LogStore> {
  const unlock = await lockFolder(folder);
  const path = join(folder, LOG_FILE);
  const synchronous = durability === 'disk' ? 'FULL' : 'NORMAL';
  const threads: Awaited<ReturnType<typeof startSqliteThread>>[] = [];
  let guard: FolderGuard | undefined;
  const close = async () => {
    await guard?.close();
    for (const thread of threads.toReversed()) await thread.close(); // the writer last: it tidies up
    unlock();
  };
  try {
    const writer = await startSqliteThread({ path, role: 'writer', synchronous });
    threads.push(writer);
    const writing = new Kysely<LogTables>({ dialect: createSqliteDialect(writer) });
    await migrateLog(writing as Kysely<never>, 'sqlite', migrations);
    const reader = await startSqliteThread({ path, role: 'reader', synchronous });
    threads.push(reader);
    const db = new Kysely<LogTables>({ dialect: createSqliteDialect(reader) });

    const rotate = async (pid: number, epoch: string) => {
      crashPoint('rotate-epoch');
      await writing
        .updateTable('stream')
        .set({ epoch: randomBytes(16).toString('hex') })
        .where('pid', '=', pid)
        .where('epoch', '=', epoch)
        .execute();
      const now = await writing.selectFrom('stream').select('epoch').where('pid', '=', pid).executeTakeFirstOrThrow();
      return now.epoch;
    };
    if (migrations === undefined || GUARD_MIGRATION in migrations) {
      guard = await openFolderGuard(folder, writing, async () => {
        const streams = await writing.selectFrom('stream').select(['pid', 'epoch']).execute();
        for (const { pid, epoch } of streams) await rotate(pid, epoch);
      });
    }

    const readStream = (project: string): Promise<StreamState | undefined> =>
      writing
        .selectFrom('stream')
        .select(['pid', 'epoch', 'head', 'oldest'])
        .where('project', '=', project)
        .executeTakeFirst();

    return {
      kind: 'sqlite',
      durability,
      place: path,
      isShared: false,
      isRestored: guard?.isRestored ?? false,
      db,
      async stream(project) {
        const known = await readStream(project);
        if (known) return known;
        const epoch = randomBytes(16).toString('hex');
        await writing
          .insertInto('stream')
          .values({ project, epoch, head: 0, oldest: 1, event_bytes: 0, content_bytes: 0 })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return (await readStream(project)) as StreamState;
      },
      async append(pid, rows, rts) {
        const numbered = await writer.ask({ op: 'append', pid, rows: rowColumnsOf(rows), rts });
        guard?.gave(numbered.to - numbered.from);
        return numbered;
      },
      async write(statements) {
        const plain = statements.map((statement) =>
          'rows' in statement
            ? { sql: statement.sql, rowsText: rowsTextOf(statement.rows) }
            : { sql: statement.sql, parameters: statement.parameters },
        );
        await writer.ask({ op: 'write', statements: plain });
      },
      rotate,
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}
