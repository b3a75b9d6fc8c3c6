import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PreparedLog } from './logs.ts';
import { Producer } from './producer.ts';
import { startRelayProcess } from './relayProcess.ts';
import type { TortureContext } from './types.ts';

export interface SyncTrace {
  readonly acks: number;
  /** Acks with a finished fsync between the request before and the answer. */
  readonly syncedAcks: number;
}

export function canTrace(): boolean {
  try {
    execFileSync('strace', ['-e', 'trace=fsync', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Looks at the system calls of a relay: the log must be on the disk before the answer is on the wire. */
export async function traceSync(context: TortureContext, log: PreparedLog, acks: number): Promise<SyncTrace> {
  const file = join(context.dir, 'strace.txt');
  const calls = 'trace=fsync,fdatasync,write,writev,sendto,sendmsg';
  const relay = await startRelayProcess(context, {
    env: log.env,
    wrap: ['strace', '-f', '-qq', '-s', '24', '-e', calls, '-e', 'signal=none', '-o', file],
  });
  const producer = new Producer({ id: 'traced', url: () => relay.url, random: context.random(77) });
  for (let ack = 0; ack < acks; ack += 1) await producer.send(producer.take(1));
  producer.close();
  // the relay is a child of strace, which passes no signal on
  const children = readFileSync(`/proc/${relay.pid}/task/${relay.pid}/children`, 'utf8').trim().split(' ');
  for (const child of children) process.kill(Number(child), 'SIGTERM');
  await relay.gone();
  let answers = 0;
  let syncedAcks = 0;
  let hasSynced = false;
  let hasBegun = false;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    // a call that another thread interrupts is written in two lines: only its end says that it is done
    if (/(?:fsync|fdatasync)(?:\(\d+\)| resumed>\)).*= 0/.test(line)) hasSynced = true;
    if (!/HTTP\/1\.1 200/.test(line)) continue;
    hasBegun = true;
    answers += 1;
    if (hasSynced) syncedAcks += 1;
    hasSynced = false;
  }
  return { acks: hasBegun ? answers : 0, syncedAcks };
}
