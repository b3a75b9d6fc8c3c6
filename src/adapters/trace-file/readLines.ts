import type { InputIssue } from '../../model/errors.ts';
import type { TraceFilePart } from '../../model/traceFile.ts';
import { createTurns } from './createTurns.ts';
import { documentShape } from './documentShape.ts';
import type { NewLines } from './lineSplitter.ts';
import { type DocumentReading, readLargeValue } from './readDocument.ts';
import { LOOKED_AT } from './valueReader.ts';

/** Lines that are parsed before the thread is given back. */
const PARSE_MS = 8;

type Reading = AsyncGenerator<TraceFilePart>;

/**
 * Reads a value a line, as the lines come.
 * @returns takes lines; `isLast`: no more will come
 */
export function createLineReader(reading: DocumentReading): (news: NewLines, isLast?: boolean) => Reading {
  const { reader, signal, advance, undecided } = reading;
  let lineNumber = 0;
  /** Lines that came before so many that they tell their format. */
  let first: NumberedValues = noValues;

  async function* readLong(texts: readonly string[]): Reading {
    lineNumber += 1;
    const place = { path: `line ${lineNumber}`, seenAs: '[0]', wrap: (value: unknown) => [value] };
    yield* readLargeValue(texts, documentShape.entries, place, reading);
  }

  async function* readValues({ values, numbers }: NumberedValues, readBytes: number): Reading {
    yield* reader.read(
      values,
      (pieces) => pieces,
      () => readBytes,
      (path, from) => lineOf(path, from, numbers),
    );
  }

  /** The format is that of the first lines, however many of them came at once. */
  async function* decide(readBytes: number): Reading {
    const waiting = first;
    first = noValues;
    if (waiting.values.length === 0) return;
    if (reader.format === undefined) {
      const fault = reader.begin(waiting.values);
      if (fault) {
        undecided.fault ??= fault;
        yield { format: undefined, events: [], issues: [], readBytes, fault };
        return;
      }
    }
    yield* readValues(waiting, readBytes);
  }

  async function* readShort(lines: readonly string[]): Reading {
    const giveTurn = createTurns(signal);
    for (let from = 0; from < lines.length; ) {
      const { values, numbers, issues, next, length } = parseSome(lines, from, lineNumber);
      from = next;
      const readBytes = advance(length);
      if (issues.length > 0) yield { format: reader.format, events: [], issues, readBytes };
      if (reader.format === undefined) {
        first = { values: [...first.values, ...values], numbers: [...first.numbers, ...numbers] };
        if (first.values.length >= LOOKED_AT) yield* decide(readBytes);
      } else yield* readValues({ values, numbers }, readBytes);
      await giveTurn();
    }
    lineNumber += lines.length;
  }

  return async function* take({ long, lines }, isLast = false) {
    if (long) {
      yield* decide(advance(0));
      yield* readLong(long);
    }
    yield* readShort(lines);
    if (isLast) yield* decide(advance(0));
  };
}

interface NumberedValues {
  readonly values: readonly unknown[];
  /** Number of the line of each value, from 1. */
  readonly numbers: readonly number[];
}
const noValues: NumberedValues = { values: [], numbers: [] };

interface ParsedLines extends NumberedValues {
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
