import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { executablePath, launchArgs } from '../../scripts/browser.ts';

export interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it printed so far. */
  output(): string;
  /** Ends it with a signal and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts the built command and waits for the line that names its address. It keeps nothing, unless `env` takes `SPANLIGHT_STORE` out. */
export const startCommand = (args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): Promise<Started> =>
  startNode([resolvePath('dist/cli/index.js'), ...args], { SPANLIGHT_STORE: 'memory', ...env }, cwd);

/** Starts a program in Node and waits for the line that names its address. */
export async function startNode(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): Promise<Started> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const onData = (data: Buffer) => {
      printed += data.toString();
      const found = /http:\/\/[^\s"]+:\d+/.exec(printed)?.[0];
      if (found) resolve(found);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    // not at its exit: what it said last may still be in the pipe
    child.once('close', (code) => reject(new Error(`${args.join(' ')} ended with ${code}:\n${printed}`)));
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return { child, url, output: () => printed, stop };
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(executablePath ? { executablePath } : {}), args: launchArgs });

/** Collects what a page must not print: errors, warnings, faults, breaches of its content policy. */
export function watchConsole(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  return problems;
}

/** Reports a breach of the content policy as a console error. */
export const reportCspBreaches = (page: Page) =>
  page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`csp ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

export interface CuttingProxy {
  readonly port: number;
  /** Resets every connection that is open now. */
  cut(): number;
  close(): Promise<void>;
}

/** A TCP proxy that can cut its connections with a reset while both ends live on. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const cut = () => {
    const count = open.size;
    for (const socket of open) socket.resetAndDestroy();
    return count;
  };
  const close = async () => {
    cut();
    server.close();
    await once(server, 'close');
  };
  return { port, cut, close };
}
