import type { InputIssue } from '../../model/errors.ts';
import type { PriceTable } from '../../prices/index.ts';
import { type NoTrace, readTraceText } from '../traceFiles/readTraceText.ts';
import { foldEvents, foldPriced } from './foldFile.ts';
import { summarizeRun } from './summarizeRun.ts';
import type { FileSummary } from './types.ts';

export type FileOutcome =
  | { readonly kind: 'summary'; readonly summary: FileSummary; readonly issues: readonly InputIssue[] }
  | NoTrace;

/** Reads the text of one captured file. Never throws, whatever the text is. */
export function summarizeFile(text: string, table: PriceTable): FileOutcome {
  const read = readTraceText(text);
  if (read.kind !== 'trace') return read;
  const { format, events, issues } = read;
  const entities = foldEvents(events);
  const priced = foldPriced(events, entities, table);
  const runs = entities.runIds.map((runId) => entities.getRun(runId)).filter((run) => run !== undefined);
  const traces = runs.map((run) => summarizeRun(entities, priced, run));
  return { kind: 'summary', summary: { format, traces }, issues };
}
