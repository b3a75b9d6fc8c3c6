import type { InputIssue } from '../../model/errors.ts';
import type { Io } from '../io.ts';
import { TOO_LARGE } from '../readTextFile.ts';
import type { NoTrace } from './readTraceText.ts';

/** Faults of one file that are told one by one; the rest as a number. */
const TOLD_ISSUES = 5;

/** File names can hold what drives a terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}|\p{Cf}/gu, '\ufffd');

export const codeOf = (cause: unknown): string => (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';

/** What codes of the system mean to somebody who gave a path. */
const faults: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; give its files',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  [TOO_LARGE]: 'it is larger than fits in memory at once; a file of lines can be cut between two',
};

/** The text of a file; `undefined` where it cannot be read, which standard error is told. */
export async function readTraceFile(path: string, io: Io): Promise<string | undefined> {
  try {
    return await io.readFile(path);
  } catch (cause) {
    const code = codeOf(cause);
    io.stderr(
      `${printable(path)}: could not be read: ${faults[code] ?? 'the system says no'} (${code}). [input.unreadable]\n`,
    );
    return undefined;
  }
}

/** Says on standard error what a file is that holds no trace. */
export function tellNoTrace(path: string, outcome: NoTrace, io: Io): void {
  io.stderr(`${printable(path)}: ${whatIsIt(outcome)}\n`);
}

function whatIsIt(outcome: NoTrace): string {
  if (outcome.kind === 'not-a-trace') return `no trace: this is ${outcome.what}. [input.not-a-trace]`;
  if (outcome.fault === 'empty') return 'the file is empty. [input.empty]';
  if (outcome.fault === 'no-json')
    return 'neither JSON nor JSONL: another kind of file, or one that was cut off. [input.no-json]';
  return `not recognised. Tried: ${outcome.tried.join(', ')}. [input.unknown-format]`;
}

/** Says on standard error what could not be read of a file. */
export function tellIssues(path: string, issues: readonly InputIssue[], io: Io): void {
  for (const { path: place, reason, code } of issues.slice(0, TOLD_ISSUES)) {
    io.stderr(`${printable(path)}: ${printable(place)}: ${reason} [${code}]\n`);
  }
  if (issues.length > TOLD_ISSUES) io.stderr(`${printable(path)}: and ${issues.length - TOLD_ISSUES} more faults.\n`);
}
