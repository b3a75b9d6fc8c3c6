import type { InputIssue } from '../../model/errors.ts';
import type { Io } from '../io.ts';
import type { NoTrace } from './readTraceText.ts';

/** Faults of one file that are told one by one; the rest as a number. */
const TOLD_ISSUES = 5;

/** File names can hold what drives a terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}|\p{Cf}/gu, '\ufffd');

export const codeOf = (cause: unknown): string => (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';

/** The text of a file; `undefined` where it cannot be read, which standard error is told. */
export async function readTraceFile(path: string, io: Io): Promise<string | undefined> {
  try {
    return await io.readFile(path);
  } catch (cause) {
    io.stderr(`${printable(path)}: could not be read (${codeOf(cause)}).\n`);
    return undefined;
  }
}

/** Says on standard error what a file is that holds no trace. */
export function tellNoTrace(path: string, outcome: NoTrace, io: Io): void {
  const what =
    outcome.kind === 'not-a-trace'
      ? `no trace: this is ${outcome.what}.`
      : `not recognised. Tried: ${outcome.tried.join(', ')}.`;
  io.stderr(`${printable(path)}: ${what}\n`);
}

/** Says on standard error what could not be read of a file. */
export function tellIssues(path: string, issues: readonly InputIssue[], io: Io): void {
  for (const { path: place, reason, code } of issues.slice(0, TOLD_ISSUES)) {
    io.stderr(`${printable(path)}: ${printable(place)}: ${reason} [${code}]\n`);
  }
  if (issues.length > TOLD_ISSUES) io.stderr(`${printable(path)}: and ${issues.length - TOLD_ISSUES} more faults.\n`);
}
