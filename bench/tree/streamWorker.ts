export interface StreamOptions {
  readonly lines: readonly string[];
  readonly ratePerSec: number;
  readonly seconds: number;
  /** Called for each line, each in a task of its own, as messages of a socket come. */
  readonly take: (line: string) => void;
}

const source = `onmessage = ({ data: { lines, ratePerSec, seconds } }) => {
  const startedAt = performance.now();
  let sent = 0;
  const step = () => {
    const elapsed = performance.now() - startedAt;
    const due = Math.min(lines.length, Math.floor((elapsed * ratePerSec) / 1000));
    while (sent < due) postMessage(lines[sent++]);
    if (elapsed > seconds * 1000 || sent >= lines.length) postMessage('');
    else setTimeout(step, 4);
  };
  step();
};`;

/** Sends lines from a worker at a rate. @returns how many were taken before the last one was through */
export function startStream({ lines, ratePerSec, seconds, take }: StreamOptions): Promise<number> {
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
  return new Promise((resolve) => {
    let handled = 0;
    // A page that cannot keep up is not waited for without end.
    const limit = setTimeout(() => finish(), seconds * 1000 + 15_000);
    const finish = () => {
      clearTimeout(limit);
      worker.terminate();
      resolve(handled);
    };
    worker.onmessage = ({ data }: MessageEvent<string>) => {
      if (data === '') {
        finish();
        return;
      }
      handled += 1;
      take(data);
    };
    worker.postMessage({ lines, ratePerSec, seconds });
  });
}
