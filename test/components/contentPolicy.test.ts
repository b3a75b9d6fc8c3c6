import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, launchArgs } from '../../scripts/browser.ts';
import { buildStylesheet } from '../../scripts/stylesheets.ts';

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";
const src = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

let server: Server;
let browser: Browser;
let page: Page;
const requests: string[] = [];
const breaches: string[] = [];

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('support/policyPage.tsx', import.meta.url))],
    bundle: true,
    write: false,
    outdir: '/',
    splitting: true,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      'spanlight/store': src('store/index.ts'),
      'spanlight/simulator': src('simulator/index.ts'),
      spanlight: src('index.ts'),
    },
  });
  const files = new Map(outputFiles.map((file) => [`/${file.path.split('/').pop()}`, file.text]));
  const css = buildStylesheet('styles.css', 'flat');
  server = createServer((request, response) => {
    const path = request.url ?? '/';
    const script = files.get(path);
    const [type, body] = script
      ? ['text/javascript', script]
      : path === '/styles.css'
        ? ['text/css', css]
        : [
            'text/html',
            '<!doctype html><link rel="stylesheet" href="/styles.css"><div id="app"></div><script type="module" src="/policyPage.js"></script>',
          ];
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: launchArgs });
  page = await browser.newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') breaches.push(message.text());
  });
  page.on('pageerror', (error) => breaches.push(String(error)));
  await page.addInitScript(() => {
    const record = globalThis as unknown as { owned: unknown[]; __owned: (what: unknown) => void; breaches: string[] };
    record.owned = [];
    record.breaches = [];
    record.__owned = (what) => record.owned.push(what);
    document.addEventListener('securitypolicyviolation', (event) =>
      record.breaches.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.getByRole('button', { name: 'h0-tool' }).waitFor();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe('hostile content under a strict content policy', () => {
  it('is text in every tab of every span, in the graph and in its list: nothing runs, nothing is asked for', async () => {
    const tabs = ['Detail', 'Messages', 'Attributes', 'Usage', 'JSON'];
    // Every span in every tab, by the page's own buttons: one round trip for all of them.
    const seen = await page.evaluate(async (names) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const click = (element: Element | null | undefined) => (element as HTMLElement | undefined)?.click();
      let shown = 0;
      for (const opener of document.querySelectorAll('#spans button')) {
        click(opener);
        for (const name of names) {
          click([...document.querySelectorAll('[role="tab"]')].find((tab) => tab.textContent?.startsWith(name)));
          await frame();
          for (const more of document.querySelectorAll(
            '.sl-span-inspector__more, .sl-json__line[aria-expanded="false"]',
          ))
            click(more);
          shown += document.querySelectorAll(
            '.sl-span-inspector__code, .sl-json__line, .sl-span-inspector__row',
          ).length;
        }
      }
      return shown;
    }, tabs);
    expect(seen).toBeGreaterThan(1_000);
    await page.getByRole('button', { name: 'h0-tool', exact: true }).click();
    await page.getByRole('application').waitFor();
    await page.getByRole('button', { name: 'View as list' }).click();
    expect(await page.getByRole('table', { name: /^Workflow graph/ }).innerText()).toContain(
      '<script>__owned(1)</script>',
    );
    await page.getByRole('button', { name: 'View as graph' }).click();
    await page.getByRole('application').waitFor();
    const state = await page.evaluate(() => {
      const record = globalThis as unknown as { owned: unknown[]; breaches: string[] };
      const own = document.querySelector('.sl-root') as Element;
      return {
        owned: record.owned,
        breaches: record.breaches,
        foreign: own.querySelectorAll('script, iframe, object, embed, img, style, link, meta, form, base').length,
        links: [...own.querySelectorAll('a[href]')].map((link) => link.getAttribute('href')),
        polluted: 'polluted' in {},
      };
    });
    expect(state).toEqual({
      owned: [],
      breaches: [],
      foreign: 0,
      links: [expect.stringMatching(/^https:\/\/reactflow\.dev/)], // its licence asks for it
      polluted: false,
    });
    expect(breaches).toEqual([]);
    const origin = new URL(page.url()).origin;
    expect(requests.filter((url) => !url.startsWith(origin))).toEqual([]);
  }, 60_000);

  it('makes visible what hides, turns text around or moves a cursor', async () => {
    const shownFor = async (span: string) => {
      await page.getByRole('button', { name: span, exact: true }).click();
      await page.getByRole('tab', { name: 'Detail' }).click();
      return page.locator('.sl-span-inspector__body').innerText();
    };
    expect(await shownFor('h12-tool')).toContain('RLO');
    expect(await shownFor('h13-tool')).toMatch(/ZWSP[\s\S]*WJ[\s\S]*BOM[\s\S]*U\+E0041/);
    expect(await shownFor('h11-tool')).toContain('␛[31m');
    expect(await shownFor('h15-tool')).toContain('␀');
  }, 30_000);

  it('draws the graph and lays it out on request without a breach', async () => {
    await page.getByRole('button', { name: 'span_triage', exact: true }).click();
    const places = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('.react-flow__node')].map((node) => node.style.transform).join(),
      );
    const before = await places();
    await page.getByRole('button', { name: 'Tidy' }).first().click();
    await expect.poll(places).not.toBe(before);
    expect(await page.evaluate(() => (globalThis as unknown as { breaches: string[] }).breaches)).toEqual([]);
    expect(breaches).toEqual([]);
  }, 30_000);
});
