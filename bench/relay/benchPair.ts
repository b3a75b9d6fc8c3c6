import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type {
  Blast,
  ClientKind,
  ClientRequest,
  ClientStats,
  FleetPlaces,
  ServerKind,
  ServerRequest,
} from './protocol.ts';

/** A server and its clients, each in a process of its own, so that the server's CPU can be told. */
export interface BenchPair {
  /** CPU of the server for each event that reached a client, us: what the same events cost without readers is taken off. */
  cpuUsPerDelivery(blast: Blast): Promise<number>;
  /** What the clients saw of the last blast. */
  readonly lastStats: ClientStats | undefined;
  /** Resident memory of the server for each connection, KiB. */
  readonly rssKiBPerConnection: number;
  close(): void;
}

/** How long events may be on their way between two relays, ms. */
const ARRIVE_MS = 10_000;

export type FleetPair = Pick<BenchPair, 'cpuUsPerDelivery' | 'close'>;

const start = (file: string): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: [...process.execArgv, '--expose-gc'] });

function ask<Reply>(child: ChildProcess, request: ServerRequest | ClientRequest): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('a process of the bench ended'));
    child.once('exit', onExit);
    child.once('message', (reply) => {
      child.off('exit', onExit);
      resolve(reply as Reply);
    });
    child.send(request);
  });
}

export async function startPair(server: ServerKind, client: ClientKind, count: number): Promise<BenchPair> {
  const serverChild = start('./serverProcess.ts');
  const clientChild = start('./clientProcess.ts');
  const { port, token } = await ask<{ port: number; token: string }>(serverChild, { op: 'open', kind: server });
  const idleUsByBlast = new Map<string, number>();
  const idleUs = async (blast: Blast) => {
    const { cpuUs } = await ask<{ cpuUs: number }>(serverChild, { op: 'idle', blast });
    return cpuUs;
  };
  for (const eventsPerTick of [1, 10]) {
    const blast = { ticks: 50, eventsPerTick };
    await idleUs(blast); // compiles
    idleUsByBlast.set(String(eventsPerTick), (await idleUs(blast)) / 50);
  }
  const before = await ask<{ rssBytes: number }>(serverChild, { op: 'memory' });
  await ask(clientChild, { op: 'connect', kind: client, port, token, count });
  const after = await ask<{ rssBytes: number }>(serverChild, { op: 'memory' });
  let lastStats: ClientStats | undefined;

  return {
    rssKiBPerConnection: (after.rssBytes - before.rssBytes) / 1024 / count,
    get lastStats() {
      return lastStats;
    },
    async cpuUsPerDelivery(blast) {
      await ask(clientChild, { op: 'reset' });
      const { cpuUs } = await ask<{ cpuUs: number }>(serverChild, { op: 'blast', blast });
      lastStats = await ask<ClientStats>(clientChild, { op: 'stats' });
      const events = blast.ticks * blast.eventsPerTick;
      if (lastStats.events !== events)
        throw new Error(`${server}/${client}: ${lastStats.events} of ${events} events came`);
      const idle = (idleUsByBlast.get(String(blast.eventsPerTick)) ?? 0) * blast.ticks;
      return Math.max(0, cpuUs - idle) / (events * count);
    },
    close() {
      serverChild.disconnect();
      clientChild.disconnect();
    },
  };
}

/**
 * Two relays of one log, with Redis between them: the first is posted to and has no readers, the second has them all.
 * What is told is the CPU of the second.
 */
export async function startFleetPair(fleet: FleetPlaces, client: ClientKind, count: number): Promise<FleetPair> {
  const writer = start('./serverProcess.ts');
  const server = start('./serverProcess.ts');
  const clientChild = start('./clientProcess.ts');
  await ask(writer, { op: 'open', kind: 'relay', fleet });
  const { port, token } = await ask<{ port: number; token: string }>(server, { op: 'open', kind: 'relay', fleet });
  await ask(clientChild, { op: 'connect', kind: client, port, token, count });
  return {
    async cpuUsPerDelivery(blast) {
      await ask(clientChild, { op: 'reset' });
      await ask(server, { op: 'spent' });
      await ask(writer, { op: 'blast', blast });
      const expected = blast.ticks * blast.eventsPerTick;
      const endMs = performance.now() + ARRIVE_MS;
      for (let came = 0; came !== expected; ) {
        ({ events: came } = await ask<ClientStats>(clientChild, { op: 'stats' }));
        if (came !== expected) await pause(20);
        if (performance.now() > endMs) throw new Error(`fleet/${client}: ${came} of ${expected} events came`);
      }
      const { cpuUs } = await ask<{ cpuUs: number }>(server, { op: 'spent' });
      return cpuUs / (expected * count);
    },
    close() {
      for (const child of [writer, server, clientChild]) child.disconnect();
    },
  };
}
