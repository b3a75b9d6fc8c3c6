import { exportFormats } from '../../adapters/index.ts';
import { asRunId, type RunId } from '../../model/ids.ts';
import { exportRuns } from '../history/exportRuns.ts';
import type { HistoryQueries } from '../history/historyQueries.ts';
import { createHistoryReaders, type HistoryReader } from '../history/historyReaders.ts';
import type { HistoryPosition } from '../history/RunHistory.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import type { Guarded, Handler } from './handlers.ts';
import type { HistoryRoutesOptions } from './historyRoutes.ts';
import { HttpFault } from './httpErrors.ts';
import { readHistoryQuery } from './readHistoryQuery.ts';

const RUNS_A_PAGE = 100;

export interface ExportRoutesOptions extends HistoryRoutesOptions {
  readonly report: RelayLogger;
}

/** Runs as a file. Everything in it is projected for who asks, as in every other answer. */
export function createExportRoutes({ log, redactor, now, report }: ExportRoutesOptions) {
  const { readerOf, idsOf, findRuns } = createHistoryReaders(log.history, now);

  async function* runIdsOf(reader: HistoryReader, query: HistoryQueries['export']): AsyncGenerator<RunId> {
    const named = idsOf(reader, query.run);
    if (named) {
      for (const runId of named) yield asRunId(runId);
      return;
    }
    let left = query.limit;
    let after: HistoryPosition | undefined;
    do {
      const page = await findRuns(reader, query, { after, limit: Math.min(left, RUNS_A_PAGE) });
      for (const { held } of page.items) yield held.run.runId;
      left -= page.items.length;
      after = page.next;
    } while (after && left > 0);
  }

  return {
    async export(context, principal, lens) {
      const reader = await readerOf(principal, lens);
      const query = readHistoryQuery(context, 'export');
      if (query.content && !principal.can.includes('read.payload')) throw new HttpFault(403, 'auth.forbidden');
      const { contentType, extension } = exportFormats[query.format];
      const parts = exportRuns(runIdsOf(reader, query), {
        log,
        reader,
        format: query.format,
        showContent: query.content ? (detail) => redactor.redact(detail) : undefined,
      });
      const cutOff = (cause: unknown) => {
        report('error', 'export.failed', { cause: codeOf(cause) });
        context.env.outgoing.destroy();
      };
      return new Response(streamOf(parts, cutOff), {
        headers: {
          'content-type': contentType,
          'content-disposition': `attachment; filename="spanlight-${query.format}.${extension}"`,
        },
      });
    },
  } satisfies Partial<Record<Guarded, Handler>>;
}

/**
 * Pulled as the other side reads: a large export waits in nobody's memory.
 * @param cutOff - ends the connection at a fault: what came is no whole file then. A stream that failed would be written into the file
 * and to standard error with the text of its fault, which can quote a row.
 */
function streamOf(parts: AsyncGenerator<string>, cutOff: (cause: unknown) => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        for (;;) {
          const { done, value } = await parts.next();
          if (done) return controller.close();
          if (value !== '') return controller.enqueue(encoder.encode(value));
        }
      } catch (cause) {
        cutOff(cause);
        controller.close();
      }
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}
