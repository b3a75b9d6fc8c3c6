import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunsPage } from '../../src/model/history.ts';
import { type Started, startCommand } from './support.ts';

const tokens = { ingest: 'i'.repeat(32), developer: 'd'.repeat(32) };

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-built-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function startRelay(folder: string, env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const relay = await startCommand(
    ['relay', '--no-dashboard'],
    {
      SPANLIGHT_STORE: undefined,
      SPANLIGHT_PORT: '0',
      SPANLIGHT_INGEST_TOKEN: tokens.ingest,
      SPANLIGHT_DEVELOPER_TOKEN: tokens.developer,
      ...env,
    },
    folder,
  );
  onTestFinished(() => relay.stop('SIGKILL'));
  return relay;
}
const killedAt = (label: string): NodeJS.ProcessEnv => ({
  SPANLIGHT_CRASH_TEST: '1',
  SPANLIGHT_CRASH_AT: `${label}:1`,
});

const send = ({ url }: Started, events: readonly unknown[]): Promise<Response> =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.ingest}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
const runsOf = async ({ url }: Started): Promise<RunsPage['runs']> => {
  const response = await fetch(`${url}/v1/runs`, { headers: { authorization: `Bearer ${tokens.developer}` } });
  return ((await response.json()) as RunsPage).runs;
};
const gone = async ({ child }: Started): Promise<void> => {
  if (child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
};

const at = 1_790_000_000_000;
const endedCall = (run: string) => ({
  id: randomUUID(),
  type: 'span.end',
  sv: 1,
  ts: at + 900,
  run,
  span: `${run}-call`,
  a: {
    kind: 'llm',
    name: 'answer',
    model: 'gpt-4o',
    provider: 'openai',
    status: 'ok',
    startedAtMs: at,
    endedAtMs: at + 900,
    usage: { inputTokens: 1000, outputTokens: 100, totalTokens: 1100, scope: 'leaf' },
  },
});

describe('the relay of the built package', () => {
  it('keeps its log beside where it was started, has it again after a restart, and has the folder for itself', async () => {
    const folder = await emptyFolder();
    const first = await startRelay(folder);
    expect(first.output()).toContain('durable: disk');
    expect((await send(first, [endedCall('one')])).status).toBe(200);
    expect(existsSync(join(folder, '.spanlight', 'log.db'))).toBe(true);
    const refusal = await startRelay(folder).then(
      () => 'it started',
      (cause: Error) => cause.message,
    );
    expect(refusal).toMatch(/Another process has the log in .*\.spanlight open\..*\[log\.folder-in-use\]/);
    expect(refusal.trim().split('\n')).toHaveLength(2);
    await first.stop();
    const second = await startRelay(folder);
    expect((await runsOf(second)).map(({ run }) => run.runId)).toEqual(['one']);
    await second.stop();
  });

  it('still has what it acknowledged when it is killed right after', async () => {
    const folder = await emptyFolder();
    const first = await startRelay(folder, killedAt('after-ack'));
    const event = endedCall('one');
    const answer = (await (await send(first, [event])).json()) as { durable: string; events: unknown };
    expect(answer).toMatchObject({ durable: 'disk', events: [{ id: event.id, st: 'ok', seq: 1 }] });
    await gone(first);
    const second = await startRelay(folder);
    expect((await runsOf(second)).map(({ run }) => run.runId)).toEqual(['one']);
    const again = (await (await send(second, [event])).json()) as { events: unknown };
    expect(again.events).toMatchObject([{ id: event.id, st: 'dup', seq: 1 }]);
    await second.stop();
  });

  it('prices a call that was stored just before it was killed', async () => {
    const folder = await emptyFolder();
    const first = await startRelay(folder, killedAt('after-commit-before-ack'));
    const event = endedCall('one');
    await expect(send(first, [event])).rejects.toThrow('fetch failed');
    await gone(first);
    const second = await startRelay(folder);
    expect((await (await send(second, [event])).json()) as unknown).toMatchObject({ events: [{ st: 'dup' }] });
    await expect
      .poll(async () => (await runsOf(second)).map(({ run }) => run.totals.costNanoUsd), { timeout: 10_000 })
      .toEqual([3_500_000]);
    await second.stop();
  });
});
