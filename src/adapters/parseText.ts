import type { InputIssue } from '../model/errors.ts';

export interface ParsedText {
  /** The value of a JSON file; the values of a JSONL file's lines as a list. `undefined` when nothing could be parsed. */
  readonly value: unknown;
  readonly isLines: boolean;
  readonly issues: readonly InputIssue[];
}

const byteOrderMark = /^\ufeff/;

/** JSON or JSONL, told apart by trying. Never throws; a line that is no JSON is an issue, its neighbours are kept. */
export function parseText(text: string): ParsedText {
  const clean = text.replace(byteOrderMark, '');
  try {
    return { value: JSON.parse(clean), isLines: false, issues: [] };
  } catch {
    return parseLines(clean);
  }
}

function parseLines(text: string): ParsedText {
  const values: unknown[] = [];
  const issues: InputIssue[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      values.push(JSON.parse(line));
    } catch {
      issues.push({
        path: `line ${index + 1}`,
        code: 'input.bad-json',
        reason: 'The line is no JSON; it was left out.',
      });
    }
  }
  return { value: values.length > 0 ? values : undefined, isLines: true, issues };
}
