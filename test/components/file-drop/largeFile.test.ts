import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, launchArgs } from '../../../scripts/browser.ts';
import { buildStylesheet } from '../../../scripts/stylesheets.ts';
import { secure } from '../../../src/relay/http/secureHeaders.ts';
import type { LargeFilePage } from './largeFilePage.tsx';

const SPANS = 100_000;
/** That of the relay's own pages, the demo's among them. */
const policy =
  secure(new Response(), { host: undefined, origin: undefined }).headers.get('content-security-policy') ?? '';
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const src = (name: string) => path(`../../../src/${name}`);

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      'spanlight/store': src('store/index.ts'),
      'spanlight/adapters': src('adapters/index.ts'),
      spanlight: src('index.ts'),
    },
  });
  return outputFiles[0]?.text ?? '';
}

let server: Server;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/page.js': ['text/javascript', await bundle('largeFilePage.tsx')],
    '/worker.js': ['text/javascript', await bundle('largeFileWorker.ts')],
    '/styles.css': ['text/css', buildStylesheet('styles.css', 'flat')],
  };
  const html =
    '<!doctype html><link rel="stylesheet" href="/styles.css"><div id="app"></div><script src="/page.js"></script>';
  server = createServer((request, response) => {
    const [type, body] = files[request.url ?? ''] ?? ['text/html', html];
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: launchArgs });
  page = await browser.newPage({ viewport: { width: 1_400, height: 900 } });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe('a file of 100,000 spans dropped on the dashboard', () => {
  it('is read in a worker under a strict content policy, and drawn with frames in between, each saying how far it is', async () => {
    const figures = await page.evaluate(
      (count) => (globalThis as unknown as { largeFile: LargeFilePage }).largeFile.openFile(count),
      SPANS,
    );
    expect(policy).toContain("script-src 'self'");
    expect(figures.workers).toBe(1);
    expect(figures.frames).toBeGreaterThan(30);
    const seen = (part: string) => figures.progress.filter((text) => text.startsWith(`${part}: Reading `)).length;
    expect(seen('tree')).toBeGreaterThan(2);
    expect(seen('graph')).toBeGreaterThan(2);
    expect(problems).toEqual([]);
  }, 60_000);

  it('shows every row, the totals, and each step with its calls', async () => {
    const tree = page.getByRole('treegrid');
    expect(await tree.getAttribute('aria-rowcount')).toBe(String(SPANS + 1));
    expect(await tree.getByRole('row').count()).toBeGreaterThan(5);
    const head = page.locator('.sl-span-tree .sl-span-tree__facts');
    expect(await head.innerText()).toMatch(/100k\s+spans\s+500k\s+tok/);
    await page.getByRole('button', { name: 'View as list' }).click();
    const steps = page.getByRole('table', { name: /^Workflow graph/ });
    expect(await steps.getByRole('row', { name: /^agent/ }).innerText()).toMatch(/\b1,000\b/);
    await page.locator('.sl-banner').getByText('Showing the file large.jsonl').waitFor();
    await page.getByText(/100,000 events/).waitFor();
  });

  it('is let go of with one button', async () => {
    await page.getByRole('button', { name: 'Close file' }).click();
    await page.getByText('No runs yet').first().waitFor();
    expect(problems).toEqual([]);
  });
});
