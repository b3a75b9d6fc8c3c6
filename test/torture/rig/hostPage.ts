import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright';
import { executablePath, launchArgs } from '../../../scripts/browser.ts';
import { buildStylesheet } from '../../../scripts/stylesheets.ts';
import { signalTree } from './signalTree.ts';
import type { TortureContext } from './types.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const src = (name: string) => path(`../../../src/${name}`);

export interface HostSite {
  readonly url: string;
  /** What `SPANLIGHT_ALLOWED_ORIGINS` must name. */
  readonly origin: string;
}

/** Serves the pages of `host/`, bundled as a host app would, under a policy that forbids all that can be forbidden. */
export async function startHostSite(context: Pick<TortureContext, 'onEnd'>): Promise<HostSite> {
  const { outputFiles } = await build({
    entryPoints: [path('../host/main.tsx'), path('../host/heap.ts')],
    bundle: true,
    write: false,
    outdir: '/',
    splitting: true,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      'spanlight/store': src('store/index.ts'),
      'spanlight/transport': src('transport/index.ts'),
      'spanlight/simulator': src('simulator/index.ts'),
      spanlight: src('index.ts'),
    },
  });
  const scripts = new Map(outputFiles.map((file) => [`/${file.path.split('/').pop()}`, file.text]));
  const styles = buildStylesheet('styles.css', 'flat');
  const html = (script: string) =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Torture</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/styles.css"></head><body><div id="root"></div><script type="module" src="${script}"></script></body></html>`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    'connect-src http://127.0.0.1:* ws://127.0.0.1:*',
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://host').pathname;
    const script = scripts.get(name);
    const [type, body] =
      script !== undefined
        ? ['text/javascript', script]
        : name === '/styles.css'
          ? ['text/css', styles]
          : ['text/html', html(name === '/heap' ? '/heap.js' : '/main.js')];
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, origin: url };
}

export async function launchChromium(context: Pick<TortureContext, 'onEnd'>): Promise<Browser> {
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...launchArgs, '--enable-precise-memory-info'],
  });
  context.onEnd(() => browser.close());
  return browser;
}

export interface OpenDashboard {
  readonly relayUrl: string;
  readonly token: string;
  readonly wire?: string;
}

export async function openDashboard(
  page: Page,
  site: HostSite,
  { relayUrl, token, wire = 'websocket' }: OpenDashboard,
): Promise<void> {
  const query = new URLSearchParams({ relay: relayUrl, token, wire });
  await page.goto(`${site.url}/?${query.toString()}`);
}

/** A Chromium whose processes can be stopped and continued from outside. */
export async function launchStoppableChromium(
  context: Pick<TortureContext, 'onEnd'>,
): Promise<{ readonly browser: Browser; signal(signal: NodeJS.Signals): void }> {
  const server = await chromium.launchServer({ ...(executablePath ? { executablePath } : {}), args: [...launchArgs] });
  const browser = await chromium.connect(server.wsEndpoint());
  const pid = server.process().pid ?? 0;
  const signal = (name: NodeJS.Signals) => signalTree(pid, name);
  context.onEnd(async () => {
    signal('SIGCONT');
    await browser.close();
    await server.close();
  });
  return { browser, signal };
}
