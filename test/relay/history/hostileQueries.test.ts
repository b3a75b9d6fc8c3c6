import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEnd, startRelay } from '../support.ts';
import { describeHostileQueries } from './describeHostileQueries.ts';

describeHostileQueries('memory', () => startRelay());
describeHostileQueries('SQLite', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(dataDir, { recursive: true }));
  return startRelay({ store: 'sqlite', dataDir });
});
