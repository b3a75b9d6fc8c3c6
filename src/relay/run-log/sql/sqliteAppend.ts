import type Database from 'libsql';
import { crashPoint } from '../../crashPoint.ts';
import { beats } from '../partOrder.ts';
import type { NewPart, Numbered } from './LogStore.ts';
import { ROW_BYTES } from './rowBytes.ts';
import type { RowColumns } from './sqliteMessages.ts';

interface Head {
  readonly epoch: string;
  readonly head: number;
  readonly oldest: number;
}
type KnownPart = Pick<NewPart, 'rank' | 'ts' | 'id'> & { readonly size: number };

/** Numbers rows, inside a transaction that the caller began. */
export function createAppender(db: Database.Database) {
  const readHead = db.prepare('SELECT epoch, head, oldest FROM stream WHERE pid = ?');
  const insert = db.prepare(
    'INSERT INTO event (pid, seq, id, type, run, rts, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (pid, id) DO NOTHING',
  );
  const findSeq = db.prepare('SELECT seq FROM event WHERE pid = ? AND id = ?');
  const moveHead = db.prepare(
    'UPDATE stream SET head = ?, event_bytes = event_bytes + ?, content_bytes = content_bytes + ? WHERE pid = ?',
  );
  const findPart = db.prepare(
    'SELECT rank, ts, id, length(body) AS size FROM content WHERE pid = ? AND owner = ? AND part = ?',
  );
  const putPart = db.prepare(
    'INSERT OR REPLACE INTO content (pid, owner, part, rank, ts, id, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );

  /** @returns bytes that it grew by */
  const mergePart = (pid: number, { owner, part, rank, ts, id, body }: NewPart): number => {
    const [known] = findPart.all(pid, owner, part) as KnownPart[];
    if (known && !beats({ rank, ts, id }, known)) return 0;
    putPart.run(pid, owner, part, rank, ts, id, body);
    return body.length + (known ? -known.size : ROW_BYTES);
  };

  return (pid: number, { ids, types, runs, bodies, parts }: RowColumns, rts: number): Numbered => {
    const [stream] = readHead.all(pid) as Head[];
    if (!stream) throw Object.assign(new Error('no stream'), { code: 'LOG_NO_STREAM' });
    let to = stream.head;
    let eventBytes = 0;
    let contentBytes = 0;
    const seqs = ids.map((id, index) => {
      const body = bodies[index] as string;
      const { changes } = insert.run([pid, to + 1, id, types[index], runs[index], rts, body]);
      if (index === 0) crashPoint('in-transaction');
      if (changes === 0) return -(findSeq.all(pid, id)[0] as { seq: number }).seq;
      to += 1;
      eventBytes += body.length + ROW_BYTES;
      for (const part of parts.get(index) ?? []) contentBytes += mergePart(pid, part);
      return to;
    });
    if (to > stream.head) moveHead.run(to, eventBytes, contentBytes, pid);
    crashPoint('before-commit');
    return { epoch: stream.epoch, oldest: stream.oldest, rts, from: stream.head, to, seqs };
  };
}
