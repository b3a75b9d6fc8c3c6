import { readTraceFile } from './readTraceFile.ts';

/** What is used of a worker's global scope. */
export interface TraceFileWorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * The whole script of a worker for `createTraceFileReader`: `serveTraceFiles(self)`. Sends as many parts ahead as it was told,
 * the next when one was taken, so that a page that is slow is not flooded.
 */
export function serveTraceFiles(scope: TraceFileWorkerScope): void {
  let credit = 0;
  let wake = () => {};
  const serve = async (file: Blob) => {
    for await (const part of readTraceFile(file, undefined, true)) {
      while (credit === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      credit -= 1;
      scope.postMessage(part);
    }
    scope.postMessage('end');
  };
  scope.addEventListener('message', ({ data }) => {
    if (data === 'next') {
      credit += 1;
      wake();
      return;
    }
    const { file, ahead } = data as { readonly file: Blob; readonly ahead: number };
    credit = ahead;
    serve(file).catch((cause: unknown) => {
      queueMicrotask(() => {
        throw cause; // heard by the page as an error of the worker
      });
    });
  });
}
