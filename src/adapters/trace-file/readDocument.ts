import type { InputIssue } from '../../model/errors.ts';
import type { NoTraceFile, TraceFilePart } from '../../model/traceFile.ts';
import { isRecord } from '../looseRecord.ts';
import { DocumentScanner, type EntryRun } from './documentScanner.ts';
import type { DocumentShape } from './documentShape.ts';
import { type DocumentOutline, outlineOf, parseJson } from './outlineOf.ts';
import type { ValueReader } from './valueReader.ts';

/** A longer record that cannot be cut is parsed in one go, with a word about it. */
const LONG_LENGTH = 1024 * 1024;

/** Where a document, or a list of one, stands. */
export interface DocumentPlace {
  /** In the file, e.g. `line 7`; empty for the file itself. */
  readonly path: string;
  /** In what an adapter is given, which is this document alone. */
  readonly seenAs: string;
  /** Makes what an adapter is given of it. */
  readonly wrap: (value: unknown) => unknown;
  readonly within?: DocumentPlace | undefined;
  /** Not the first part of what it stands in: what stands around was told. */
  readonly isLater?: boolean | undefined;
}

/** The place in the file of what an adapter has seen; `undefined`: it was told with an earlier part. */
function placeOf(seen: string, { path, seenAs, within, isLater }: DocumentPlace): string | undefined {
  if (seen.startsWith(seenAs)) return path + seen.slice(seenAs.length);
  if (isLater === true) return undefined;
  return within ? placeOf(seen, within) : seen;
}

export interface DocumentReading {
  readonly reader: ValueReader;
  readonly signal: AbortSignal | undefined;
  /** This thread may be held: a worker. */
  readonly isPatient: boolean;
  /** Hears how much text was read. @returns bytes of the file that this stands for */
  readonly advance: (length: number) => number;
  /** Entries that came before any that tell their format, and what they looked like. */
  readonly undecided: { fault: NoTraceFile | undefined; entries: (readonly [Entries, DocumentPlace])[] };
}

type Reading = AsyncGenerator<TraceFilePart>;

/** Entries of a list, each with its place in it. */
interface Entries {
  readonly values: readonly unknown[];
  readonly indexOf: (at: number) => number;
}

const at = (path: string, name: string | undefined): string =>
  name === undefined ? path : path === '' ? name : `${path}.${name}`;

/**
 * Reads a large document that was taken apart: its lists in slices, each with what stands around it, so that the whole is never
 * parsed at once.
 */
export async function* readDocument(
  outline: DocumentOutline,
  shape: DocumentShape,
  place: DocumentPlace,
  reading: DocumentReading,
): Reading {
  const { frame, runs } = outline;
  for (const run of runs) {
    const { listName } = run;
    const inFrame = (entries: unknown) =>
      listName !== undefined && isRecord(frame) ? { ...frame, [listName]: entries } : entries;
    const list: DocumentPlace = {
      path: at(place.path, listName),
      seenAs: at(place.seenAs, listName),
      wrap: (entries) => place.wrap(inFrame(entries)),
      within: place,
      isLater: run !== runs[0],
    };
    const entryShape = listName === undefined ? shape.entries : shape.lists.get(listName);
    if (run.isLarge) yield* readLarge(run, entryShape, list, reading);
    else yield* readRun(run, list, reading);
  }
}

/** One entry that is long enough to be looked into. */
async function* readLarge(
  { texts, first }: EntryRun,
  shape: DocumentShape | undefined,
  list: DocumentPlace,
  reading: DocumentReading,
): Reading {
  const place: DocumentPlace = {
    path: `${list.path}[${first}]`,
    seenAs: `${list.seenAs}[0]`,
    wrap: (entry) => list.wrap([entry]),
    within: list,
  };
  yield* readLargeValue(texts, shape, place, reading);
}

/** A value that is taken apart where it can be, and else parsed as a whole. */
export async function* readLargeValue(
  texts: readonly string[],
  shape: DocumentShape | undefined,
  place: DocumentPlace,
  reading: DocumentReading,
): Reading {
  const outline = shape && (await outlineOf(texts, shape, reading.signal));
  if (outline && outline.runs.length > 0) {
    yield* readDocument(outline, shape, place, reading);
    return;
  }
  const text = texts.join('');
  const value = parseJson(text);
  const readBytes = reading.advance(text.length);
  const { format } = reading.reader;
  if (value === undefined) {
    yield { format, events: [], issues: [badRecord(place.path)], readBytes };
    return;
  }
  if (text.length > LONG_LENGTH && !reading.isPatient)
    yield { format, events: [], issues: [], readBytes, wasParsedAtOnce: true };
  const whole: DocumentPlace = { ...place, wrap: (values) => place.wrap((values as readonly unknown[])[0]) };
  yield* readEntries({ values: [value], indexOf: () => 0 }, whole, reading);
}

async function* readRun({ texts, first }: EntryRun, list: DocumentPlace, reading: DocumentReading): Reading {
  const text = texts.join('');
  const readBytes = reading.advance(text.length);
  const values = parseJson(`[${text}]`);
  if (Array.isArray(values)) {
    yield* readEntries({ values, indexOf: (index) => first + index }, list, reading);
    return;
  }
  // one of them is broken; its neighbours may not be
  const scanner = new DocumentScanner(new Set(), 0);
  scanner.push(`[${text}]`);
  const sound: { readonly value: unknown; readonly index: number }[] = [];
  const issues: InputIssue[] = [];
  for (const entry of scanner.end()?.runs ?? []) {
    const index = first + entry.first;
    const value = parseJson(entry.texts.join(''));
    if (value === undefined) issues.push(badRecord(`${list.path}[${index}]`));
    else sound.push({ value, index });
  }
  yield { format: reading.reader.format, events: [], issues, readBytes };
  const indexOf = (place: number) => sound[place]?.index ?? first;
  yield* readEntries({ values: sound.map(({ value }) => value), indexOf }, list, reading);
}

async function* readEntries(entries: Entries, list: DocumentPlace, reading: DocumentReading): Reading {
  const { reader, undecided } = reading;
  if (entries.values.length === 0) return;
  if (reader.format === undefined) {
    const fault = reader.begin(list.wrap(entries.values));
    if (fault) {
      undecided.fault ??= fault;
      undecided.entries.push([entries, list]);
      return;
    }
    for (const [earlier, itsList] of undecided.entries.splice(0)) yield* readKnown(earlier, itsList, reading);
  }
  yield* readKnown(entries, list, reading);
}

async function* readKnown({ values, indexOf }: Entries, list: DocumentPlace, reading: DocumentReading): Reading {
  const readBytes = reading.advance(0);
  const prefix = `${list.seenAs}[`;
  const place = (path: string, from: number): string | undefined => {
    if (!path.startsWith(prefix)) return from === 0 ? placeOf(path, list) : undefined;
    const end = path.indexOf(']', prefix.length);
    return `${list.path}[${indexOf(from + Number(path.slice(prefix.length, end)))}${path.slice(end)}`;
  };
  for await (const part of reading.reader.read(values, list.wrap, () => readBytes, place)) {
    yield part;
    reading.signal?.throwIfAborted();
  }
}

const badRecord = (path: string): InputIssue => ({
  path,
  code: 'input.bad-json',
  reason: 'The record is no JSON; it was left out.',
});
