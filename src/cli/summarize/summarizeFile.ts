import { detectFormat, parseText } from '../../adapters/index.ts';
import type { InputIssue } from '../../model/errors.ts';
import type { PriceTable } from '../../prices/index.ts';
import { foldEvents, foldPriced } from './foldFile.ts';
import { summarizeRun } from './summarizeRun.ts';
import type { FileSummary } from './types.ts';

export type FileOutcome =
  | { readonly kind: 'summary'; readonly summary: FileSummary; readonly issues: readonly InputIssue[] }
  /** Known, and no trace. */
  | { readonly kind: 'not-a-trace'; readonly what: string }
  | { readonly kind: 'unknown'; readonly tried: readonly string[] };

/** Reads the text of one captured file. Never throws, whatever the text is. */
export function summarizeFile(text: string, table: PriceTable): FileOutcome {
  const parsed = parseText(text);
  const found = detectFormat(parsed.value);
  if (found.kind === 'unknown') return { kind: 'unknown', tried: ['JSON', 'JSONL', ...found.tried] };
  if (found.kind === 'not-a-trace') return { kind: 'not-a-trace', what: found.shape.what };
  const { format, events, issues } = found.adapter.read(parsed.value);
  const entities = foldEvents(events);
  const priced = foldPriced(events, entities, table);
  const runs = entities.runIds.map((runId) => entities.getRun(runId)).filter((run) => run !== undefined);
  const traces = runs.map((run) => summarizeRun(entities, priced, run));
  return { kind: 'summary', summary: { format, traces }, issues: [...parsed.issues, ...issues] };
}
