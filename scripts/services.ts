import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';

export interface Service {
  url: string;
  port: number;
  pid: number;
  /** Ends it by its own signal and removes its folder. */
  stop(): Promise<void>;
  /** Ends it by a signal and leaves its folder, so that it can be started there again. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface ServiceOptions {
  /** Default: a free one. */
  port?: number;
  /** Folder that outlives the process, e.g. of one that was killed. Default: a fresh one. */
  dir?: string;
  /** Further arguments of the server. */
  args?: readonly string[];
}

const onPath = (name: string) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find((p) => existsSync(p));

/** Debian keeps the server programs off PATH, under one folder for each major version. */
function postgresBin(): string | undefined {
  const base = '/usr/lib/postgresql';
  const major = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  if (major) return join(base, major, 'bin');
  return onPath('initdb')?.replace(/\/initdb$/, '');
}

export const available = {
  redis: () => onPath('redis-server') !== undefined,
  postgres: () => postgresBin() !== undefined,
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const accepts = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** PostgreSQL takes connections before it answers on them: after a kill it first brings its files in order. */
async function answersSql(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function running(
  child: ChildProcess,
  port: number,
  url: string,
  dir: string,
  signal: NodeJS.Signals,
  isReady: () => Promise<boolean>,
): Promise<Service> {
  const end = Date.now() + 30_000;
  while (!(await isReady())) {
    const isGone = child.exitCode !== null || child.signalCode !== null;
    if (isGone || Date.now() > end) {
      child.kill('SIGKILL');
      throw new Error(`${child.spawnfile} did not start`);
    }
    await new Promise((r) => setTimeout(r, 25));
  }
  const kill = (by: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(by);
    });
  return {
    url,
    port,
    pid: child.pid ?? 0,
    kill,
    async stop() {
      await kill(signal);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** @param options - to come back where one was before: its port, and a snapshot to start from */
export async function startRedis(options: ServiceOptions & { snapshot?: Buffer } = {}): Promise<Service> {
  const port = options.port ?? (await freePort());
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'redis-'));
  if (options.snapshot) writeFileSync(join(dir, 'dump.rdb'), options.snapshot);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir];
  args.push(...(options.args ?? []));
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  return running(child, port, `redis://127.0.0.1:${port}`, dir, 'SIGTERM', () => accepts(port));
}

/** @param isDurable - it waits for the disk as one in production does; else it is fast and may lose all when it is killed */
export async function startPostgres({
  isDurable = false,
  ...given
}: ServiceOptions & { isDurable?: boolean } = {}): Promise<Service> {
  const bin = postgresBin();
  if (!bin) throw new Error('PostgreSQL is not installed');
  const port = given.port ?? (await freePort());
  const dir = given.dir ?? mkdtempSync(join(tmpdir(), 'pg-'));
  let account: { uid?: number; gid?: number } = {};
  if (process.getuid?.() === 0) {
    // PostgreSQL refuses to run as root; Debian's package made the account 'postgres'
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString());
    account = { uid: id('-u'), gid: id('-g') };
    chownSync(dir, id('-u'), id('-g'));
  }
  const data = join(dir, 'data');
  const options = { ...account, cwd: dir, stdio: 'ignore' } as const;
  if (!existsSync(data)) {
    execFileSync(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      options,
    );
  }
  const fast = isDurable ? [] : ['-F', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', ...fast, ...(given.args ?? [])],
    options,
  );
  const url = `postgres://test@127.0.0.1:${port}/postgres`;
  return running(child, port, url, dir, 'SIGINT', () => answersSql(url));
}
