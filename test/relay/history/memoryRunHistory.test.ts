import { createMemoryRunLog } from '../../../src/relay/run-log/memoryRunLog.ts';
import { describeRunHistory } from './describeRunHistory.ts';
import { NOW_MS } from './planRuns.ts';

describeRunHistory('memory', async () =>
  createMemoryRunLog({
    events: 50_000,
    eventBytes: 1e9,
    detailBytes: 1e9,
    bounds: { runs: 10_000, spans: 100_000, endedForMs: 1e9 },
    now: () => NOW_MS,
  }),
);
