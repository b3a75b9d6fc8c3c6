import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import type { LogLoad } from './logLoad.ts';

/**
 * What there would be without a log: a table of the same columns with the keys that repeats and runs are found by, the same settings
 * of the file, and batched inserts that are on disk after each.
 */
export async function openBareTable() {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-bare-'));
  const db = new Database(join(folder, 'bare.db'));
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -65536');
  db.exec(`
    CREATE TABLE event (pid INTEGER NOT NULL, seq BIGINT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, run TEXT,
      rts DOUBLE PRECISION NOT NULL, body TEXT NOT NULL, PRIMARY KEY (pid, seq)) WITHOUT ROWID;
    CREATE UNIQUE INDEX event_id ON event (pid, id);
    CREATE INDEX event_run ON event (pid, run, seq) WHERE run IS NOT NULL;
  `);
  const insert = db.prepare('INSERT INTO event (pid, seq, id, type, run, rts, body) VALUES (1, ?, ?, ?, ?, ?, ?)');
  let seq = 0;
  return {
    /** @returns rows a second */
    fill(load: LogLoad, rows: number, batch: number): number {
      let spentMs = 0;
      for (let done = 0; done < rows; done += batch) {
        const events = load.next(batch);
        const started = performance.now();
        db.exec('BEGIN IMMEDIATE');
        for (const event of events) {
          seq += 1;
          insert.run(seq, event.id, event.type, event.run ?? null, Date.now(), JSON.stringify(event));
        }
        db.exec('COMMIT');
        spentMs += performance.now() - started;
      }
      return rows / (spentMs / 1000);
    },
    async close() {
      db.close();
      await rm(folder, { recursive: true });
    },
  };
}
