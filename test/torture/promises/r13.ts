import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { IngestVerdict } from '../../../src/model/wire.ts';
import { sizeText } from '../rig/findings.ts';
import { fixedHostileEvents, hostileEvent, type RawElement } from '../rig/hostileEvents.ts';
import { type LogKind, prepareLog } from '../rig/logs.ts';
import { postEvents } from '../rig/producer.ts';
import { type RelayProcess, startRelayProcess } from '../rig/relayProcess.ts';
import type { ServiceProcess } from '../rig/serviceProcess.ts';
import { openStoreReader } from '../rig/storeReader.ts';
import { tokens } from '../rig/tokens.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { pause, waitUntil } from '../rig/waitUntil.ts';

const BATCH = 90;
const AT_MS = 1_790_000_000_000;
/** Longest that a batch is sent again while the log is away. */
const REPEAT_MS = 60_000;

const goodNeighbour = (run: string, index: number) =>
  JSON.stringify({
    id: `good-${run}-${index}`,
    type: 'span.start',
    sv: 1,
    ts: AT_MS,
    run: `trace_${run}`,
    span: `span-${run}-${index}`,
    a: { kind: 'tool', name: 'lookup', startedAtMs: AT_MS, status: 'running' },
  });

/** Bad ones with a good one after every ninth. */
function bodyOf(
  run: string,
  bad: readonly RawElement[],
): { readonly body: Buffer; readonly goodAt: readonly number[] } {
  const parts: Buffer[] = [Buffer.from('{"events":[')];
  const goodAt: number[] = [];
  let count = 0;
  const add = (element: RawElement) => {
    if (count > 0) parts.push(Buffer.from(','));
    parts.push(Buffer.from(element as string));
    count += 1;
  };
  for (const [at, element] of bad.entries()) {
    add(element);
    if (at % 9 === 8 || at === bad.length - 1) {
      goodAt.push(count);
      add(goodNeighbour(run, goodAt.length));
    }
  }
  parts.push(Buffer.from(']}'));
  return { body: Buffer.concat(parts), goodAt };
}

/** Bodies that are no list of events at all; each must be refused with a code, none may hurt. */
function brokenBodies(): { readonly body: Buffer; readonly headers?: Record<string, string> }[] {
  const gzip = { 'content-encoding': 'gzip' };
  return [
    { body: gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20)), headers: gzip },
    { body: gzipSync(Buffer.from(`{"events":[${'[]'.repeat(600_000)}]}`)), headers: gzip },
    { body: gzipSync('{"events":[]}').subarray(0, 12), headers: gzip },
    { body: randomBytes(1000), headers: gzip },
    { body: Buffer.from('{"events":[') },
    { body: Buffer.from('{"events":{}}') },
    { body: Buffer.from('[') },
    { body: Buffer.alloc(0) },
    { body: Buffer.from('['.repeat(500_000)) },
    { body: Buffer.from(`{"events":[${'{},'.repeat(2000)}{}]}`) },
    { body: Buffer.from(`{"events":[NaN]}`) },
    { body: Buffer.alloc(2 * 1024 * 1024, 0x20) },
    { body: Buffer.from([0xff, 0xfe, 0x7b, 0x00]) },
    { body: Buffer.from('{"events":[]}'), headers: { 'content-type': 'text/plain' } },
    { body: Buffer.from('{"events":[]}'), headers: { 'content-encoding': 'br' } },
  ];
}

