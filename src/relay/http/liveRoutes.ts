import * as z from 'zod';
import { asRunId, asSpanId } from '../../model/ids.ts';
import type { LiveText } from '../../model/wire.ts';
import type { FanOut } from '../fan-out/FanOut.ts';
import type { Guarded, Handler } from './handlers.ts';
import { HttpFault } from './httpErrors.ts';
import { readBody } from './readBody.ts';

const BODY_LIMITS = { maxBytes: 256 * 1024, timeoutMs: 5000 } as const;

const id = z.string().min(1).max(256);
const liveSchema = z.object({
  texts: z
    .array(z.object({ run: id, span: id, offset: z.int().min(0).max(1e9), text: z.string().max(64 * 1024) }))
    .max(500),
});

/** Text of running model calls, as agents write it: told to whoever has the run open, kept nowhere. */
export function createLiveRoutes({ fanOut }: { readonly fanOut: FanOut }) {
  return {
    live: async (context, { project }) => {
      const body = liveSchema.safeParse(parseJson(await readBody(context.env.incoming, BODY_LIMITS)));
      if (!body.success) throw new HttpFault(422, 'ingest.bad-live');
      const texts = body.data.texts.map(
        ({ run, span, offset, text }): LiveText => ({ run: asRunId(run), span: asSpanId(span), offset, text }),
      );
      fanOut.publishLive({ project, texts });
      return Response.json({ taken: texts.length });
    },
  } satisfies Partial<Record<Guarded, Handler>>;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new HttpFault(400, 'ingest.bad-json');
  }
}
