import { detectFormat, parseText } from '../../adapters/index.ts';
import type { InputIssue } from '../../model/errors.ts';
import type { MonitorEvent } from '../../model/event.ts';

export type NoTrace =
  /** Known, and no trace. */
  | { readonly kind: 'not-a-trace'; readonly what: string }
  | { readonly kind: 'unknown'; readonly tried: readonly string[] };

export type ReadText =
  | {
      readonly kind: 'trace';
      readonly format: string;
      readonly events: readonly MonitorEvent[];
      readonly issues: readonly InputIssue[];
    }
  | NoTrace;

/** Reads the text of a captured file, whatever known format it is in. Never throws. */
export function readTraceText(text: string): ReadText {
  const parsed = parseText(text);
  const found = detectFormat(parsed.value);
  if (found.kind === 'unknown') return { kind: 'unknown', tried: ['JSON', 'JSONL', ...found.tried] };
  if (found.kind === 'not-a-trace') return { kind: 'not-a-trace', what: found.shape.what };
  const { format, events, issues } = found.adapter.read(parsed.value);
  return { kind: 'trace', format, events, issues: [...parsed.issues, ...issues] };
}
