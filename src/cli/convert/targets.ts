import { type RunToWrite, writeOtlp } from '../../adapters/index.ts';
import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { foldEvents } from '../summarize/foldFile.ts';

/** What a file can be converted to, and how it is written. */
export const targets: Readonly<Record<string, (events: readonly MonitorEvent[]) => string>> = {
  spanlight: (events) => events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  otlp: (events) => `${JSON.stringify(otlpOf(events))}\n`,
};

/** Spans are merged first: a span of OTLP is written once, whatever told of it. */
function otlpOf(events: readonly MonitorEvent[]) {
  const entities = foldEvents(events);
  const byRun = new Map<RunId | undefined, MonitorEvent[]>();
  for (const event of events) {
    if (event.type.startsWith('span.')) continue;
    const known = byRun.get(event.run);
    if (known) known.push(event);
    else byRun.set(event.run, [event]);
  }
  const runs: RunToWrite[] = [];
  for (const runId of entities.runIds) {
    const run = entities.getRun(runId);
    if (run) runs.push({ run, spans: entities.spansOf(runId), events: byRun.get(runId) ?? [] });
  }
  return writeOtlp(runs, { events: byRun.get(undefined) ?? [] });
}
