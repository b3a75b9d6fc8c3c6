import { createExportWriter, type ExportFormatName } from '../../adapters/index.ts';
import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { foldEvents } from '../summarize/foldFile.ts';

/** Writes events as one document. Spans are merged first: a span is written once, whatever told of it. */
export function convertEvents(events: readonly MonitorEvent[], to: ExportFormatName): string {
  const entities = foldEvents(events);
  const byRun = new Map<RunId | undefined, MonitorEvent[]>();
  for (const event of events) {
    const known = byRun.get(event.run);
    if (known) known.push(event);
    else byRun.set(event.run, [event]);
  }
  const writer = createExportWriter(to);
  let text = writer.begin() + writer.common(byRun.get(undefined) ?? []);
  for (const runId of entities.runIds) {
    const run = entities.getRun(runId);
    if (!run) continue;
    const modelLines = entities.chargeLines(runId, 'model');
    text += writer.run({ run, spans: entities.spansOf(runId), events: byRun.get(runId) ?? [], modelLines });
  }
  return text + writer.end();
}
