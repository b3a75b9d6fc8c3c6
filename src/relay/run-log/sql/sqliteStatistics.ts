import { type Kysely, sql } from 'kysely';

/**
 * How many rows a great log has in each table, then how many for each value of the index's first column, of its first two, and so on.
 */
const rowsByIndex: readonly (readonly [table: string, index: string, numbers: string])[] = [
  ['event', 'event', '5000000 5000000 1'],
  ['event', 'event_id', '5000000 5000000 1'],
  ['event', 'event_run', '5000000 5000000 50 1'],
  ['event', 'event_alone', '5000 5000 1'],
  ['run', 'run', '100000 100000 1'],
  ['run', 'run_at_ms_first_seq', '100000 100000 2 1'],
  ['run', 'run_duration_ms_first_seq', '100000 100000 2 1'],
  ['run', 'run_cost_first_seq', '100000 100000 2 1'],
  ['run', 'run_status_at_ms_first_seq', '100000 100000 20000 2 1'],
  ['run', 'run_is_over_last_rts', '100000 100000 50000 2'],
  ['run', 'run_pending', '100 100 50'],
  ['run_facet', 'run_facet', '500000 500000 100000 1000 1'],
  ['run_facet', 'run_facet_run', '500000 500000 5'],
  ['log_line', 'log_line', '1000000 1000000 1'],
  ['log_line', 'log_line_ts_seq', '1000000 1000000 2 1'],
  ['log_line', 'log_line_level_ts_seq', '1000000 1000000 200000 2 1'],
  ['log_line', 'log_line_run_ts_seq', '1000000 1000000 50 2 1'],
  ['log_line', 'log_line_source_ts_seq', '1000000 1000000 50000 2 1'],
  ['log_line', 'log_line_id', '1000000 1000000 1'],
  ['measure', 'measure', '2000000 2000000 20 2 1'],
  ['measure', 'measure_kind_at_ms', '2000000 2000000 500000 2'],
  ['approval', 'approval', '50000 50000 10 1'],
  ['approval', 'approval_at_ms_n', '50000 50000 2 1'],
  ['approval', 'approval_state_at_ms_n', '50000 50000 10000 2 1'],
  ['score', 'score', '100000 100000 20 5 1'],
  ['score', 'score_at_ms_n', '100000 100000 2 1'],
  ['score', 'score_name_at_ms_n', '100000 100000 10000 2 1'],
  ['alert', 'alert', '10000 10000 1'],
  ['alert', 'alert_at_ms_n', '10000 10000 2 1'],
  ['alert', 'alert_state_at_ms_n', '10000 10000 2500 2 1'],
];

/**
 * What SQLite would find if it counted: it counts only when it is told to, and until then takes it that a project has ten rows, so that it
 * looks at every event where an index finds those of one run.
 */
export async function writeStatistics(db: Kysely<unknown>): Promise<void> {
  await sql`analyze sqlite_schema`.execute(db); // makes the table
  await sql`delete from sqlite_stat1`.execute(db);
  for (const [table, index, numbers] of rowsByIndex) {
    await sql`insert into sqlite_stat1 (tbl, idx, stat) values (${table}, ${index}, ${numbers})`.execute(db);
  }
  await sql`analyze sqlite_schema`.execute(db); // reads it
}
