import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startPostgres } from '../../scripts/services.ts';
import { onEnd, post, spanEvent, startRelay } from './support.ts';

describe('a relay whose PostgreSQL is killed under load', () => {
  it('answers 503 with Retry-After meanwhile, goes on by itself, and has everything that it acknowledged', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'pg-killed-'));
    onEnd(() => rmSync(dir, { recursive: true, force: true }));
    const first = await startPostgres({ isDurable: true, dir });
    onEnd(() => first.kill('SIGKILL'));
    const relay = await startRelay({ databaseUrl: first.url });
    const acked = new Map<string, number>();
    const refusals: { readonly status: number; readonly retryAfter: string | null }[] = [];
    let isSending = true;
    const sender = async () => {
      while (isSending) {
        const events = [spanEvent(), spanEvent(), spanEvent()];
        const response = await post(relay, '/v1/events', JSON.stringify({ events }));
        if (response.status !== 200) {
          refusals.push({ status: response.status, retryAfter: response.headers.get('retry-after') });
          await response.arrayBuffer();
          continue;
        }
        const answer = (await response.json()) as { events: readonly { id: string; seq: number }[] };
        for (const { id, seq } of answer.events) acked.set(id, seq);
      }
    };
    const senders = [sender(), sender(), sender()];
    await expect.poll(() => acked.size, { timeout: 10_000 }).toBeGreaterThan(60);
    await first.kill('SIGKILL');
    await expect.poll(() => refusals.length, { timeout: 10_000 }).toBeGreaterThan(3);
    const second = await startPostgres({ isDurable: true, dir, port: first.port });
    onEnd(() => second.kill('SIGINT'));
    const before = acked.size;
    await expect.poll(() => acked.size, { timeout: 20_000 }).toBeGreaterThan(before + 60);
    isSending = false;
    await Promise.all(senders);
    expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set([503]));
    expect(refusals.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
    const client = new pg.Client({ connectionString: second.url });
    await client.connect();
    const { rows } = await client.query<{ id: string; seq: string }>('SELECT id, seq FROM event ORDER BY seq');
    await client.end();
    const held = new Map(rows.map(({ id, seq }) => [id, Number(seq)]));
    expect([...acked].filter(([id, seq]) => held.get(id) !== seq)).toEqual([]);
    expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, index) => index + 1));
  });
});
