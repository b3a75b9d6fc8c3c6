import type { Ingest } from '../ingest/createIngest.ts';
import type { KeyedEventIds } from '../ingest/keyedEventIds.ts';
import { readTraceBatch } from '../ingest/readTraceBatch.ts';
import { splitJsonList } from '../ingest/splitJson.ts';
import type { BodyIntake } from './bodyIntake.ts';
import type { Guarded, Handler } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';

const MiB = 1024 * 1024;
const MAX_EVENTS = 1000;
const limitsByRoute = {
  events: { maxBytes: MiB, timeoutMs: 15_000 },
  traces: { maxBytes: 16 * MiB, timeoutMs: 30_000 },
} as const;

export interface IngestRoutesOptions {
  readonly ingest: Ingest;
  /** Of records that came without ids. */
  readonly eventIds: KeyedEventIds;
  readonly intake: BodyIntake;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What agents post. */
export function createIngestRoutes({ ingest, eventIds, intake, now }: IngestRoutesOptions) {
  return {
    events: (context, { project }) =>
      intake(context, limitsByRoute.events, async (bytes) => {
        const split = splitJsonList(bytes, 'events', MAX_EVENTS);
        if ('fault' in split) throw faultOfSplit(split.fault, 'ingest.no-events');
        return Response.json(await ingest.takeSlices(project, bytes, split.slices));
      }),
    traces: (context, { project }) =>
      intake(context, limitsByRoute.traces, async (bytes) => {
        const split = splitJsonList(bytes, 'data', MAX_EVENTS);
        if ('fault' in split) throw faultOfSplit(split.fault, 'ingest.no-data');
        const { events, issues } = await readTraceBatch(bytes, split.slices, {
          receivedAtMs: now(),
          hash: eventIds(project),
        });
        const answer = await ingest.takeValues(project, events);
        return Response.json({ ...answer, issues });
      }),
  } satisfies Partial<Record<Guarded, Handler>>;
}

function faultOfSplit(fault: 'not-json' | 'no-list' | 'too-many', noListCode: string): HttpFault {
  if (fault === 'too-many') return new HttpFault(413, 'ingest.too-many-events');
  return fault === 'no-list' ? new HttpFault(422, noListCode) : new HttpFault(400, 'ingest.bad-json');
}
