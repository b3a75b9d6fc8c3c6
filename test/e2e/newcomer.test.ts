import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startPostgres } from '../../scripts/services.ts';
import type { RunsPage } from '../../src/model/history.ts';
import { type ServerFrame, SUBPROTOCOL } from '../../src/model/wire.ts';
import { type Started, startCommand } from './support.ts';

const tokens = { ingest: 'i'.repeat(32), developer: 'd'.repeat(32) };
const tokenEnv = { SPANLIGHT_INGEST_TOKEN: tokens.ingest, SPANLIGHT_DEVELOPER_TOKEN: tokens.developer };

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-newcomer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** `spanlight relay`, as somebody types it in a folder. */
async function startRelay(folder: string, env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const own = { SPANLIGHT_STORE: undefined, SPANLIGHT_PORT: '0', ...tokenEnv, ...env };
  const relay = await startCommand(['relay', '--no-dashboard'], own, folder);
  onTestFinished(() => relay.stop('SIGKILL'));
  return relay;
}

/** Another command of the package. */
const spanlight = async (cwd: string, ...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [resolve('dist/cli/index.js'), ...args], { cwd })).stdout;

async function send({ url }: Started, run: string): Promise<number> {
  const at = 1_790_000_000_000;
  const base = { sv: 1, ts: at, run };
  const events = [
    {
      ...base,
      id: randomUUID(),
      type: 'span.end',
      span: `${run}-call`,
      a: { kind: 'tool', name: 'look', status: 'ok', startedAtMs: at, endedAtMs: at + 9 },
      detail: { output: `what ${run} found` },
    },
    { ...base, id: randomUUID(), type: 'approval.requested', ref: `${run}-asks`, a: { toolName: 'pay' } },
  ];
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.ingest}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  const answer = (await response.json()) as { durable: string; events: readonly { seq: number }[] };
  expect(answer.durable).toBe('disk');
  return answer.events.at(-1)?.seq ?? 0;
}

const ask = async <Answer>({ url }: Started, path: string): Promise<Answer> => {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${tokens.developer}` } });
  expect({ path, status: response.status }).toEqual({ path, status: 200 });
  return (await response.json()) as Answer;
};

/** What a relay has of the past. */
async function heldBy(relay: Started) {
  const { runs, epoch, head } = await ask<RunsPage>(relay, '/v1/runs?order=oldest');
  const found: Record<string, unknown> = {};
  for (const { run } of runs) {
    const path = `/v1/runs/${run.runId}/spans/${run.runId}-call/payload`;
    found[run.runId] = (await ask<{ detail: { output: unknown } }>(relay, path)).detail.output;
  }
  const { approvals } = await ask<{ approvals: readonly { callId: string }[] }>(relay, '/v1/approvals?order=oldest');
  return { found, epoch, head, asked: approvals.map(({ callId }) => callId) };
}

/** How a reader that was at a cursor is taken in. */
const resumeAt = ({ url }: Started, cursor: string): Promise<ServerFrame> =>
  new Promise((done, fail) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
    socket.once('error', fail);
    socket.once('open', () =>
      socket.send(
        JSON.stringify({ t: 'hello', v: [1, 1], token: tokens.developer, cursor, subs: [{ sub: 'overview' }] }),
      ),
    );
    socket.once('message', (data: Buffer) => {
      done(JSON.parse(data.toString('utf8')) as ServerFrame);
      socket.terminate();
    });
  });

describe('a newcomer with the built package', () => {
  it('has its history again after a stop, and keeps it, and its readers their place, on the way to PostgreSQL by one command', async () => {
    const folder = await emptyFolder();
    const first = await startRelay(folder);
    await send(first, 'one');
    await first.stop();

    const second = await startRelay(folder);
    expect((await heldBy(second)).found).toEqual({ one: 'what one found' });
    await send(second, 'two');
    const refused = (await startRelay(folder).catch((cause: Error) => cause)) as Error;
    expect(refused.message).toMatch(/ended with 1:\nspanlight: Another process has the log in .* open\./);
    const postgres = await startPostgres({ isDurable: true });
    onTestFinished(() => postgres.stop());
    // while the relay runs, its log cannot be moved from under it
    const early = await spanlight(folder, 'log', 'copy', '--from', '.spanlight', '--to', postgres.url).catch(
      ({ stderr }: { stderr: string }) => stderr,
    );
    expect(early).toContain('[log.folder-in-use]');
    const before = await heldBy(second);
    await second.stop();

    const said = await spanlight(folder, 'log', 'copy', '--from', '.spanlight', '--to', postgres.url);
    expect(said).toMatch(/^Copied \d+ events from .*log\.db to postgres:\/\/127\.0\.0\.1:\d+\/postgres\.\n$/);
    expect(await spanlight(folder, 'log', 'verify', '--from', postgres.url)).toContain('all is well');
    const third = await startRelay(folder, { SPANLIGHT_DATABASE_URL: postgres.url });
    expect(third.output()).toContain('postgres://');
    expect(await heldBy(third)).toEqual(before);
    expect(before.found).toEqual({ one: 'what one found', two: 'what two found' });
    expect(before.asked).toEqual(['one-asks', 'two-asks']);
    expect(await resumeAt(third, `${before.epoch}.${before.head}`)).toMatchObject({ t: 'welcome', resume: 'ok' });
    expect(await send(third, 'three')).toBe(before.head + 2);
    await third.stop();

    // the old folder may go on, but not under the numbers that the other one gives now
    const old = await startRelay(folder);
    const stale = await heldBy(old);
    expect(stale.found).toEqual(before.found);
    expect(stale.epoch).not.toBe(before.epoch);
    await old.stop();
  });

  it('puts a backup back after its relay was killed, and no reader takes it for the log it knew', async () => {
    const folder = await emptyFolder();
    const kept = await emptyFolder();
    // ended by force right behind an acknowledgement: nothing of it is written down beside the log yet
    const crash = { SPANLIGHT_CRASH_TEST: '1', SPANLIGHT_CRASH_AT: 'after-ack:2' };
    const first = await startRelay(folder, crash);
    await send(first, 'one');
    await spanlight(folder, 'log', 'backup', '--from', '.spanlight', '--to', join(kept, 'log.db'));
    const { epoch } = await ask<RunsPage>(first, '/v1/runs');
    const head = await send(first, 'two');
    await expect.poll(() => first.child.signalCode).toBe('SIGKILL');

    const data = join(folder, '.spanlight');
    await rm(join(data, 'log.db-wal'), { force: true });
    await rm(join(data, 'log.db-shm'), { force: true });
    await cp(join(kept, 'log.db'), join(data, 'log.db'));
    const second = await startRelay(folder);
    expect((await heldBy(second)).found).toEqual({ one: 'what one found' });
    await send(second, 'three');
    await send(second, 'four');
    const welcome = await resumeAt(second, `${epoch}.${head}`);
    expect(welcome).toMatchObject({ t: 'welcome', resume: 'snapshot' });
    await second.stop();
  });
});
