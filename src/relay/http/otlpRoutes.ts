import type { Context } from 'hono';
import type { EventType } from '../../model/event.ts';
import type { IngestVerdict } from '../../model/wire.ts';
import type { Principal } from '../auth/Principal.ts';
import { otlpAnswer, otlpFault, type PartialSuccess } from '../otlp/otlpAnswer.ts';
import type { OtlpSignal } from '../otlp/otlpGroups.ts';
import { type OtlpBatch, readOtlp } from '../otlp/readOtlp.ts';
import type { Guarded, Handler, HttpEnv } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';
import { type IngestRoutesOptions, senderOf } from './ingestRoutes.ts';
import { bodyEncodingOf } from './readBody.ts';

const limits = { maxBytes: 16 * 1024 * 1024, timeoutMs: 30_000 } as const;
/** Events that go into the log together: other senders have their turn between. */
const EVENTS_AT_ONCE = 1000;

/** What OpenTelemetry's exporters post: OTLP over HTTP, JSON and protobuf. */
export function createOtlpRoutes({ ingest, eventIds, intake, now }: IngestRoutesOptions) {
  const store = async (principal: Principal, { events }: OtlpBatch): Promise<IngestVerdict[]> => {
    const sender = senderOf(principal, 'foreign');
    const verdicts: IngestVerdict[] = [];
    for (let at = 0; at < events.length; at += EVENTS_AT_ONCE) {
      const some = events.slice(at, at + EVENTS_AT_ONCE);
      verdicts.push(...(await ingest.takeValues(principal.project, some, sender)).events);
    }
    return verdicts;
  };

  const take = async (context: Context<HttpEnv>, principal: Principal, signal: OtlpSignal): Promise<Response> => {
    const encoding = bodyEncodingOf(context.env.incoming) ?? 'json';
    const readAndStore = async (bytes: Uint8Array): Promise<Response> => {
      const batch = await readOtlp(bytes, { signal, encoding, receivedAtMs: now(), hash: eventIds(principal.project) });
      if (!batch) throw new HttpFault(400, 'ingest.bad-otlp');
      return otlpAnswer(encoding, signal, partialOf(batch, await store(principal, batch), signal));
    };
    try {
      return await intake(context, limits, readAndStore, ['json', 'protobuf']);
    } catch (cause) {
      if (cause instanceof HttpFault) return otlpFault(encoding, cause.answer);
      throw cause;
    }
  };

  return {
    otlpTraces: (context, principal) => take(context, principal, 'spans'),
    otlpLogs: (context, principal) => take(context, principal, 'logs'),
  } satisfies Partial<Record<Guarded, Handler>>;
}

/** Types of the events that spans and records become. An own export brings others along, logs too, which are no items. */
const itemTypes: Readonly<Record<OtlpSignal, ReadonlySet<EventType>>> = {
  spans: new Set(['span.start', 'span.update', 'span.end']),
  logs: new Set(['log']),
};

/** @returns `undefined` when every span or record is in the log */
function partialOf(
  { events, issues, itemCount }: OtlpBatch,
  verdicts: readonly IngestVerdict[],
  signal: OtlpSignal,
): PartialSuccess | undefined {
  const bad = verdicts.filter(({ st }) => st === 'bad');
  const taken = events.filter(({ type }, index) => itemTypes[signal].has(type) && verdicts[index]?.st !== 'bad').length;
  const rejectedItems = Math.max(0, itemCount - taken);
  if (rejectedItems === 0) return undefined;
  const counts = new Map<string, number>();
  for (const { code } of [...issues, ...bad]) counts.set(code ?? 'bad', (counts.get(code ?? 'bad') ?? 0) + 1);
  return { rejectedItems, errorMessage: [...counts].map(([code, count]) => `${code} (${count})`).join(', ') };
}