/** A socket that speaks WebSocket, then rubbish: bad opcodes, huge lengths, fragments without end, unmasked frames. */
async function fuzzSocket(relay: RelayProcess, context: TortureContext, salt: number): Promise<void> {
  const random = context.random(salt);
  const socket: Socket = connect(relay.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const key = Buffer.from(random.hex(16)).toString('base64');
  const hello = [
    'GET /v1/stream HTTP/1.1',
    `Host: 127.0.0.1:${relay.port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: spanlight.v1',
  ];
  socket.write(`${hello.join('\r\n')}\r\n\r\n`);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const frame = (opcode: number, isFinal: boolean, payload: Buffer, isMasked = true): Buffer => {
    const head = [(isFinal ? 0x80 : 0) | opcode];
    if (payload.length < 126) head.push((isMasked ? 0x80 : 0) | payload.length);
    else head.push((isMasked ? 0x80 : 0) | 126, payload.length >> 8, payload.length & 0xff);
    return Buffer.concat([Buffer.from(head), Buffer.from(isMasked ? [0, 0, 0, 0] : []), payload]);
  };
  for (let round = random.whole(1, 12); round > 0; round -= 1) {
    const payload = Buffer.from(
      random.chance(0.5) ? random.hex(random.whole(0, 400)) : '{"t":"hello","v":[1,1],"token":"x","subs":[{}]}',
    );
    socket.write(
      random.pick([
        () => frame(random.whole(0, 15), random.chance(0.5), payload),
        () => frame(1, false, payload),
        () => frame(0, false, Buffer.alloc(0)),
        () => frame(1, true, payload, false),
        () => Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        () => Buffer.from(random.hex(random.whole(1, 60)), 'hex'),
        () => frame(8, true, Buffer.from([0x03])),
        () => frame(1, true, Buffer.from([0xff, 0xfe])),
      ])(),
    );
  }
  await Promise.race([closed, pause(30)]);
  socket.destroy();
}

/** Kills a PostgreSQL and stops it for a moment, by turns. @returns ends it: everything stands again then */
function disturb(postgres: ServiceProcess): () => Promise<number> {
  let isWanted = true;
  const run = async () => {
    let count = 0;
    for (; isWanted; count += 1) {
      if (count % 2 === 0) {
        await postgres.kill();
        await postgres.start();
      } else {
        postgres.signal('SIGSTOP');
        await pause(500);
        postgres.signal('SIGCONT');
      }
      await pause(500);
    }
    return count;
  };
  const running = run();
  return () => {
    isWanted = false;
    return running;
  };
}

const verdictText = ({ st, code }: IngestVerdict) => `${st}${code ? ` ${code}` : ''}`;

export const r13: TorturePromise = {
  id: 'R13',
  bar: 'Bad input is refused one event at a time: 0 crashes, 0 unhandled rejections, good neighbours stored 100 %, loop stall <= 200 ms, the same verdict on every store.',
  async run(context) {
    const { findings } = context;
    const inputs = context.pick({ small: 4000, default: 100_000, full: 200_000 });
    const sockets = context.pick({ small: 60, default: 1000, full: 5000 });
    const fixed = fixedHostileEvents();
    const kinds: readonly LogKind[] = ['sqlite', 'memory', 'postgres'];
    const verdictsByLog = new Map<LogKind, readonly string[]>();

    for (const kind of kinds) {
      const log = await prepareLog(context, kind);
      const relay = await startRelayProcess(context, { env: { ...log.env, SPANLIGHT_RETENTION_RUNS: '20000' } });
      const verdicts: string[] = [];
      let tried = 0;
      let unanswered = 0;
      let goodSent = 0;
      let goodRefused = 0;
      let repeats = 0;
      const postBatch = async (run: string, bad: readonly RawElement[], isLogUp = true) => {
        const { body, goodAt } = bodyOf(run, bad);
        const untilMs = performance.now() + REPEAT_MS;
        let answer = await postEvents(relay.url, body, { timeoutMs: 20_000 });
        while (!isLogUp && answer.status !== 200 && performance.now() < untilMs) {
          repeats += 1;
          await pause(100);
          answer = await postEvents(relay.url, body, { timeoutMs: 20_000 });
        }
        tried += bad.length;
        goodSent += goodAt.length;
        const list = answer.body?.events ?? [];
        if (list.length !== bad.length + goodAt.length) unanswered += 1;
        // what was stored before the answer was lost is a repeat of itself
        goodRefused += goodAt.filter((at) => list[at]?.st !== 'ok' && (isLogUp || list[at]?.st !== 'dup')).length;
        return list;
      };
      const postSample = async (from: number, count: number, isLogUp = true) => {
        const sample = fc.sample(hostileEvent, { numRuns: count, seed: context.seed + from });
        const verdicts: IngestVerdict[] = [];
        for (let at = 0; at < count; at += BATCH) {
          const bad = sample.slice(at, at + BATCH).map((value) => JSON.stringify(value));
          verdicts.push(...(await postBatch(`gen${from + at}`, bad, isLogUp)));
        }
        return verdicts;
      };
      await relay.resetStall();
      for (let from = 0; from < fixed.length; from += 12) {
        const list = await postBatch(`fixed${from}`, fixed.slice(from, from + 12));
        verdicts.push(...list.map(verdictText));
      }
      // every log gets the first of them, whose verdicts are compared; the first log gets them all
      const compared = Math.ceil(inputs / 10);
      verdicts.push(...(await postSample(0, compared)).map(verdictText));
      for (let from = compared; kind === kinds[0] && from < inputs; from += BATCH * 20) {
        await postSample(from, Math.min(BATCH * 20, inputs - from));
        if ((from - compared) % 18_000 === 0) context.say(`${kind}: ${tried} inputs`);
      }
      if (log.postgres) {
        const settle = disturb(log.postgres);
        await postSample(inputs, compared, false);
        const faults = await settle();
        findings.least(
          'times PostgreSQL was killed or stopped',
          faults,
          1,
          `${sizeText(repeats, 'batches')} sent again`,
        );
        await waitUntil(async () => (await postEvents(relay.url, '{"events":[]}')).status === 200, REPEAT_MS);
      }
      verdictsByLog.set(kind, verdicts);
      let wronglyTaken = 0;
      for (const { body, headers } of brokenBodies()) {
        tried += 1;
        const answer = await postEvents(relay.url, body, { headers: headers ?? {} });
        if (answer.status === 200 && (answer.body?.events.some(({ st }) => st === 'ok') ?? false)) wronglyTaken += 1;
        if (answer.status >= 500 && answer.status !== 503) wronglyTaken += 1;
      }
      for (let at = 0; at < sockets; at += 10) {
        await Promise.all(
          Array.from({ length: Math.min(10, sockets - at) }, (_unused, lane) => fuzzSocket(relay, context, at + lane)),
        );
      }
      const figures = await relay.figures();
      const reader = openStoreReader({
        url: relay.url,
        token: tokens.developer,
        wire: 'websocket',
        topics: ['runs', 'overview'],
      });
      context.onEnd(() => reader.close());
      const countStored = async () => {
        if (kind !== 'memory') return (await log.readEvents()).filter(({ id }) => id.startsWith('good-')).length;
        reader.store.flush();
        const { entities } = reader.store.getState();
        return entities.runIds
          .flatMap((runId) => [...entities.spansOf(runId)])
          .filter(({ spanId }) => /^span-(fixed|gen)/.test(spanId)).length;
      };
      await waitUntil(async () => (await countStored()) >= goodSent, 15_000, 300);
      const stored = await countStored();
      reader.close();

      const of = `${kind} log, ${sizeText(tried, 'inputs')}, ${sizeText(sockets, 'fuzzed sockets')}`;
      if (kind === kinds[0])
        findings.least('inputs tried', tried, inputs + 500, `${sizeText(fixed.length, 'of them fixed cases')}`);
      findings.none('crashes', relay.crashes, of);
      findings.none('unhandled rejections', figures.unhandled, of);
      findings.none('batches without a verdict for each event', unanswered, of);
      findings.none('good neighbours refused', goodRefused, sizeText(goodSent, 'good neighbours'));
      findings.none(
        'good neighbours not stored',
        goodSent - stored,
        `${kind} log, ${sizeText(goodSent, 'good neighbours')}`,
      );
      findings.none(
        'broken bodies taken or answered with 5xx',
        wronglyTaken,
        sizeText(brokenBodies().length, 'bodies'),
      );
      findings.most('longest loop stall, ms', figures.worstStallMs, 200, of);
      await relay.stop('SIGTERM');
    }

    const [first = [], ...others] = [...verdictsByLog.values()];
    const differing = others.flatMap((list) =>
      list.flatMap((verdict, at) => (verdict === first[at] ? [] : [`${first[at]} or ${verdict}`])),
    );
    const size = `${sizeText(first.length, 'verdicts')} on ${[...verdictsByLog.keys()].join(', ')}`;
    findings.none('verdicts that differ between stores', differing.length, differing[0] ?? size);
  },
};
