import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildExample, packLibrary } from './packedLibrary.ts';
import { freePort, launchBrowser, type Started, startCommand, watchConsole } from './support.ts';

const token = (role: string) => `${role}-`.padEnd(40, 'x');
let folder: string;
let tarball: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spanlight-hosts-'));
  tarball = packLibrary(folder);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The README's embedding lines: the examples must be those lines and nothing else. */
const readmeCode = () => /```tsx\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';

interface Host {
  readonly example: string;
  readonly component: string;
  readonly serve: (port: number) => readonly string[];
}
const hosts: readonly Host[] = [
  {
    example: 'vite-react18',
    component: 'src/AgentMonitor.tsx',
    serve: (port) => ['vite', 'preview', '--host', '127.0.0.1', '--strictPort', '--port', String(port)],
  },
  {
    example: 'next-app',
    component: 'app/AgentMonitor.tsx',
    serve: (port) => ['next', 'start', '-H', '127.0.0.1', '-p', String(port)],
  },
];

describe.each(hosts)('the packed library in $example', ({ example, component, serve }) => {
  let relay: Started;
  let site: ReturnType<typeof spawn>;
  let url: string;
  let dir: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    relay = await startCommand(['relay'], {
      SPANLIGHT_PORT: '0',
      SPANLIGHT_VIEWER_TOKEN: token('viewer'),
      SPANLIGHT_INGEST_TOKEN: token('ingest'),
      SPANLIGHT_ALLOWED_ORIGINS: url,
    });
    dir = buildExample(folder, example, tarball, (copy) => {
      const file = join(copy, component);
      writeFileSync(file, readFileSync(file, 'utf8').replace('http://127.0.0.1:8090', relay.url));
    });
    const [program = '', ...args] = serve(port);
    site = spawn(join(dir, 'node_modules/.bin', program), args, {
      cwd: dir,
      env: { ...process.env, NODE_ENV: undefined, SPANLIGHT_VIEWER_TOKEN: token('viewer') },
      stdio: 'ignore',
    });
    await vi.waitFor(
      async () => {
        if (!(await fetch(url)).ok) throw new Error('the host is not up');
      },
      { timeout: 60_000, interval: 200 },
    );
  }, 400_000);
  afterAll(async () => {
    if (site && site.exitCode === null) {
      const gone = once(site, 'exit');
      site.kill();
      await gone;
    }
    await relay?.stop();
  });

  it('is mounted by the lines of the README alone', () => {
    const source = readFileSync(join('examples', example, component), 'utf8');
    expect(source.replace("'use client';\n", '')).toBe(readmeCode());
  });

  it('shows live data, prints nothing to the console and leaves the host as it was', async () => {
    const page = await browser.newPage();
    const problems = watchConsole(page);
    /** Every computed property of the host's own elements, but the ones that follow the height of the page's content. */
    const hostStyles = () =>
      page.evaluate(() => {
        const followsContent = /^(?:block-size|height|perspective-origin|transform-origin|inset|top|bottom|left|right)/;
        return ['.host-bar', '.host-bar h1', '.host-button', 'body', 'html'].map((selector) => {
          const element = document.querySelector(selector);
          if (!element) return `no ${selector}`;
          const style = getComputedStyle(element);
          const names = [...style].filter((name) => !followsContent.test(name));
          return names.map((name) => `${selector} ${name}: ${style.getPropertyValue(name)}`).join('\n');
        });
      });
    await page.goto(url);
    await page.locator('.sl-root').first().waitFor();
    const withParts = await hostStyles();
    const event = (id: string, type: string, more: object) => ({
      id,
      type,
      sv: 1,
      ts: Date.now(),
      run: 'trace_embedding',
      ...more,
    });
    const answer = await fetch(`${relay.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token('ingest')}` },
      body: JSON.stringify({
        events: [
          event('e1', 'run.start', { a: { name: 'Embedding check' } }),
          event('e2', 'span.start', { span: 's1', a: { kind: 'agent', name: 'Host Agent', startedAtMs: Date.now() } }),
        ],
      }),
    });
    expect(answer.status).toBe(200);
    await page.getByText('Embedding check').first().click();
    await page.getByText('Host Agent').first().waitFor();
    expect(problems).toEqual([]);
    // the same page without any of our sheets
    await page.evaluate(() => {
      for (const sheet of document.styleSheets) {
        const rules = [...sheet.cssRules];
        for (let index = rules.length - 1; index >= 0; index -= 1) {
          if (rules[index]?.cssText.includes('.sl-')) sheet.deleteRule(index);
        }
      }
      document.querySelector('.sl-root')?.remove();
    });
    const without = await hostStyles();
    const changed = withParts.flatMap((text, index) => {
      const known = new Set(without[index]?.split('\n'));
      return text.split('\n').filter((line) => !known.has(line));
    });
    expect(changed).toEqual([]);
    await page.close();
  });
});
