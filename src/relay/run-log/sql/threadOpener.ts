import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { build as bundle } from 'esbuild';
import type { SqliteThreadData } from './sqliteMessages.ts';

type OpenThread = (data: SqliteThreadData) => Worker;

let bundled: Promise<string> | undefined;

/** How to start the thread that has the database. */
export async function threadOpener(): Promise<OpenThread> {
  if (!import.meta.url.endsWith('.ts')) {
    const file = './sqliteThread.js'; // its own entry of the build
    return (workerData) => new Worker(new URL(file, import.meta.url), { workerData });
  }
  bundled ??= bundleSource();
  const code = await bundled;
  return (workerData) => new Worker(code, { workerData, eval: true });
}

/** Run from source, in this repository: a thread of Node 20 does not take over the loader of its parent, and one of its own takes a second. */
async function bundleSource(): Promise<string> {
  const name = 'esbuild';
  const { build } = (await import(/* @vite-ignore */ name)) as { readonly build: typeof bundle };
  const source = './sqliteThread.ts';
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    packages: 'external',
  });
  return outputFiles[0]?.text ?? '';
}
