import { createFaultProxy, type FaultProxy } from '../../support/faultProxy.ts';
import { countFaults, describeFaults, type FaultCounts, runChaos } from '../rig/chaos.ts';
import { sizeText } from '../rig/findings.ts';
import { createLedger } from '../rig/ledger.ts';
import { type LogKind, type PreparedLog, prepareLog } from '../rig/logs.ts';
import { Producer } from '../rig/producer.ts';
import { startRelayProcess } from '../rig/relayProcess.ts';
import { startServiceProcess } from '../rig/serviceProcess.ts';
import { canTrace, traceSync } from '../rig/traceSync.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { pause } from '../rig/waitUntil.ts';

const PRODUCERS = 6;
const BATCH = 150;

interface Plan {
  readonly acks: number;
  readonly faults: number;
  readonly stopMs: number;
  /** Between two faults. */
  readonly pauseMs: readonly [number, number];
  readonly ratePerSec: number;
  /** It ends by then, with what it has. */
  readonly maxMs: number;
}

/** What the rows say against what was promised. */
async function judge(
  context: TortureContext,
  log: PreparedLog,
  producers: readonly Producer[],
  ledger: ReturnType<typeof createLedger>,
  faults: FaultCounts,
) {
  const { findings } = context;
  const acked = ledger.read();
  const rows = await log.readEvents();
  const seqById = new Map<string, number>();
  let doubles = 0;
  let holes = 0;
  let lastSeq = 0;
  for (const { id, seq = 0 } of rows) {
    if (seqById.has(id)) doubles += 1;
    seqById.set(id, seq);
    if (seq !== lastSeq + 1) holes += 1;
    lastSeq = seq;
  }
  const sent = new Set(producers.flatMap((producer) => producer.sent.map(({ id }) => id)));
  let lost = 0;
  let moved = 0;
  let weak = 0;
  for (const [id, { seq, durable }] of acked) {
    const row = seqById.get(id);
    if (row === undefined) lost += 1;
    else if (seq !== undefined && seq !== row) moved += 1;
    if (durable !== 'disk') weak += 1;
  }
  const invented = rows.filter(
    ({ id, type }) => !sent.has(id) && type !== 'span.price' && type !== 'producer.gap',
  ).length;
  const size = `${log.kind}, ${sizeText(acked.size, 'acked events')}, ${sizeText(countFaults(faults), 'faults')}`;
  findings.none('acked events lost', lost, size);
  findings.none('events twice in the log', doubles, size);
  findings.none('holes in the numbers of the log', holes, size);
  findings.none('acks whose number is not that of the row', moved, size);
  findings.none('rows that nobody sent', invented, size);
  findings.none('acks that were not of the level disk', weak, size);
  return acked.size;
}

