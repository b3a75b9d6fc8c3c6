import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSeededRandom } from 'spanlight/simulator';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../src/model/wire.ts';
import { type LogKind, prepareLog } from './rig/logs.ts';
import { Producer } from './rig/producer.ts';
import { type RelayProcess, startRelayProcess } from './rig/relayProcess.ts';
import { tokens } from './rig/tokens.ts';
import type { TortureContext } from './rig/types.ts';
import { mustHold, pause } from './rig/waitUntil.ts';

/**
 * What a relay costs, for docs/deployment.md: CPU time and memory of its process. CPU time does not depend on what else the machine
 * does; events a second do, so none are printed.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '100' },
    readers: { type: 'string', default: '0,100,500,1000' },
    log: { type: 'string', default: 'sqlite' },
  },
});
const seconds = Number(values.seconds);
const ratePerSec = Number(values.rate);

const dir = await mkdtemp(join(tmpdir(), 'spanlight-sizing-'));
const ends: (() => unknown)[] = [() => rm(dir, { recursive: true, force: true })];
const context = {
  dir,
  onEnd: (end: () => unknown) => void ends.push(end),
  random: (salt: number) => createSeededRandom(7, salt),
} as unknown as TortureContext;

/** A reader that takes bytes and looks at nothing but where it stands. */
function openReader(url: string, onSeq: (seq: number) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.on('open', () => {
      const subs = [{ sub: 'overview' }, { sub: 'approvals' }, { sub: 'alerts' }];
      socket.send(JSON.stringify({ t: 'hello', v: [1, 1], token: tokens.developer, subs }));
    });
    socket.on('message', (data: Buffer) => {
      const head = data.subarray(0, 160).toString('latin1');
      if (head.startsWith('{"t":"snap"')) resolve(socket);
      const to = /"to":(\d+)/.exec(head)?.[1];
      if (to !== undefined) onSeq(Number(to));
    });
  });
}

async function measure(relay: RelayProcess, readerCount: number): Promise<string> {
  const seqs = Array.from({ length: readerCount }, () => 0);
  const sockets: WebSocket[] = [];
  for (let from = 0; from < readerCount; from += 8) {
    const some = Array.from({ length: Math.min(8, readerCount - from) }, (_, at) =>
      openReader(relay.url, (seq) => {
        seqs[from + at] = seq;
      }),
    );
    sockets.push(...(await Promise.all(some)));
  }
  const producer = new Producer({
    id: `size-${readerCount}`,
    url: () => relay.url,
    random: context.random(readerCount),
  });
  const stop = new AbortController();
  const before = await relay.figures({ isCollected: true });
  setTimeout(() => stop.abort(), seconds * 1000).unref();
  await producer.run(ratePerSec, Math.max(1, Math.round(ratePerSec / 10)), stop.signal);
  await pause(1500);
  await mustHold(
    () => seqs.every((seq) => seq >= Math.max(...seqs, 1)) || readerCount === 0,
    60_000,
    'readers caught up',
  );
  const after = await relay.figures();
  for (const socket of sockets) socket.terminate();
  producer.close();
  const cpuMs = after.cpuMs - before.cpuMs;
  const deliveries = producer.acked * Math.max(1, readerCount);
  const perReader = readerCount === 0 ? '' : ((cpuMs * 1000) / deliveries).toFixed(2);
  const memory = Math.round(after.rssBytes / 1024 / 1024);
  return `| ${values.log} | ${readerCount.toLocaleString('en')} | ${producer.acked.toLocaleString('en')} in ${seconds} s | ${Math.round(cpuMs)} ms (${(cpuMs / 10 / (seconds + 1.5)).toFixed(0)} % of a core) | ${perReader} | ${memory} MiB |`;
}

console.log('| log | readers (WebSocket) | events | CPU of the relay | microseconds a reader and event | memory |');
console.log('| --- | ---: | --- | --- | ---: | ---: |');
try {
  for (const count of values.readers.split(',').map(Number)) {
    const log = await prepareLog(context, values.log as LogKind);
    const relay = await startRelayProcess(context, { env: { ...log.env } });
    console.log(await measure(relay, count));
    await relay.stop('SIGTERM');
  }
} finally {
  for (const end of ends.reverse()) await end();
}
