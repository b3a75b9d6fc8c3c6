import type { TraceFilePart } from '../../model/traceFile.ts';
import { LARGE_LENGTH } from './documentScanner.ts';
import { documentShape } from './documentShape.ts';
import { LineSplitter, type NewLines } from './lineSplitter.ts';
import { outlineOf, parseJson } from './outlineOf.ts';
import { type DocumentReading, readDocument, readLargeValue } from './readDocument.ts';
import { createLineReader } from './readLines.ts';
import { sliceValue } from './sliceValue.ts';
import { createValueReader, type ValueReader } from './valueReader.ts';

/** Read at a time. */
const CHUNK_BYTES = 256 * 1024;
/** A document up to this size parses in some ten milliseconds. */
const SMALL_LENGTH = 1024 * 1024;

const byteOrderMark = /^\ufeff/;

/**
 * Reads lines as they come. A document is brought in first, then taken apart. What it says is the same wherever it was cut.
 * @param isPatient - this thread may be held: a worker
 */
export async function* readTraceFile(
  file: Blob,
  signal: AbortSignal | undefined,
  isPatient: boolean,
): AsyncGenerator<TraceFilePart> {
  const reader = createValueReader();
  for await (const part of readParts(file, reader, signal, isPatient)) {
    yield part;
    if (part.fault) return;
  }
  for await (const part of reader.end(file.size)) {
    yield part;
    signal?.throwIfAborted();
  }
}

async function* readParts(
  file: Blob,
  reader: ValueReader,
  signal: AbortSignal | undefined,
  isPatient: boolean,
): AsyncGenerator<TraceFilePart> {
  let readBytes = 0;
  const reading: DocumentReading = {
    reader,
    signal,
    isPatient,
    advance: () => readBytes,
    undecided: { fault: undefined, entries: [] },
  };
  const readNewLines = createLineReader(reading);
  const splitter = new LineSplitter(LARGE_LENGTH);
  const decoder = new TextDecoder();
  /** Of what is no list of lines, or is not known to be one yet. */
  const texts: string[] = [];
  const early: NewLines[] = [];
  /** `undefined` until the first line tells. */
  let isLines: boolean | undefined;

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
    const loadedBytes = Math.min(file.size, at + CHUNK_BYTES);
    if (isLines === undefined) {
      texts.push(text);
      early.push(splitter.push(text));
      const first = firstLineOf(early);
      if (first) {
        const isLone = isLast && first.isAlone && splitter.isRestBlank; // a document with a line end
        isLines = !isLone && (await isWhole(first.texts, signal));
        if (!isLines) early.length = 0;
      }
    } else if (isLines) early.push(splitter.push(text));
    else texts.push(text);
    if (isLines) {
      texts.length = 0;
      readBytes = loadedBytes;
      for (const news of early.splice(0)) yield* readNewLines(news);
    } else yield { format: undefined, events: [], issues: [], readBytes: loadedBytes * LOADING_SHARE };
  }
  if (!isLines) {
    yield* readTexts(texts, file.size, reading);
    return;
  }
  yield* readNewLines(splitter.end(), true);
  yield* tellFault(reading, file.size);
}

/** Of a file in which nothing told a format. */
function* tellFault({ reader, undecided }: DocumentReading, sizeBytes: number): Generator<TraceFilePart> {
  if (reader.format !== undefined) return;
  const fault = undecided.fault ?? { kind: 'unknown', tried: ['JSON', 'JSONL'] };
  yield { format: undefined, events: [], issues: [], readBytes: sizeBytes, fault };
}

/** Share of the work on a document that is over when its text is here. */
const LOADING_SHARE = 0.2;

async function* readTexts(
  texts: readonly string[],
  sizeBytes: number,
  given: DocumentReading,
): AsyncGenerator<TraceFilePart> {
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  let done = 0;
  const advance = (length: number): number => {
    done = Math.min(total, done + length);
    return sizeBytes * (LOADING_SHARE + (1 - LOADING_SHARE) * (done / Math.max(1, total)));
  };
  const reading: DocumentReading = { ...given, advance };
  if (
    yield* total > SMALL_LENGTH ? readLarge(texts, reading, sizeBytes) : readSmall(texts.join(''), reading, sizeBytes)
  )
    return;
  const splitter = new LineSplitter(LARGE_LENGTH); // some line is no JSON; its neighbours may be
  const readNewLines = createLineReader(reading);
  for (const text of texts) yield* readNewLines(splitter.push(text));
  yield* readNewLines(splitter.end(), true);
  yield* tellFault(reading, sizeBytes);
}

const root = { path: '', seenAs: '', wrap: (value: unknown) => value };

/** @returns whether it is a document */
async function* readLarge(
  texts: readonly string[],
  reading: DocumentReading,
  sizeBytes: number,
): AsyncGenerator<TraceFilePart, boolean> {
  const outline = await outlineOf(texts, documentShape, reading.signal);
  if (!outline) return false;
  if (outline.runs.length > 0) yield* readDocument(outline, documentShape, root, reading);
  else yield* readLargeValue(texts, undefined, root, reading);
  yield* tellFault(reading, sizeBytes);
  return true;
}

/** @returns whether it is a document */
async function* readSmall(
  text: string,
  { reader, signal }: DocumentReading,
  sizeBytes: number,
): AsyncGenerator<TraceFilePart, boolean> {
  const value = parseJson(text);
  if (value === undefined) return false;
  const fault = reader.begin(value);
  yield { format: reader.format, events: [], issues: [], readBytes: sizeBytes, fault };
  if (fault) return true;
  const { pieces, join, place } = sliceValue(value);
  for await (const part of reader.read(pieces, join, () => sizeBytes, place)) {
    yield part;
    signal?.throwIfAborted();
  }
  return true;
}

/** The first line that is not blank, and whether no other such line ended yet; `undefined` while none has ended. */
function firstLineOf(
  news: readonly NewLines[],
): { readonly texts: readonly string[]; readonly isAlone: boolean } | undefined {
  let first: readonly string[] | undefined;
  for (const { long, lines } of news) {
    for (const texts of long ? [long, ...lines.map((line) => [line])] : lines.map((line) => [line])) {
      if (texts.every((text) => text.trim() === '')) continue;
      if (first) return { texts: first, isAlone: false };
      first = texts;
    }
  }
  return first && { texts: first, isAlone: true };
}

/** Whether a line is a value of its own. A long one is only looked over. */
async function isWhole(texts: readonly string[], signal: AbortSignal | undefined): Promise<boolean> {
  if (texts.length > 1) return (await outlineOf(texts, documentShape, signal)) !== undefined;
  return parseJson(texts[0] ?? '') !== undefined;
}
