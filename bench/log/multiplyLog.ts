import { join } from 'node:path';
import Database from 'libsql';
import { MS_A_RUN } from './logLoad.ts';

/**
 * Fills the log of a folder that nobody has open with copies of its rows, under other names and at later times, in every table: what
 * ingest would have written, in a fraction of the time. @returns how many events it holds
 */
export function multiplyLog(folder: string, rows: number): number {
  const db = new Database(join(folder, 'log.db'));
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -2000000');
  db.pragma('wal_autocheckpoint = 0');
  const [{ head, first, last } = { head: 0, first: 0, last: 0 }] = db
    .prepare('SELECT (SELECT max(seq) FROM event) AS head, min(at_ms) AS first, max(at_ms) AS last FROM run')
    .all() as { head: number; first: number; last: number }[];
  const copies = Math.ceil(rows / head) - 1;
  for (let copy = 1; copy <= copies; copy += 1) {
    const name = (column: string) => `replace(${column}, 'trace_', 'trace_${copy}c')`;
    const seqs = head * copy;
    const later = (last - first + MS_A_RUN) * copy;
    db.exec('BEGIN');
    const second = `printf('%08x', (json_extract(body, '$.ts') + ${later}) / 1000)`;
    db.exec(`
      WITH named AS MATERIALIZED (SELECT *, ${second} || lower(hex(randomblob(12))) AS other FROM event WHERE pid = 1 AND seq <= ${head})
      INSERT INTO event (pid, seq, id, type, run, rts, body)
      SELECT pid, seq + ${seqs}, other, type, ${name('run')}, rts, ${name(`replace(body, id, other)`)} FROM named ORDER BY seq`);
    copyRows(
      db,
      'run',
      {
        run: name('run'),
        first_seq: `first_seq + ${seqs}`,
        at: `at + ${seqs}`,
        at_ms: `at_ms + ${later}`,
        search: name('search'),
        body: name('body'),
      },
      `first_seq <= ${head}`,
    );
    copyRows(db, 'run_facet', { run: name('run') }, `run NOT GLOB 'trace_*c*_*'`);
    copyRows(db, 'measure', { run: name('run'), at: `at + ${seqs}`, at_ms: `at_ms + ${later}` }, `at <= ${head}`);
    copyLines(db, { head, seqs, later, run: name('line.run') });
    db.exec('COMMIT');
    if (copy % 10 === 0) db.pragma('wal_checkpoint(TRUNCATE)');
  }
  const whole = copies + 1;
  db.exec(`
    UPDATE stream SET head = head * ${whole}, event_bytes = event_bytes * ${whole}, content_bytes = content_bytes * ${whole};
    UPDATE model SET at = at * ${whole}`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return head * (copies + 1);
}

/** @param changed - what stands in a column of the copy; the other columns stay */
function copyRows(db: Database.Database, table: string, changed: Readonly<Record<string, string>>, from: string): void {
  const columns = (db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as { name: string }[]).map(
    ({ name }) => name,
  );
  const values = columns.map((column) => changed[column] ?? column);
  db.exec(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM ${table} WHERE ${from}`);
}

interface Copy {
  readonly head: number;
  readonly seqs: number;
  readonly later: number;
  readonly run: string;
}

/** Lines of the log are called by the ids of their events, and so is what they say. */
function copyLines(db: Database.Database, { head, seqs, later, run }: Copy): void {
  const lines = `log_line AS line JOIN event ON event.pid = line.pid AND event.seq = line.seq + ${seqs}`;
  db.exec(`
    INSERT INTO content (pid, owner, part, rank, ts, id, body)
      SELECT content.pid, replace(content.owner, line.id, event.id), part, rank, content.ts, event.id, content.body
      FROM ${lines} JOIN content ON content.pid = line.pid AND content.owner = 'e' || char(31) || line.id
      WHERE line.pid = 1 AND line.seq <= ${head};
    INSERT INTO log_line (pid, seq, ts, id, level, source, run, span)
      SELECT line.pid, event.seq, line.ts + ${later}, event.id, level, source, ${run}, line.span
      FROM ${lines} WHERE line.pid = 1 AND line.seq <= ${head}`);
}
