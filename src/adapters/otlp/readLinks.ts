import { asRunId, asSpanId } from '../../model/ids.ts';
import { MAX_LIST_LENGTH } from '../../model/limits.ts';
import type { SpanLink } from '../../model/span.ts';
import { asText, isRecord } from '../looseRecord.ts';
import { isUsableId, nameOf } from '../names.ts';
import { idOf } from './ids.ts';
import { recordOf } from './readSpanEvents.ts';
import type { ValueReader } from './types.ts';

/** Links to spans that have usable ids; an attribute of ours says how the other end is related, and its ids as they were. */
export function readLinks(raw: unknown, valueOf: ValueReader): SpanLink[] | undefined {
  if (!Array.isArray(raw) || raw.length === 0) return undefined;
  const links: SpanLink[] = [];
  for (const item of raw.slice(0, MAX_LIST_LENGTH)) {
    if (!isRecord(item)) continue;
    const attributes = recordOf(item['attributes'], valueOf);
    const runId = ownId(attributes['spanlight.run.id']) ?? idOf(item['traceId'] ?? item['trace_id'], 16);
    const spanId = ownId(attributes['spanlight.span.id']) ?? idOf(item['spanId'] ?? item['span_id'], 8);
    if (runId === undefined) continue;
    links.push({
      runId: asRunId(runId),
      ...(spanId !== undefined && { spanId: asSpanId(spanId) }),
      relation: nameOf(asText(attributes['spanlight.relation'])) ?? 'link',
    });
  }
  return links.length > 0 ? links : undefined;
}

const ownId = (value: unknown): string | undefined => (isUsableId(value) ? value : undefined);
