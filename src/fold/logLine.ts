import type { EventOf } from '../model/event.ts';
import type { LogLine } from '../model/log.ts';

export function logLineOf(event: EventOf<'log'>): LogLine {
  return {
    id: event.id,
    runId: event.run,
    spanId: event.span,
    atMs: event.ts,
    level: event.a.level ?? 'info',
    sourceName: event.a.sourceName,
    detail: event.detail,
    detailRefs: event.refs,
  };
}
