import type { InputIssue } from '../../model/errors.ts';
import type { TraceFilePart } from '../../model/traceFile.ts';
import { giveWay } from './giveWay.ts';
import { sliceValue } from './sliceValue.ts';
import { createValueReader, type ValueReader } from './valueReader.ts';

/** Read at a time. */
const CHUNK_BYTES = 256 * 1024;
/** Lines that are parsed before the thread is given back. */
const PARSE_MS = 8;
/** A document up to this size parses in some ten milliseconds. */
const SMALL_BYTES = 1024 * 1024;

const byteOrderMark = /^\ufeff/;

/** @param isPatient - this thread may be held: a worker */
export async function* readTraceFile(
  file: Blob,
  signal: AbortSignal | undefined,
  isPatient: boolean,
): AsyncGenerator<TraceFilePart> {
  const reader = createValueReader();
  const decoder = new TextDecoder();
  let rest: string[] = [];
  /** `undefined` until the first line tells. */
  let isLines: boolean | undefined;
  let lineNumber = 0;

  for (let at = 0; at < file.size || at === 0; at += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const isLast = at + CHUNK_BYTES >= file.size;
    let bytes: ArrayBuffer;
    try {
      bytes = await file.slice(at, at + CHUNK_BYTES).arrayBuffer();
    } catch {
      yield { format: undefined, events: [], issues: [], readBytes: at, fault: { kind: 'unreadable' } };
      return;
    }
    let text = decoder.decode(bytes, { stream: !isLast });
    if (at === 0) text = text.replace(byteOrderMark, '');
    const readBytes = Math.min(file.size, at + CHUNK_BYTES);
    if (isLines === undefined && text.includes('\n')) {
      const first = (rest.join('') + text).split('\n').find((line) => line.trim() !== '');
      isLines = first !== undefined && isWhole(first) && !isLoneLine(rest.join('') + text, isLast);
    }
    rest.push(text);
    if (!isLines) {
      yield { format: undefined, events: [], issues: [], readBytes };
      if (isLast) break;
      continue;
    }
    const lines = rest.join('').split('\n');
    rest = isLast ? [] : [lines.pop() ?? ''];
    if (yield* readLines(reader, lines, lineNumber, readBytes, signal)) return;
    lineNumber += lines.length;
  }
  if (isLines) return;
  const text = rest.join('');
  const isLarge = text.length > SMALL_BYTES && !isPatient;
  if (isLarge) await giveWay(); // what was said so far is painted before the page stands still
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const lines = text.split('\n'); // some line is no JSON; its neighbours may be
    if (yield* readLines(reader, lines, 0, file.size, signal)) return;
    if (reader.format === undefined) {
      const fault = { kind: 'unknown', tried: ['JSON', 'JSONL'] } as const;
      yield { format: undefined, events: [], issues: [], readBytes: file.size, fault };
    }
    return;
  }
  const fault = reader.begin(value);
  const wasParsedAtOnce = isLarge || undefined;
  yield { format: reader.format, events: [], issues: [], readBytes: file.size, wasParsedAtOnce, fault };
  if (fault) return;
  const { pieces, join } = sliceValue(value);
  for await (const part of reader.read(pieces, join, () => file.size)) {
    yield part;
    signal?.throwIfAborted();
  }
}

/** @returns whether the file turned out to be no trace, which was said */
async function* readLines(
  reader: ValueReader,
  lines: readonly string[],
  before: number,
  readBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<TraceFilePart, boolean> {
  for (let from = 0; from < lines.length; ) {
    const { values, numbers, issues, next } = parseSome(lines, from, before);
    from = next;
    const fault = values.length > 0 && reader.format === undefined ? reader.begin(values) : undefined;
    if (issues.length > 0 || fault) yield { format: reader.format, events: [], issues, readBytes, fault };
    if (fault) return true;
    yield* reader.read(
      values,
      (pieces) => pieces,
      () => readBytes,
      (path, first) => lineOf(path, first, numbers),
    );
    await giveWay();
    signal?.throwIfAborted();
  }
  return false;
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** One line and nothing after it: a document. */
const isLoneLine = (text: string, isLast: boolean): boolean =>
  isLast && text.split('\n').filter((line) => line.trim() !== '').length === 1;

interface ParsedLines {
  readonly values: readonly unknown[];
  /** Number of the line of each value, from 1. */
  readonly numbers: readonly number[];
  readonly issues: readonly InputIssue[];
  readonly next: number;
}

function parseSome(lines: readonly string[], from: number, before: number): ParsedLines {
  const values: unknown[] = [];
  const numbers: number[] = [];
  const issues: InputIssue[] = [];
  const untilMs = performance.now() + PARSE_MS;
  let at = from;
  for (; at < lines.length && (at === from || performance.now() < untilMs); at += 1) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    try {
      values.push(JSON.parse(line));
      numbers.push(before + at + 1);
    } catch {
      const reason = 'The line is no JSON; it was left out.';
      issues.push({ path: `line ${before + at + 1}`, code: 'input.bad-json', reason });
    }
  }
  return { values, numbers, issues, next: at };
}

/** `[3].attributes` of the lines that were read together becomes `line 1,204.attributes`. */
const lineOf = (path: string, first: number, numbers: readonly number[]): string =>
  path.replace(/^\[(\d+)\]/, (_all, at: string) => `line ${numbers[first + Number(at)] ?? '?'}`);
