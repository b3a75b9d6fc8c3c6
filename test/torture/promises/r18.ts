import { createFunctionSpan, setTraceProcessors, setTracingDisabled, withTrace } from '@openai/agents';
import { createSpanlightProcessor } from 'spanlight/agent';
import { sizeText } from '../rig/findings.ts';
import { createLedger } from '../rig/ledger.ts';
import { type PreparedLog, prepareLog } from '../rig/logs.ts';
import { Producer, postEvents } from '../rig/producer.ts';
import { type RelayProcess, startRelayProcess } from '../rig/relayProcess.ts';
import { mountSmallDisk } from '../rig/smallDisk.ts';
import { tokens } from '../rig/tokens.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { pause, quantile, waitUntil } from '../rig/waitUntil.ts';

const MiB = 1024 * 1024;

interface Flood {
  readonly posts: number;
  readonly ackedIds: readonly string[];
  readonly refusals: number;
  /** Refusals that do not say when to come back, and answers that are none of 200, 429, 503, 507. */
  readonly rude: readonly string[];
}

/** Posts without any restraint. */
async function flood(
  context: TortureContext,
  relay: RelayProcess,
  id: string,
  seconds: number,
  lanes: number,
  batch: number,
  /** It goes on, at most so long, until it was refused once. */
  longestSeconds = seconds,
): Promise<Flood> {
  const producer = new Producer({ id, url: () => relay.url, random: context.random(18), detailBytes: 200 });
  const ackedIds: string[] = [];
  const rude: string[] = [];
  let posts = 0;
  let refusals = 0;
  const untilMs = performance.now() + seconds * 1000;
  const longestMs = performance.now() + longestSeconds * 1000;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (performance.now() < untilMs || (refusals === 0 && performance.now() < longestMs)) {
        const answer = await postEvents(relay.url, JSON.stringify({ events: producer.take(batch) }), {
          timeoutMs: 30_000,
        });
        posts += 1;
        if (answer.body) {
          ackedIds.push(
            ...answer.body.events.flatMap(({ id: own, st }) => (st === 'bad' || own === null ? [] : [own])),
          );
          continue;
        }
        refusals += 1;
        const isPolite = [429, 503, 507].includes(answer.status) && (answer.retryAfterSec ?? 0) > 0;
        if (!isPolite) rude.push(`${answer.status} ${answer.text.slice(0, 80)}`);
        await pause(50);
      }
    }),
  );
  producer.close();
  return { posts, ackedIds, refusals, rude };
}

async function countLost(log: PreparedLog, ackedIds: readonly string[]): Promise<number> {
  const stored = new Set((await log.readEvents()).map(({ id }) => id));
  return ackedIds.filter((id) => !stored.has(id)).length;
}

/** Fills the disk of a log, makes room again, and starts again. */
async function fillDisk(context: TortureContext, seconds: number): Promise<void> {
  const { findings } = context;
  const limitBytes = context.pick({ small: 6, default: 16, full: 120 }) * MiB;
  const log = await prepareLog(context, 'sqlite');
  const disk = mountSmallDisk(context, log.dir ?? '', limitBytes);
  // where nothing may be mounted, no file may grow past the limit
  const wrap = disk ? [] : ['prlimit', `--fsize=${limitBytes / 2}`];
  let relay = await startRelayProcess(context, { env: log.env, wrap });
  const filling = await flood(context, relay, 'full', seconds, 4, 200, 240);
  const size = `${disk ? `a disk of ${limitBytes / MiB} MiB` : `files of at most ${limitBytes / MiB / 2} MiB`}, ${sizeText(filling.ackedIds.length, 'acked')}, ${sizeText(filling.refusals, 'refusals')}`;
  findings.least('refusals on a full disk', filling.refusals, 1, size);
  findings.none('refusals on a full disk without Retry-After', filling.rude.length, filling.rude[0] ?? size);
  findings.none('crashes on a full disk', relay.crashes, size);
  findings.none('acked events lost on a full disk', await countLost(log, filling.ackedIds), size);
  const ackedIds = [...filling.ackedIds];
  const goOn = async (what: string) => {
    await waitUntil(async () => {
      const { ackedIds: fresh } = await flood(context, relay, what, 0.5, 1, 50);
      ackedIds.push(...fresh);
      return fresh.length > 0;
    }, 60_000);
  };
  if (disk) {
    disk.resize(4 * limitBytes);
    const before = ackedIds.length;
    await goOn('room');
    findings.least('acked again in the same process once there is room', ackedIds.length - before, 1, size);
  } else findings.note('Nothing may be mounted here: the full disk was a limit on the size of a file.');
  await relay.stop('SIGKILL');
  relay = await startRelayProcess(context, { env: log.env });
  const before = ackedIds.length;
  await goOn('again');
  findings.least('acked again after a restart', ackedIds.length - before, 1, size);
  findings.none('acked events lost after a full disk', await countLost(log, ackedIds), size);
  await relay.stop('SIGTERM');
}

type Away = 'killed' | 'stopped';

