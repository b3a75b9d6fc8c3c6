/**
 * `node --import ./scripts/stripTypes.mjs FILE.ts`: runs TypeScript, and leaves every other file as Node finds it. What is measured must
 * be the built package as its users run it; a runner that rewrites what it loads, names of functions and all, slows what makes closures.
 */
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';

if (isMainThread) register(import.meta.url);

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!/\.tsx?$/.test(url)) return nextLoad(url, context);
  const sourcefile = fileURLToPath(url);
  const loader = url.endsWith('x') ? 'tsx' : 'ts';
  const { code } = await transform(await readFile(sourcefile, 'utf8'), { sourcefile, loader, target: 'node20' });
  return { format: 'module', source: code, shortCircuit: true };
}