async function tortureLog(
  context: TortureContext,
  kind: LogKind,
  plan: Plan,
  salt: number,
): Promise<{ acks: number; faults: number }> {
  const { findings } = context;
  const log = await prepareLog(context, kind);
  const isShared = kind === 'postgres';
  const redis = isShared ? await startServiceProcess(context, 'redis') : undefined;
  const env = { ...log.env, ...(redis && { SPANLIGHT_REDIS_URL: redis.url }) };
  const relays = [await startRelayProcess(context, { env })];
  if (isShared) relays.push(await startRelayProcess(context, { env }));
  const ledger = createLedger(context.dir, context.onEnd, kind);
  const proxies: FaultProxy[] = [];
  const producers: Producer[] = [];
  for (let index = 0; index < PRODUCERS; index += 1) {
    const relay = relays[index % relays.length] as (typeof relays)[0];
    const proxy = await createFaultProxy({ target: relay.port });
    proxies.push(proxy);
    context.onEnd(() => proxy.close());
    const random = context.random(salt + index);
    producers.push(
      new Producer({
        id: `${kind}-p${index}`,
        url: () => `http://127.0.0.1:${proxy.port}`,
        random,
        ledger,
        detailBytes: 64,
      }),
    );
  }
  const stop = new AbortController();
  const running = producers.map((producer) => producer.run(plan.ratePerSec / PRODUCERS, BATCH, stop.signal));
  let faultsDone = 0;
  const untilMs = performance.now() + plan.maxMs;
  const isDone = () => (ledger.count >= plan.acks && faultsDone >= plan.faults) || performance.now() > untilMs;
  let toldAtMs = performance.now();
  const faults = await runChaos(
    { relays, proxies, postgres: log.postgres, redis, stopMs: plan.stopMs, hasCrashPoints: true },
    context.random(salt + 99),
    (counts) => {
      faultsDone = countFaults(counts);
      if (performance.now() - toldAtMs > 10_000) {
        toldAtMs = performance.now();
        context.say(`${kind}: ${ledger.count} of ${plan.acks} acks, ${faultsDone} faults`);
      }
      return isDone();
    },
    plan.pauseMs,
  );
  stop.abort();
  await Promise.race([Promise.all(running), pause(15_000)]);
  for (const producer of producers) producer.close();
  const acks = await judge(context, log, producers, ledger, faults);
  findings.told(
    'events sent again after no answer',
    producers.reduce((sum, { retries }) => sum + retries, 0),
    `${kind}: ${describeFaults(faults)}`,
  );

  if (log.dir) {
    const tries = context.pick({ small: 2, default: 10, full: 50 });
    let opened = 0;
    let isClear = true;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      await startRelayProcess(context, { env: log.env }).then(
        () => {
          opened += 1;
        },
        (cause: Error) => {
          isClear &&= /in use|another|locked|already/i.test(cause.message);
        },
      );
    }
    findings.none('second processes that opened the same folder', opened, sizeText(tries, 'tries'));
    findings.none('refusals that do not say why', isClear ? 0 : 1, sizeText(tries, 'tries'));
  }
  for (const relay of relays) await relay.stop('SIGTERM');
  return { acks, faults: countFaults(faults) };
}

export const r1: TorturePromise = {
  id: 'R1',
  bar: 'An event acknowledged as `disk` is in the log exactly once, whatever is killed, stopped or cut, and the acknowledgement comes after the fsync.',
  async run(context) {
    const { findings } = context;
    const plans: readonly (readonly [LogKind, Plan])[] = context.pick({
      small: [
        ['sqlite', { acks: 2000, faults: 5, stopMs: 400, pauseMs: [50, 300], ratePerSec: 1500, maxMs: 40_000 }],
      ] as const,
      default: [
        ['sqlite', { acks: 150_000, faults: 80, stopMs: 3000, pauseMs: [400, 2500], ratePerSec: 3000, maxMs: 300_000 }],
        [
          'postgres',
          { acks: 100_000, faults: 50, stopMs: 3000, pauseMs: [400, 2500], ratePerSec: 3000, maxMs: 300_000 },
        ],
      ] as const,
      full: [
        [
          'sqlite',
          { acks: 600_000, faults: 300, stopMs: 30_000, pauseMs: [500, 2500], ratePerSec: 600, maxMs: 3_600_000 },
        ],
        [
          'postgres',
          { acks: 400_000, faults: 200, stopMs: 30_000, pauseMs: [500, 2500], ratePerSec: 600, maxMs: 3_600_000 },
        ],
      ] as const,
    });
    let acks = 0;
    let faults = 0;
    for (const [index, [kind, plan]] of plans.entries()) {
      const done = await tortureLog(context, kind, plan, index * 1000);
      acks += done.acks;
      faults += done.faults;
    }
    const wanted = plans.reduce((sum, [, plan]) => ({ acks: sum.acks + plan.acks, faults: sum.faults + plan.faults }), {
      acks: 0,
      faults: 0,
    });
    findings.least('acknowledged events', acks, wanted.acks, sizeText(faults, 'faults'));
    findings.least('faults', faults, Math.floor(wanted.faults * 0.8), sizeText(acks, 'acked events'));
    if (!canTrace()) {
      findings.note(
        'strace is not there or not permitted: that the fsync comes before the acknowledgement was not looked at.',
      );
      return;
    }
    const traced = await prepareLog(context, 'sqlite');
    const wantedAcks = context.pick({ small: 30, default: 500, full: 2000 });
    const { acks: seen, syncedAcks } = await traceSync(context, traced, wantedAcks);
    findings.least('acknowledgements seen in the system calls', seen, wantedAcks, 'sqlite, one event each');
    findings.none(
      'acknowledgements without a finished fsync before them',
      seen - syncedAcks,
      sizeText(seen, 'acknowledgements'),
    );
  },
};
