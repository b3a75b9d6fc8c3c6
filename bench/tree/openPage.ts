import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright';
import { executablePath, launchArgs } from '../../scripts/browser.ts';

export interface BenchPage {
  readonly page: Page;
  readonly browser: Browser;
  /** Seconds that the main thread worked while something ran, and how many of them in scripts. */
  readonly mainThreadSec: <T>(
    work: () => Promise<T>,
  ) => Promise<{ readonly sec: number; readonly scriptSec: number; readonly result: T }>;
  readonly close: () => Promise<void>;
}

const html = (css: string) =>
  `<!doctype html><meta charset="utf-8"><style>body{margin:0}${css}</style><body><script src="/page.js"></script>`;

/**
 * A production bundle of a page, with our sheet, in headless Chromium: 1,000 x 850 px.
 * @param isProfiling - with the build of React that counts renders, and is slower for it
 * @param workerEntry - of a worker that the page starts from `/worker.js`
 */
export async function openPage(
  entry: string,
  { isProfiling = false, workerEntry }: { isProfiling?: boolean; workerEntry?: string } = {},
): Promise<BenchPage> {
  const script = await bundle(entry, isProfiling);
  const worker = workerEntry === undefined ? '' : await bundle(workerEntry, false);
  const document = html(await readFile('dist/styles.css', 'utf8'));
  const scripts: Readonly<Record<string, string>> = { '/page.js': script, '/worker.js': worker };
  const server = createServer((request, response) => {
    const found = scripts[request.url ?? ''];
    response.setHeader('content-type', found === undefined ? 'text/html' : 'text/javascript');
    response.end(found ?? document);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...launchArgs, '--js-flags=--expose-gc', '--enable-precise-memory-info'],
  });
  const page = await browser.newPage({ viewport: { width: 1000, height: 850 } });
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  return {
    page,
    browser,
    async mainThreadSec(work) {
      const before = await workSec(cdp);
      const result = await work();
      const after = await workSec(cdp);
      return { sec: after.task - before.task, scriptSec: after.script - before.script, result };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

async function workSec(cdp: CDPSession): Promise<{ readonly task: number; readonly script: number }> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const read = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return { task: read('TaskDuration'), script: read('ScriptDuration') };
}

async function bundle(entry: string, isProfiling: boolean): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    ...(isProfiling && { alias: { 'react-dom/client': 'react-dom/profiling' } }),
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