/** Takes PostgreSQL away under load: killed, it refuses; stopped, it says nothing at all. */
async function takeLogAway(context: TortureContext, how: Away, awayMs: number): Promise<void> {
  const { findings } = context;
  const log = await prepareLog(context, 'postgres');
  const relay = await startRelayProcess(context, { env: log.env });
  const ledger = createLedger(context.dir, context.onEnd, `away-${how}`);
  const producer = new Producer({ id: `away-${how}`, url: () => relay.url, random: context.random(5), ledger });
  const stop = new AbortController();
  const running = producer.run(500, 50, stop.signal);
  await pause(2000);
  if (how === 'killed') await log.postgres?.kill();
  else log.postgres?.signal('SIGSTOP');
  const endMs = performance.now() + awayMs;
  const rude: string[] = [];
  let asked = 0;
  while (performance.now() < endMs) {
    const events = producer.makeRun(1, `probe-${how}-${asked}`);
    const answer = await postEvents(relay.url, JSON.stringify({ events }), { timeoutMs: 30_000 });
    asked += 1;
    // a probe may be answered by a log that is back
    const isPolite = answer.status === 503 && (answer.retryAfterSec ?? 0) > 0;
    if (!isPolite && performance.now() < endMs) rude.push(`${answer.status} ${answer.text.slice(0, 80)}`);
    await pause(500);
  }
  if (how === 'killed') await log.postgres?.start();
  else log.postgres?.signal('SIGCONT');
  const before = ledger.count;
  const backMs = await waitUntil(() => ledger.count > before, 30_000);
  await pause(2000);
  stop.abort();
  await Promise.race([running, pause(10_000)]);
  producer.close();
  const size = `PostgreSQL ${how} for ${awayMs / 1000} s, ${sizeText(ledger.count, 'acked events')}, ${sizeText(asked, 'posts meanwhile')}`;
  findings.none('answers other than 503 with Retry-After while the log was away', rude.length, rude[0] ?? size);
  findings.none('acked events lost while the log was away', await countLost(log, [...ledger.read().keys()]), size);
  findings.most('first ack after the log came back, ms', backMs ?? 30_001, 30_000, size);
  findings.none('crashes while the log was away', relay.crashes, size);
  await relay.stop('SIGTERM');
}

/**
 * Calls of a tool as the SDK traces them.
 * @returns what each cost the agent, ms; time in which the machine let this process wait is not counted
 */
async function traceCalls(calls: number): Promise<number> {
  const tookMs: number[] = [];
  for (let from = 0; from < calls; from += 200) {
    await withTrace('Overload', async () => {
      for (let call = 0; call < 200; call += 1) {
        const span = createFunctionSpan({ data: { name: 'lookup', input: '{"q":1}', output: 'x'.repeat(200) } });
        const cpu = process.cpuUsage();
        const startMs = performance.now();
        span.start();
        span.end();
        const wallMs = performance.now() - startMs;
        const { user, system } = process.cpuUsage(cpu);
        tookMs.push(Math.min(wallMs, (user + system) / 1000));
      }
    });
    await pause(0);
  }
  return quantile(tookMs, 0.99);
}

/** What an agent's own thread pays while the relay is gone, and whether what it lost is told. */
async function callAgent(url: string, calls: number) {
  setTracingDisabled(false); // where NODE_ENV is test the SDK traces nothing
  setTraceProcessors([]);
  const bareP99Ms = await traceCalls(Math.ceil(calls / 4));
  const processor = createSpanlightProcessor({ url, token: tokens.ingest, onTrouble: () => undefined });
  setTraceProcessors([processor]);
  const p99Ms = await traceCalls(calls);
  setTraceProcessors([]);
  const { droppedEvents } = processor.stats;
  await processor.shutdown(100);
  return { bareP99Ms, p99Ms, dropped: droppedEvents };
}

export const r18: TorturePromise = {
  id: 'R18',
  bar: 'Overload degrades honestly: refusals say when to come back, 0 acknowledged events lost at three times the capacity, with the log away and on a full disk; an agent pays at most 1 ms a call, what it drops is counted.',
  async run(context) {
    const { findings } = context;
    const seconds = context.pick({ small: 4, default: 30, full: 60 });

    const busyLog = await prepareLog(context, 'sqlite');
    const busy = await startRelayProcess(context, { env: { ...busyLog.env, SPANLIGHT_INGEST_QUEUE_EVENTS: '3000' } });
    const rush = await flood(context, busy, 'rush', seconds, 24, 500);
    const rushSize = `${sizeText(rush.posts, 'posts')} of 500 events on 24 lanes, ${sizeText(rush.ackedIds.length, 'acked')}`;
    findings.least('refusals at more than the capacity', rush.refusals, 1, rushSize);
    findings.none('refusals without Retry-After', rush.rude.length, rush.rude[0] ?? rushSize);
    findings.none('acked events lost at more than the capacity', await countLost(busyLog, rush.ackedIds), rushSize);
    await busy.stop('SIGTERM');

    await fillDisk(context, context.pick({ small: 2, default: 8, full: 30 }));
    const awayMs = context.pick({ small: 3000, default: 60_000, full: 60_000 });
    const ways = context.pick<readonly Away[]>({
      small: ['killed'],
      default: ['killed', 'stopped'],
      full: ['killed', 'stopped'],
    });
    await Promise.all(ways.map((how) => takeLogAway(context, how, awayMs)));

    const calls = context.pick({ small: 8000, default: 40_000, full: 100_000 });
    const gone = await callAgent('http://127.0.0.1:9', calls);
    findings.told('p99 of a call that nobody traces, ms', gone.bareP99Ms, sizeText(calls / 4, 'calls'));
    findings.most('p99 that an agent pays for a call with the relay gone, ms', gone.p99Ms, 1, sizeText(calls, 'calls'));
    findings.least(
      'events dropped by the spool, counted',
      gone.dropped,
      context.pick({ small: 1000, default: 10_000, full: 10_000 }),
      `${sizeText(2 * calls, 'events')} into a spool of 10,000`,
    );
  },
};
