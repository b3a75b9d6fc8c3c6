import type { InputIssue } from '../../model/errors.ts';
import type { TraceFilePart } from '../../model/traceFile.ts';
import { createTurns } from './createTurns.ts';
import { documentShape } from './documentShape.ts';
import type { NewLines } from './lineSplitter.ts';
import { type DocumentReading, readLargeValue } from './readDocument.ts';

/** Lines that are parsed before the thread is given back. */
const PARSE_MS = 8;

type Reading = AsyncGenerator<TraceFilePart, boolean>;

/**
 * Reads a value a line, as the lines come.
 * @returns takes lines; says whether the file turned out to be no trace, which was told
 */
export function createLineReader(reading: DocumentReading): (news: NewLines) => Reading {
  const { reader, signal, advance } = reading;
  let lineNumber = 0;

  async function* readLong(texts: readonly string[]): AsyncGenerator<TraceFilePart> {
    lineNumber += 1;
    const place = { path: `line ${lineNumber}`, seenAs: '[0]', wrap: (value: unknown) => [value] };
    yield* readLargeValue(texts, documentShape.entries, place, reading);
  }

  async function* readShort(lines: readonly string[]): Reading {
    const giveTurn = createTurns(signal);
    for (let from = 0; from < lines.length; ) {
      const { values, numbers, issues, next, length } = parseSome(lines, from, lineNumber);
      from = next;
      const readBytes = advance(length);
      const fault = values.length > 0 && reader.format === undefined ? reader.begin(values) : undefined;
      if (issues.length > 0 || fault) yield { format: reader.format, events: [], issues, readBytes, fault };
      if (fault) return true;
      yield* reader.read(
        values,
        (pieces) => pieces,
        () => readBytes,
        (path, first) => lineOf(path, first, numbers),
      );
      await giveTurn();
    }
    lineNumber += lines.length;
    return false;
  }

  return async function* take({ long, lines }) {
    if (long) yield* readLong(long);
    return yield* readShort(lines);
  };
}

interface ParsedLines {
  readonly values: readonly unknown[];
  /** Number of the line of each value, from 1. */
  readonly numbers: readonly number[];
  readonly issues: readonly InputIssue[];
  readonly next: number;
  /** Characters of the lines, with their ends. */
  readonly length: number;
}

function parseSome(lines: readonly string[], from: number, before: number): ParsedLines {
  const values: unknown[] = [];
  const numbers: number[] = [];
  const issues: InputIssue[] = [];
  const untilMs = performance.now() + PARSE_MS;
  let at = from;
  let length = 0;
  for (; at < lines.length && (at === from || performance.now() < untilMs); at += 1) {
    const line = lines[at] ?? '';
    length += line.length + 1;
    if (line.trim() === '') continue;
    try {
      values.push(JSON.parse(line));
      numbers.push(before + at + 1);
    } catch {
      const reason = 'The line is no JSON; it was left out.';
      issues.push({ path: `line ${before + at + 1}`, code: 'input.bad-json', reason });
    }
  }
  return { values, numbers, issues, next: at, length };
}

/** `[3].attributes` of the lines that were read together becomes `line 1,204.attributes`. */
const lineOf = (path: string, first: number, numbers: readonly number[]): string =>
  path.replace(/^\[(\d+)\]/, (_all, at: string) => `line ${numbers[first + Number(at)] ?? '?'}`);
