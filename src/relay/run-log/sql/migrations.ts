import {
  type ColumnDefinitionBuilder,
  type Kysely,
  type Migration,
  type MigrationProvider,
  Migrator,
  sql,
} from 'kysely';
import { MonitorError } from '../../../model/errors.ts';
import type { LogStore } from './LogStore.ts';
import { writeStatistics } from './sqliteStatistics.ts';

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

type Layout = Readonly<Record<string, 'int' | 'real' | 'text' | 'intOrNull' | 'textOrNull'>>;

/** Makes tables that are kept by their key, the project first. */
function tableMaker(db: Kysely<unknown>, kind: Kind) {
  const text = textOf(kind);
  const withoutRowid = kind === 'sqlite' ? sql`without rowid` : sql``;
  const columns = {
    int: ['bigint', (column: ColumnDefinitionBuilder) => column.notNull()],
    real: ['double precision', (column: ColumnDefinitionBuilder) => column.notNull()],
    text: [text, (column: ColumnDefinitionBuilder) => column.notNull()],
    intOrNull: ['bigint', (column: ColumnDefinitionBuilder) => column],
    textOrNull: [text, (column: ColumnDefinitionBuilder) => column],
  } as const;
  return async (
    name: string,
    key: readonly string[],
    layout: Layout,
    indexes: readonly (readonly string[])[] = [],
  ): Promise<void> => {
    let table = db.schema.createTable(name).addColumn('pid', 'integer', (column) => column.notNull());
    for (const [column, type] of Object.entries(layout)) {
      const [dataType, build] = columns[type];
      table = table.addColumn(column, dataType, build);
    }
    await table
      .addPrimaryKeyConstraint(`${name}_pk`, ['pid', ...key] as never)
      .modifyEnd(withoutRowid)
      .execute();
    for (const index of indexes) {
      const columnNames = ['pid', ...index];
      await db.schema
        .createIndex(`${name}_${index.join('_')}`)
        .on(name)
        .columns(columnNames)
        .execute();
    }
  };
}

/** What history is asked of: made from the log, and made from it again when its tables are new. */
const readModels = (kind: Kind): Migration => ({
  async up(db: Kysely<unknown>) {
    const create = tableMaker(db, kind);
    await create(
      'run',
      ['run'],
      {
        run: 'text',
        first_seq: 'int',
        last_rts: 'real',
        at: 'int',
        at_ms: 'real',
        duration_ms: 'real',
        cost: 'int',
        status: 'text',
        pending: 'int',
        is_over: 'int',
        spans: 'int',
        user_id: 'textOrNull',
        session_id: 'textOrNull',
        group_id: 'textOrNull',
        search: 'text',
        body: 'text',
      },
      [
        ['at_ms', 'first_seq'],
        ['duration_ms', 'first_seq'],
        ['cost', 'first_seq'],
        ['status', 'at_ms', 'first_seq'],
        ['is_over', 'last_rts'],
      ],
    );
    await create('run_facet', ['kind', 'name', 'run'], { kind: 'text', name: 'text', run: 'text' }, [['run']]);
    await create(
      'log_line',
      ['seq'],
      {
        seq: 'int',
        ts: 'real',
        id: 'text',
        level: 'text',
        source: 'textOrNull',
        run: 'textOrNull',
        span: 'textOrNull',
      },
      [['ts', 'seq'], ['level', 'ts', 'seq'], ['run', 'ts', 'seq'], ['source', 'ts', 'seq'], ['id']],
    );
    await create(
      'measure',
      ['run', 'span', 'kind'],
      {
        run: 'text',
        span: 'text',
        kind: 'text',
        at: 'int',
        at_ms: 'real',
        agent: 'textOrNull',
        tool: 'textOrNull',
        model: 'textOrNull',
        user_id: 'textOrNull',
        session_id: 'textOrNull',
        group_id: 'textOrNull',
        bin: 'intOrNull',
        failed: 'int',
        input_tokens: 'int',
        output_tokens: 'int',
        total_tokens: 'int',
        cost: 'intOrNull',
        error_type: 'textOrNull',
        error_code: 'textOrNull',
      },
      [['kind', 'at_ms']],
    );
    await create('model', [], { at: 'int', common_at: 'int', common: 'text' });
  },
});

/** What tells a log that was put back from one that was closed. */
const guard = (kind: Kind): Migration => ({
  async up(db: Kysely<unknown>) {
    const text = textOf(kind);
    await db.schema
      .createTable('guard')
      .addColumn('slot', text, (column) => column.primaryKey())
      .addColumn('nonce', text, (column) => column.notNull())
      .addColumn('born', text, (column) => column.notNull())
      .execute();
  },
});

/** Tables of approvals, scores and alerts: the log is read again from the first event that tells of one. */
const entities = (kind: Kind): Migration => ({
  async up(db: Kysely<unknown>) {
    const create = tableMaker(db, kind);
    const shared = { n: 'int', at: 'int', at_ms: 'real', body: 'text' } as const;
    const byTime = ['at_ms', 'n'];
    await create(
      'approval',
      ['run', 'call'],
      { run: 'text', call: 'text', ...shared, state: 'text', tool: 'textOrNull' },
      [byTime, ['state', ...byTime]],
    );
    await create('score', ['run', 'span', 'name'], { run: 'text', span: 'text', name: 'text', ...shared }, [
      byTime,
      ['name', ...byTime],
    ]);
    await create(
      'alert',
      ['alert'],
      { alert: 'text', ...shared, state: 'text', severity: 'textOrNull', rule: 'textOrNull', last_rts: 'real' },
      [byTime, ['state', ...byTime]],
    );
    const first = sql`(select min(event.seq) - 1 from event where event.pid = model.pid
      and (event.type = 'score' or event.type like 'approval.%' or event.type like 'alert.%'))`;
    await sql`update model set at = ${first} where at > ${first}`.execute(db);
  },
});

/** What is few among many: found without looking at the many. */
const fewAmongMany: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('run_pending')
      .on('run')
      .columns(['pid', 'pending'])
      .where(sql.ref('pending'), '>', sql.lit(0))
      .execute();
    await db.schema
      .createIndex('event_alone')
      .on('event')
      .columns(['pid', 'seq'])
      .where(sql.ref('run'), 'is', null)
      .where(sql.ref('type'), '<>', sql.lit('log'))
      .execute();
  },
};

/** SQLite is told how its tables look when they are great; PostgreSQL counts by itself. */
const statistics = (kind: Kind): Migration => ({
  async up(db: Kysely<unknown>) {
    if (kind === 'sqlite') await writeStatistics(db);
  },
});

export const GUARD_MIGRATION = '0003-guard';
/** In the order they are applied, by name. A migration that was released is never changed: the next one mends it. */
export type Migrations = Readonly<Record<string, Migration>>;
export const migrationsOf = (kind: Kind): Migrations => ({
  '0001-log': log(kind),
  '0002-read-models': readModels(kind),
  [GUARD_MIGRATION]: guard(kind),
  '0004-entities': entities(kind),
  '0005-few-among-many': fewAmongMany,
  '0006-statistics': statistics(kind),
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
