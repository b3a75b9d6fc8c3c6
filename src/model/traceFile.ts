import type { InputIssue } from './errors.ts';
import type { MonitorEvent } from './event.ts';

/** Why a file shows nothing. */
export type NoTraceFile =
  /** No known format; `tried`: what said no. */
  | { readonly kind: 'unknown'; readonly tried: readonly string[] }
  /** Known, and no trace: `what` ends the sentence "This is …". */
  | { readonly kind: 'not-a-trace'; readonly what: string }
  | { readonly kind: 'unreadable' };

/** What is known of a file so far. */
export interface TraceFilePart {
  /** The adapter that reads it, e.g. `otlp`; `undefined` until it is known. */
  readonly format: string | undefined;
  /** New since the part before. */
  readonly events: readonly MonitorEvent[];
  /** New since the part before: what could not be read. The rest was. */
  readonly issues: readonly InputIssue[];
  /** Bytes of the file that were looked at. */
  readonly readBytes: number;
  /** A record of more than a mebibyte was parsed in one go on this thread, as no worker was given: the page may have stood still. */
  readonly wasParsedAtOnce?: boolean | undefined;
  /** The file holds nothing that can be shown. Nothing follows. */
  readonly fault?: NoTraceFile | undefined;
}

/** Reads captured files of any known format in parts, so that no part holds the thread for long. */
export interface TraceFileReader {
  /** Ends with the last part; rejects only when `signal` says so. */
  read(file: Blob, signal?: AbortSignal): AsyncIterable<TraceFilePart>;
}
