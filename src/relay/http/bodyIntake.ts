import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import { crashPoint } from '../crashPoint.ts';
import type { IngestPressure } from '../ingest/ingestPressure.ts';
import type { HttpEnv } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';
import { type BodyEncoding, type BodyLimits, readBody } from './readBody.ts';

/** Reads bodies, and refuses more of them than fit into the memory there is. */
export type BodyIntake = (
  context: Context<HttpEnv>,
  limits: BodyLimits,
  take: (bytes: Uint8Array) => Promise<Response>,
  accepts?: readonly BodyEncoding[],
) => Promise<Response>;

export function createBodyIntake(pressure: IngestPressure): BodyIntake {
  return async (context, limits, take, accepts) => {
    const announced = Number(context.req.header('content-length') ?? limits.maxBytes);
    const isPacked = context.req.header('content-encoding') !== undefined;
    const expected = Number.isFinite(announced) && !isPacked ? announced : limits.maxBytes;
    const reserved = Math.min(expected, limits.maxBytes);
    const giveBack = pressure.takeBytes(reserved);
    if (!giveBack) throw new HttpFault(503, 'ingest.busy', 1000);
    try {
      const answer = await take(await readBody(context.env.incoming, limits, accepts));
      (context.env.outgoing as ServerResponse).once('finish', () => crashPoint('after-ack'));
      return answer;
    } finally {
      giveBack();
    }
  };
}
