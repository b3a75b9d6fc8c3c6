import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../e2e/support.ts';
import { tokenEnv } from './tokens.ts';
import type { TortureContext } from './types.ts';

export interface RelayFigures {
  /** Longest time its loop was held by its own work since the last reset, ms. */
  readonly worstStallMs: number;
  readonly unhandled: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly cpuMs: number;
}

/** A relay that keeps its address while its process dies and comes back. */
export interface RelayProcess {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  readonly isUp: boolean;
  /** How often the process ended without being told to. */
  readonly crashes: number;
  /** All that it printed, over all its lives. */
  output(): string;
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Settles when the process of now is gone. */
  gone(): Promise<void>;
  figures(options?: { readonly isCollected?: boolean }): Promise<RelayFigures>;
  resetStall(): Promise<void>;
  /** Bends its clock, ms. */
  bendClock(offsetMs: number): Promise<void>;
}

export interface RelayProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Put before the command, e.g. `['prlimit', '--fsize=1000']`. */
  readonly wrap?: readonly string[];
  readonly port?: number;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
let built: string | undefined;

/** A copy of the build of now: somebody may build again while the harness runs. */
function copyBuild(): string {
  if (built) return built;
  const copy = join(root, '.tmp', `torture-${process.pid}`);
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
  built = join(copy, 'dist');
  return built;
}
const probe = new URL('./probe.mjs', import.meta.url).href;
const START_MS = 120_000;

/** Starts the built `spanlight relay`. It is ended with the promise. */
export async function startRelayProcess(
  context: Pick<TortureContext, 'onEnd'>,
  options: RelayProcessOptions = {},
): Promise<RelayProcess> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let printed = '';
  let crashes = 0;
  let isWanted = false;
  let nextRef = 0;

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    const node = [
      process.execPath,
      '--import',
      probe,
      '--expose-gc',
      join(copyBuild(), 'cli/index.js'),
      'relay',
      '--log',
    ];
    const [command = '', ...args] = [...(options.wrap ?? []), ...node, ...(options.args ?? [])];
    const own = spawn(command, args, {
      cwd: root,
      env: {
        ...process.env,
        ...tokenEnv,
        SPANLIGHT_PORT: String(port),
        SPANLIGHT_READS_PER_MINUTE: '1000000',
        SPANLIGHT_INGEST_PER_MINUTE: '10000000',
        SPANLIGHT_MAX_CONNECTIONS: '10000',
        SPANLIGHT_MAX_CONNECTIONS_PER_TOKEN: '10000',
        SPANLIGHT_MAX_CONNECTIONS_PER_ADDRESS: '10000',
        SPANLIGHT_STORE: 'memory',
        SPANLIGHT_ALLOWED_HOSTS: '127.0.0.1',
        ...options.env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = own;
    isWanted = true;
    own.setMaxListeners(100);
    await new Promise<void>((resolve, reject) => {
      let fresh = '';
      const timer = setTimeout(() => reject(new Error(`the relay did not start:\n${fresh}`)), START_MS);
      const onData = (data: Buffer) => {
        const text = data.toString();
        printed += text;
        if (fresh.length > 20_000) return;
        fresh += text;
        if (/Relay on http/.test(fresh)) {
          clearTimeout(timer);
          resolve();
        }
      };
      own.stdout?.on('data', onData);
      own.stderr?.on('data', onData);
      own.once('exit', () => {
        if (own === child && isWanted) crashes += 1;
      });
      // not at its exit: what it said last may still be in the pipe
      own.once('close', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`the relay ended with ${code ?? signal}:\n${fresh}`));
      });
    });
  };

  const isUp = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    isWanted = false;
    const own = child;
    if (!own || !isUp()) return;
    const gone = once(own, 'exit');
    own.kill('SIGCONT');
    own.kill(signal);
    await gone;
  };
  const ask = (message: Readonly<Record<string, unknown>>): Promise<RelayFigures> =>
    new Promise((resolve, reject) => {
      const own = child;
      if (!own?.connected) return reject(new Error('the relay is gone'));
      nextRef += 1;
      const ref = nextRef;
      const onMessage = (answer: unknown) => {
        if ((answer as { ref?: number }).ref !== ref) return;
        own.off('message', onMessage);
        resolve(answer as RelayFigures);
      };
      own.on('message', onMessage);
      own.send({ ...message, ref });
    });

  context.onEnd(() => stop('SIGKILL'));
  await start();
  return {
    port,
    url,
    get pid() {
      return child?.pid ?? 0;
    },
    get isUp() {
      return isUp();
    },
    get crashes() {
      return crashes;
    },
    output: () => printed,
    start,
    stop,
    signal: (signal) => void child?.kill(signal),
    async gone() {
      if (child && isUp()) await once(child, 'exit');
    },
    figures: ({ isCollected = false } = {}) => ask({ ask: 'figures', isCollected }),
    async resetStall() {
      await ask({ ask: 'reset' });
    },
    async bendClock(offsetMs) {
      await ask({ ask: 'clock', offsetMs });
    },
  };
}
