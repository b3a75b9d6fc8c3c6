import { type Kysely, type Migration, type MigrationProvider, Migrator, sql } from 'kysely';
import { MonitorError } from '../../../model/errors.ts';
import type { LogStore } from './LogStore.ts';

type Kind = LogStore['kind'];

/** Texts compare by their bytes on every kind of database. */
const textOf = (kind: Kind) => (kind === 'postgres' ? sql`text collate "C"` : sql`text`);

/** The tables of the log itself. */
const log = (kind: Kind): Migration => ({
  async up(db: Kysely<unknown>) {
    const text = textOf(kind);
    await db.schema
      .createTable('stream')
      .addColumn('pid', kind === 'sqlite' ? 'integer' : 'serial', (column) => column.primaryKey())
      .addColumn('project', text, (column) => column.notNull().unique())
      .addColumn('epoch', text, (column) => column.notNull())
      .addColumn('head', 'bigint', (column) => column.notNull())
      .addColumn('oldest', 'bigint', (column) => column.notNull())
      .addColumn('event_bytes', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('content_bytes', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createTable('event')
      .addColumn('pid', 'integer', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('type', text, (column) => column.notNull())
      .addColumn('run', text)
      .addColumn('rts', 'double precision', (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('event_pk', ['pid', 'seq'])
      .$call((table) => (kind === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table))
      .execute();
    await db.schema.createIndex('event_id').unique().on('event').columns(['pid', 'id']).execute();
    await db.schema
      .createIndex('event_run')
      .on('event')
      .columns(['pid', 'run', 'seq'])
      .where(sql.ref('run'), 'is not', null)
      .execute();
    await db.schema
      .createTable('content')
      .addColumn('pid', 'integer', (column) => column.notNull())
      .addColumn('owner', text, (column) => column.notNull())
      .addColumn('part', text, (column) => column.notNull())
      .addColumn('rank', 'integer', (column) => column.notNull())
      .addColumn('ts', 'double precision', (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('content_pk', ['pid', 'owner', 'part'])
      .execute();
  },
});

/** In the order they are applied, by name. A migration that was released is never changed: the next one mends it. */
export const migrationsOf = (kind: Kind): Readonly<Record<string, Migration>> => ({
  '0001-log': log(kind),
});

/**
 * Brings a database up to the schema of this version, in place.
 * @throws {MonitorError} `log.newer-schema` when a newer version made it, `log.migration-failed`
 */
export async function migrateLog(db: Kysely<never>, kind: Kind, migrations = migrationsOf(kind)): Promise<void> {
  const provider: MigrationProvider = { getMigrations: async () => ({ ...migrations }) };
  const migrator = new Migrator({ db, provider });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  const isNewer = error instanceof Error && /corrupted migrations/i.test(error.message);
  throw new MonitorError(
    isNewer ? 'log.newer-schema' : 'log.migration-failed',
    {
      happened: isNewer
        ? 'The log was made by a newer version of Spanlight than this one.'
        : 'The tables of the log cannot be brought up to this version.',
      follows: 'The relay did not start; the log was not changed.',
      todo: isNewer
        ? 'Start the version that made it, or a newer one.'
        : 'See the cause; restore a backup if the tables were changed by hand.',
    },
    { cause: error },
  );
}
