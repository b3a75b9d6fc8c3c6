import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { startRelay, tokenOf } from '../relay/support.ts';
import { runPython, runsIn } from './support.ts';

const rootDir = fileURLToPath(new URL('../../', import.meta.url));
const standIns = fileURLToPath(new URL('stand_ins', import.meta.url));
const pages = [
  'python/README.md',
  ...readdirSync(`${rootDir}docs/sources`).map((name) => `docs/sources/${name}`),
].filter((page) => readFileSync(rootDir + page, 'utf8').includes('```python'));

const bounds = { runs: 1000, spans: 100_000, endedForMs: 3_600_000 };
const openLog = () => createMemoryRunLog({ events: 20_000, eventBytes: 1e8, detailBytes: 1e8, bounds, now: Date.now });

/** The blocks of a page as they stand there, but for the address and the token of a relay. */
function blocksOf(page: string, url: string, token: string): string[] {
  const text = readFileSync(rootDir + page, 'utf8');
  return [...text.matchAll(/```python\n(.*?)```/gs)].map(([, block = '']) =>
    block.replaceAll('http://127.0.0.1:8090', url).replaceAll('<ingest token>', token),
  );
}

describe('the Python that the pages give', { timeout: 60_000 }, () => {
  it('stands on the pages of all sources for Python', () => {
    expect(pages).toEqual(['python/README.md', 'docs/sources/openinference.md', 'docs/sources/openllmetry.md']);
  });

  it.each(pages)(
    'of %s runs as written, with what its packages do at their edge, and the relay shows the run',
    async (page) => {
      const runLog = openLog();
      const relay = await startRelay({ runLog });
      const token = tokenOf(relay, 'ingest');
      const env = { SPANLIGHT_URL: relay.url, SPANLIGHT_INGEST_TOKEN: token, PYTHONPATH: standIns };
      for (const block of blocksOf(page, relay.url, token)) await runPython(['-c', block], env);
      await vi.waitFor(async () => expect((await runsIn(runLog)).size).toBe(1), { timeout: 10_000 });
    },
  );
});
