import { detectFormat, type ParsedText, parseText } from '../../adapters/index.ts';
import type { InputIssue } from '../../model/errors.ts';
import type { MonitorEvent } from '../../model/event.ts';

export type NoTrace =
  /** Known, and no trace. */
  | { readonly kind: 'not-a-trace'; readonly what: string }
  | {
      readonly kind: 'unknown';
      readonly tried: readonly string[];
      /** `undefined`: JSON, but in no known format. */
      readonly fault: 'empty' | 'no-json' | undefined;
    };

export type ReadText =
  | {
      readonly kind: 'trace';
      readonly format: string;
      readonly events: readonly MonitorEvent[];
      readonly issues: readonly InputIssue[];
    }
  | NoTrace;

/** What is no JSON as a whole and none in half of its lines is not JSONL with a broken line. */
function faultOf(text: string, { value, isLines, issues }: ParsedText): 'empty' | 'no-json' | undefined {
  if (text.trim() === '') return 'empty';
  const read = Array.isArray(value) ? value.length : 0;
  return isLines && issues.length >= read ? 'no-json' : undefined;
}

/** Reads the text of a captured file, whatever known format it is in. Never throws. */
export function readTraceText(text: string): ReadText {
  const parsed = parseText(text);
  const found = detectFormat(parsed.value);
  if (found.kind === 'unknown')
    return { kind: 'unknown', tried: ['JSON', 'JSONL', ...found.tried], fault: faultOf(text, parsed) };
  if (found.kind === 'not-a-trace') return { kind: 'not-a-trace', what: found.shape.what };
  const { format, events, issues } = found.adapter.read(parsed.value);
  return { kind: 'trace', format, events, issues: [...parsed.issues, ...issues] };
}
