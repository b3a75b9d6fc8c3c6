import { createFold } from '../fold/index.ts';
import { noBuckets } from './bucketBook.ts';
import { noLeftLines } from './logBuffer.ts';
import type { MonitorState, Session } from './types.ts';

/** What the server renders and what a store starts from. Owns its lists and maps. */
export const createInitialState = (session: Session | undefined): MonitorState => ({
  revision: 0,
  view: { mode: 'following' },
  entities: createFold().reader,
  runIds: [],
  pendingApprovals: [],
  logLines: [],
  leftLogLines: noLeftLines,
  connection: { phase: 'idle' },
  degraded: undefined,
  session,
  gaps: [],
  counters: {
    acceptedEvents: 0,
    repeatedEvents: 0,
    rejectedEvents: 0,
    unknownTypeEvents: 0,
    queuedEvents: 0,
    droppedEvents: 0,
    evictedRuns: 0,
    evictedSpans: 0,
    evictedLogLines: 0,
    evictedLoggedEvents: 0,
    cyclesCut: 0,
  },
  throughput: { eventsPerSec: 0, lagMs: undefined },
  clockOffsetMs: 0,
  epoch: undefined,
  reconnects: 0,
  cursor: undefined,
  liveText: new Map(),
  details: new Map(),
  metricBuckets: noBuckets,
  workflow: { state: 'idle' },
  historyRuns: new Map(),
  openedRuns: new Map(),
  logTexts: new Map(),
  historyEra: 0,
});
