import type { Context } from 'hono';
import { openaiAgentsAdapter } from '../../adapters/openai-agents/adapter.ts';
import { redisEventsAdapter } from '../../adapters/redis-events/adapter.ts';
import type { Principal } from '../auth/Principal.ts';
import type { Ingest } from '../ingest/createIngest.ts';
import type { KeyedEventIds } from '../ingest/keyedEventIds.ts';
import { readTraceBatch, type TraceBatchOptions } from '../ingest/readTraceBatch.ts';
import type { Sender } from '../ingest/Sender.ts';
import { splitJsonList } from '../ingest/splitJson.ts';
import type { BodyIntake } from './bodyIntake.ts';
import type { Guarded, Handler, HttpEnv } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';

const MiB = 1024 * 1024;
const MAX_EVENTS = 1000;
const limitsByRoute = {
  events: { maxBytes: MiB, timeoutMs: 15_000 },
  messages: { maxBytes: MiB, timeoutMs: 15_000 },
  data: { maxBytes: 16 * MiB, timeoutMs: 30_000 },
} as const;

export interface IngestRoutesOptions {
  readonly ingest: Ingest;
  /** Of records that came without ids. */
  readonly eventIds: KeyedEventIds;
  readonly intake: BodyIntake;
  /** Epoch ms. */
  readonly now: () => number;
}

const readTraces: TraceBatchOptions['read'] = (data, options) => openaiAgentsAdapter.read({ data }, options);
const readMessages: TraceBatchOptions['read'] = (messages, options) => redisEventsAdapter.read(messages, options);

/** What a token's word is worth. */
export const senderOf = ({ can }: Principal, format: Sender['format']): Sender => ({
  mayDecide: can.includes('approvals.decide'),
  format,
});

/** What agents post. */
export function createIngestRoutes({ ingest, eventIds, intake, now }: IngestRoutesOptions) {
  /** Records that an adapter reads. */
  const takeRecords = (
    context: Context<HttpEnv>,
    principal: Principal,
    listName: 'data' | 'messages',
    read: TraceBatchOptions['read'],
  ): Promise<Response> =>
    intake(context, limitsByRoute[listName], async (bytes) => {
      const split = splitJsonList(bytes, listName, MAX_EVENTS);
      if ('fault' in split) throw faultOfSplit(split.fault, `ingest.no-${listName}`);
      const { project } = principal;
      const options = { read, listName, receivedAtMs: now(), hash: eventIds(project) };
      const { events, issues } = await readTraceBatch(bytes, split.slices, options);
      const answer = await ingest.takeValues(project, events, senderOf(principal, 'foreign'));
      return Response.json({ ...answer, issues });
    });

  return {
    events: (context, principal) =>
      intake(context, limitsByRoute.events, async (bytes) => {
        const split = splitJsonList(bytes, 'events', MAX_EVENTS);
        if ('fault' in split) throw faultOfSplit(split.fault, 'ingest.no-events');
        const sender = senderOf(principal, 'native');
        return Response.json(await ingest.takeSlices(principal.project, bytes, split.slices, sender));
      }),
    traces: (context, principal) => takeRecords(context, principal, 'data', readTraces),
    messages: (context, principal) => takeRecords(context, principal, 'messages', readMessages),
  } satisfies Partial<Record<Guarded, Handler>>;
}

function faultOfSplit(fault: 'not-json' | 'no-list' | 'too-many', noListCode: string): HttpFault {
  if (fault === 'too-many') return new HttpFault(413, 'ingest.too-many-events');
  return fault === 'no-list' ? new HttpFault(422, noListCode) : new HttpFault(400, 'ingest.bad-json');
}
