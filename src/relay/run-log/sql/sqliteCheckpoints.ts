import type Database from 'libsql';
import { crashPoint } from '../../crashPoint.ts';

/** Pages in the write-ahead log after which it is written back. */
const PAGES = 2000;
/** Rows between two looks at its size. */
const LOOK_EVERY_ROWS = 2000;

/** Writes the write-ahead log back into the database between two transactions, in this thread, so that the file stays small. */
export function createCheckpoints(db: Database.Database) {
  const look = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  let rowsSince = 0;
  const run = () => {
    rowsSince = 0;
    crashPoint('checkpoint');
    look.all();
  };
  return {
    afterCommit(rows: number) {
      rowsSince += Math.max(rows, LOOK_EVERY_ROWS / PAGES);
      if (rowsSince >= LOOK_EVERY_ROWS) run();
    },
    run,
  };
}
