import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay, RelayLogLine } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import type { RunsPage } from '../../src/model/history.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import type { RunLog } from '../../src/relay/run-log/RunLog.ts';
import { get, onEnd, send, spanEvent, startRelay } from './support.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-prices-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
/** 1,000 nano-dollars an input token. */
const COST = 5_000_000;
const call = (run: string) =>
  spanEvent({
    type: 'span.end',
    run,
    a: {
      kind: 'llm',
      name: 'answer',
      model: 'house-model',
      status: 'ok',
      startedAtMs: 1_790_000_000_000,
      endedAtMs: 1_790_000_000_900,
      usage: { scope: 'leaf', inputTokens: 5000, outputTokens: 0 },
    },
  });
const prices = JSON.stringify({ models: { 'house-model': { input: 1, output: 1 } } });
const costs = async (relay: Relay) => {
  const { runs } = (await (await get(relay, '/v1/runs?order=oldest', 'developer')).json()) as RunsPage;
  return Object.fromEntries(runs.map(({ run }) => [run.runId, run.totals.costNanoUsd]));
};
const memoryLog = () =>
  createMemoryRunLog({
    events: 1000,
    eventBytes: 1e7,
    detailBytes: 1e6,
    bounds: { runs: 100, spans: 1000, endedForMs: 1e9 },
    now: Date.now,
  });

describe('a price that could not be said when its call ended', () => {
  it('is said later, once, where the log did not take it; the call was acknowledged all the same', async () => {
    const held = memoryLog();
    let refusals = 0;
    const runLog: RunLog = {
      ...held,
      append: (project, events) => {
        const isPrice = events.every(({ type }) => type === 'span.price');
        if (!isPrice || refusals === 3) return held.append(project, events);
        refusals += 1;
        return Promise.reject(new Error('full'));
      },
    };
    const pricesPath = join(await emptyFolder(), 'prices.json');
    await writeFile(pricesPath, prices);
    const relay = await startRelay({ runLog, pricesPath, pricing: undefined, timings: { holeMs: 20 } });
    expect((await send(relay, [call('a')])).events).toMatchObject([{ st: 'ok' }]);
    expect((await send(relay, [call('b'), call('b')])).events).toMatchObject([{ st: 'ok' }, { st: 'ok' }]);
    await expect.poll(() => costs(relay), { timeout: 4000 }).toEqual({ a: COST, b: 2 * COST });
    expect(refusals).toBe(3);
    const types = (await held.read('default', 0, 1000, 1000)).map(({ type }) => type);
    expect(types.filter((type) => type === 'span.price')).toHaveLength(3);
  });

  it('is said by the relay that has a table, for calls that one without a table stored', async () => {
    const dataDir = await emptyFolder();
    const pricesPath = join(await emptyFolder(), 'prices.json');
    const without = await startRelay({ dataDir });
    await send(without, [call('a')]);
    expect(await costs(without)).toEqual({ a: 0 });
    await without.close();

    await writeFile(pricesPath, '{"models": {"house-model"');
    await expect(startRelay({ dataDir, pricesPath, pricing: undefined })).rejects.toMatchObject({
      code: 'settings.bad-prices-file',
    });
    await writeFile(pricesPath, prices); // and the folder was not left locked
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({ dataDir, pricesPath, pricing: undefined, log: (line) => lines.push(line) });
    await send(relay, [call('b')]);
    await expect.poll(() => costs(relay)).toEqual({ a: COST, b: COST });
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});
