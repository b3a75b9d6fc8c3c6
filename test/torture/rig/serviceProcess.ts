import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, startPostgres, startRedis } from '../../../scripts/services.ts';
import { signalTree } from './signalTree.ts';
import type { TortureContext } from './types.ts';
import { pause } from './waitUntil.ts';

/** A Redis or a PostgreSQL that keeps its address and its folder while its process dies and comes back. */
export interface ServiceProcess {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly pid: number;
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(args?: readonly string[]): Promise<void>;
  /** To it and to all its children. */
  signal(signal: NodeJS.Signals): void;
}

const START_MS = 60_000;

export async function startServiceProcess(
  context: Pick<TortureContext, 'onEnd'>,
  kind: 'redis' | 'postgres',
): Promise<ServiceProcess> {
  const dir = await mkdtemp(join(tmpdir(), `spanlight-${kind}-`));
  const open = (options: { port?: number; args?: readonly string[] }) =>
    kind === 'redis' ? startRedis({ dir, ...options }) : startPostgres({ dir, isDurable: true, ...options });
  let service: Service = await open({});
  const { url, port } = service;
  let isUp = true;
  context.onEnd(async () => {
    if (isUp) signalTree(service.pid, 'SIGCONT');
    await service.stop();
  });
  return {
    url,
    port,
    dir,
    get pid() {
      return service.pid;
    },
    async kill(signal = 'SIGKILL') {
      isUp = false;
      await service.kill(signal);
    },
    async start(args = []) {
      const untilMs = performance.now() + START_MS;
      for (;;) {
        try {
          service = await open({ port, args });
          isUp = true;
          return;
        } catch (cause) {
          // a PostgreSQL that was killed leaves children, which end by themselves a moment later
          if (performance.now() > untilMs) throw cause;
          await pause(200);
        }
      }
    },
    signal: (signal) => signalTree(service.pid, signal),
  };
}
