import type { PoolClient } from 'pg';
import { crashPoint } from '../../crashPoint.ts';
import { beats } from '../partOrder.ts';
import type { NewPart, NewRow, Numbered, Seen } from './LogStore.ts';
import { ROW_BYTES } from './rowBytes.ts';
import { SqlFault } from './SqlFault.ts';

type KnownPart = Pick<NewPart, 'owner' | 'part' | 'rank' | 'ts' | 'id'> & { readonly size: number };
interface Head {
  readonly epoch: string;
  readonly head: number;
  readonly oldest: number;
}

/**
 * Numbers rows, inside a transaction that the caller began. The lock on the stream's row is held until the commit, so that numbers
 * become visible in their order, whichever relay gives them.
 */
export async function appendToPostgres(
  client: PoolClient,
  pid: number,
  rows: readonly NewRow[],
  rts: number,
  seen: Seen,
): Promise<Numbered> {
  const locked = await client.query<Head>('SELECT epoch, head, oldest FROM stream WHERE pid = $1 FOR UPDATE', [pid]);
  const stream = locked.rows[0];
  if (!stream) throw new SqlFault('LOG_NO_STREAM');
  if (stream.epoch === seen.epoch && stream.head < seen.head) throw new SqlFault('LOG_WENT_BACK');
  const seqById = await findKnown(client, pid, rows);
  crashPoint('in-transaction');

  let to = stream.head;
  const fresh: { readonly row: NewRow; readonly seq: number }[] = [];
  const seqs = rows.map((row) => {
    const known = seqById.get(row.id);
    if (known !== undefined) return -known;
    to += 1;
    seqById.set(row.id, to);
    fresh.push({ row, seq: to });
    return to;
  });
  if (fresh.length > 0) {
    await client.query(
      `INSERT INTO event (pid, rts, seq, id, type, run, body)
       SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])`,
      [
        pid,
        rts,
        fresh.map(({ seq }) => seq),
        fresh.map(({ row }) => row.id),
        fresh.map(({ row }) => row.type),
        fresh.map(({ row }) => row.run),
        fresh.map(({ row }) => row.body),
      ],
    );
    const eventBytes = fresh.reduce((sum, { row }) => sum + row.body.length + ROW_BYTES, 0);
    const contentBytes = await mergeParts(
      client,
      pid,
      fresh.flatMap(({ row }) => row.parts),
    );
    await client.query(
      'UPDATE stream SET head = $2, event_bytes = event_bytes + $3, content_bytes = content_bytes + $4 WHERE pid = $1',
      [pid, to, eventBytes, contentBytes],
    );
  }
  crashPoint('before-commit');
  return { epoch: stream.epoch, oldest: stream.oldest, rts, from: stream.head, to, seqs };
}

async function findKnown(client: PoolClient, pid: number, rows: readonly NewRow[]): Promise<Map<string, number>> {
  const ids = rows.map(({ id }) => id);
  const known = await client.query<{ id: string; seq: number }>(
    'SELECT id, seq FROM event WHERE pid = $1 AND id = ANY($2::text[])',
    [pid, ids],
  );
  return new Map(known.rows.map(({ id, seq }) => [id, seq]));
}

/** @returns bytes that the content grew by */
async function mergeParts(client: PoolClient, pid: number, parts: readonly NewPart[]): Promise<number> {
  if (parts.length === 0) return 0;
  const keyOf = ({ owner, part }: Pick<NewPart, 'owner' | 'part'>) => `${owner}\n${part}`;
  const best = new Map<string, NewPart>();
  for (const part of parts) {
    const other = best.get(keyOf(part));
    if (!other || beats(part, other)) best.set(keyOf(part), part);
  }
  const owners = [...new Set(parts.map(({ owner }) => owner))];
  const known = await client.query<KnownPart>(
    'SELECT owner, part, rank, ts, id, length(body) AS size FROM content WHERE pid = $1 AND owner = ANY($2::text[])',
    [pid, owners],
  );
  let grown = 0;
  const heldSizes = new Map(known.rows.map((held) => [keyOf(held), held.size]));
  for (const held of known.rows) {
    const given = best.get(keyOf(held));
    if (given && !beats(given, held)) best.delete(keyOf(held));
  }
  const winners = [...best.values()];
  for (const winner of winners) grown += winner.body.length - (heldSizes.get(keyOf(winner)) ?? -ROW_BYTES);
  if (winners.length === 0) return 0;
  await client.query(
    `INSERT INTO content (pid, owner, part, rank, ts, id, body)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::float8[], $6::text[], $7::text[])
     ON CONFLICT (pid, owner, part) DO UPDATE
     SET rank = excluded.rank, ts = excluded.ts, id = excluded.id, body = excluded.body`,
    [
      pid,
      winners.map(({ owner }) => owner),
      winners.map(({ part }) => part),
      winners.map(({ rank }) => rank),
      winners.map(({ ts }) => ts),
      winners.map(({ id }) => id),
      winners.map(({ body }) => body),
    ],
  );
  return grown;
}
