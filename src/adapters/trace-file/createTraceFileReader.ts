import type { TraceFilePart, TraceFileReader } from '../../model/traceFile.ts';
import { readTraceFile } from './readTraceFile.ts';

/** What is used of a `Worker`. */
export interface TraceFileWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: unknown) => void): void;
}

export interface TraceFileReaderOptions {
  /**
   * Makes a worker whose script calls {@link serveTraceFiles}. Files are read in it from `workerFromBytes` on, so that one huge
   * JSON document does not hold the page. Without one, or when it does not start, they are read here: JSONL in slices all the
   * same, one large document in one go.
   */
  readonly createWorker?: (() => TraceFileWorker) | undefined;
  /** Default 1 MiB. */
  readonly workerFromBytes?: number | undefined;
}

/** Reads captured trace files of any known format, in parts. */
export function createTraceFileReader(options: TraceFileReaderOptions = {}): TraceFileReader {
  const { createWorker, workerFromBytes = 1024 * 1024 } = options;
  return {
    async *read(file, signal) {
      if (!createWorker || file.size < workerFromBytes) {
        yield* readTraceFile(file, signal, false);
        return;
      }
      let isHeard = false;
      try {
        for await (const part of readInWorker(createWorker, file, signal)) {
          isHeard = true;
          yield part;
        }
      } catch (cause) {
        signal?.throwIfAborted();
        if (isHeard) throw cause;
        yield* readTraceFile(file, signal, false); // it did not start, e.g. by the host's content policy
      }
    },
  };
}

/** Parts asked for ahead: one is read while another is taken in. */
const AHEAD = 4;

async function* readInWorker(
  createWorker: () => TraceFileWorker,
  file: Blob,
  signal: AbortSignal | undefined,
): AsyncGenerator<TraceFilePart> {
  const worker = createWorker();
  const parts: (TraceFilePart | 'end' | Error)[] = [];
  let wake = () => {};
  const put = (part: TraceFilePart | 'end' | Error) => {
    parts.push(part);
    wake();
  };
  worker.addEventListener('message', ({ data }) => put(data as TraceFilePart | 'end'));
  worker.addEventListener('error', () => put(new Error('The worker failed.')));
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);
  try {
    worker.postMessage({ file, ahead: AHEAD });
    for (;;) {
      signal?.throwIfAborted();
      const part = parts.shift();
      if (part === 'end') return;
      if (part instanceof Error) throw part;
      if (part) {
        yield part;
        worker.postMessage('next');
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    worker.terminate();
  }
}
