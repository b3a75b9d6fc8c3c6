import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Io } from './io.ts';
import { readTextFile } from './readTextFile.ts';

/** A signal this soon after the first is the same one: npm passes on a Ctrl-C that the terminal has sent already. */
const SAME_SIGNAL_MS = 500;

/** The real process. The first SIGINT or SIGTERM asks the command to end, a second one ends it. */
export function processIo(): Io {
  const abort = new AbortController();
  let askedAtMs = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!abort.signal.aborted) {
        askedAtMs = performance.now();
        abort.abort(signal);
      } else if (performance.now() - askedAtMs > SAME_SIGNAL_MS) {
        process.exit(signal === 'SIGINT' ? 130 : 143);
      }
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0); // whoever read us, e.g. `head`, has enough
    throw error;
  });
  const cwd = process.cwd();
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env: process.env,
    cwd,
    readFile: (path) => readTextFile(resolve(cwd, path)),
    writeFile: (path, text) => writeFile(resolve(cwd, path), text),
    signal: abort.signal,
    isTerminal: process.stdout.isTTY === true,
  };
}
