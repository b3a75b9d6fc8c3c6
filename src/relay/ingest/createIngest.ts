import { createHash } from 'node:crypto';
import type { InputIssue } from '../../model/errors.ts';
import {
  classOf,
  type EventFields,
  type EventType,
  type MonitorEvent,
  rankByType,
  SCHEMA_VERSION,
} from '../../model/event.ts';
import { parseEvent } from '../../model/validateEvent.ts';
import type { IngestAnswer, IngestVerdict } from '../../model/wire.ts';
import type { FanOut } from '../fan-out/FanOut.ts';
import { HttpFault } from '../http/httpErrors.ts';
import type { RelayMetrics } from '../metrics/relayMetrics.ts';
import type { PluginHost } from '../pluginHost.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import type { AppendResult, RunLog } from '../run-log/RunLog.ts';
import { createTurns } from '../turns.ts';
import type { IngestPressure } from './ingestPressure.ts';
import { createLogNumbers } from './logNumbers.ts';
import { type ParsedSlice, parseSlice } from './parseSlice.ts';
import type { Pricer } from './pricer.ts';
import { createProducerHoles } from './producerHoles.ts';
import { refusalOf, type Sender } from './Sender.ts';
import type { JsonSlice } from './splitJson.ts';

export interface IngestOptions {
  readonly log: RunLog;
  readonly fanOut: FanOut;
  readonly pricer: Pricer;
  readonly plugins: PluginHost;
  readonly pressure: IngestPressure;
  readonly holeMs: number;
  /** Whether processes may report decisions that were taken in them. */
  readonly areReportsTaken: boolean;
  /** Hears of stored events of a sender whose decisions are decisions. */
  readonly onDecided: (project: string, events: readonly MonitorEvent[]) => void;
  /** Epoch ms. */
  readonly now: () => number;
  readonly report: RelayLogger;
  readonly metrics: Pick<RelayMetrics, 'verdicts' | 'committed' | 'missingEvents'>;
}

/** The one way in: validates, stores, prices, tells. */
export interface Ingest {
  /** Elements of a body, each with its own verdict. */
  takeSlices(project: string, bytes: Uint8Array, slices: readonly JsonSlice[], sender: Sender): Promise<IngestAnswer>;
  /** Values from an adapter, or from inside this process. */
  takeValues(project: string, values: readonly unknown[], sender: Sender): Promise<IngestAnswer>;
  /** Records the holes in producers' numbers that are overdue, and the prices that the log did not take before. */
  recordHoles(): Promise<void>;
  close(): void;
}

/** Wait that a sender is asked for while the log takes nothing, ms. */
const RETRY_MS = 1000;
/** Prices a project that wait for the log at most. */
const MAX_OWED_PRICES = 10_000;

type Read =
  | { readonly event: MonitorEvent; readonly note?: InputIssue | undefined }
  | { readonly id: string | null; readonly issue: InputIssue };

export function createIngest(options: IngestOptions): Ingest {
  const { log, fanOut, pricer, plugins, pressure, now, report, metrics } = options;
  const holes = createProducerHoles(options.holeMs, () => performance.now());
  const numbers = createLogNumbers({ log, fanOut, hear: (project, prod) => holes.hear(project, prod) });

  const tell = (project: string, { epoch, from, to, stored }: AppendResult) => {
    if (stored.length === 0) return;
    fanOut.publish({ project, epoch, from, to, events: stored });
    plugins.tell('onEvents', { project, events: stored });
  };

  const orUnavailable = async <T>(project: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (cause) {
      report('error', 'ingest.log-unavailable', { project, cause: codeOf(cause) });
      throw new HttpFault(503, 'ingest.log-unavailable', RETRY_MS);
    }
  };
  const store = async (project: string, events: readonly MonitorEvent[]): Promise<AppendResult> => {
    const startedMs = performance.now();
    const result = await orUnavailable(project, log.append(project, events));
    metrics.committed(performance.now() - startedMs);
    return result;
  };

  const append = async (project: string, events: readonly MonitorEvent[]): Promise<AppendResult> => {
    const result = await store(project, events);
    tell(project, result);
    await appendPrices(project, pricer.priceEvents(result.spans, now()));
    return result;
  };

  /** Prices that the log did not take. What they are prices of is in the log, so its sender will not say it again. */
  const owedPrices = new Map<string, readonly MonitorEvent[]>();
  const appendPrices = async (project: string, made: readonly MonitorEvent[]): Promise<void> => {
    const prices = [...(owedPrices.get(project) ?? []), ...made];
    if (prices.length === 0) return;
    owedPrices.delete(project);
    try {
      tell(project, await store(project, prices));
    } catch {
      const since = owedPrices.get(project) ?? []; // the fault was reported
      owedPrices.set(project, [...prices, ...since].slice(-MAX_OWED_PRICES));
    }
  };

  const take = async (project: string, reads: readonly Read[], sender: Sender): Promise<IngestAnswer> => {
    const events = reads.flatMap((read) => ('event' in read ? [read.event] : []));
    const result = events.length === 0 ? undefined : await append(project, events);
    if (result && sender.mayDecide) options.onDecided(project, result.stored);
    const appended = result?.verdicts ?? [];
    let next = 0;
    const verdicts = reads.map((read): IngestVerdict => {
      if ('issue' in read) return { id: read.id, st: 'bad', ...read.issue };
      const { st, seq } = appended[next] ?? { st: 'ok' };
      next += 1;
      return { id: read.event.id, st, ...(seq !== undefined && { seq }), ...read.note };
    });
    metrics.verdicts(verdicts);
    return { durable: log.durability, events: verdicts };
  };

  const read = (project: string, parsed: ParsedSlice, sender: Sender): Read => {
    if ('issue' in parsed) return { id: null, issue: parsed.issue };
    if (!pressure.isShedding) return readWhole(project, parsed.value, parsed.note, sender);
    // not heard: its number stays open, and the hole that it leaves is recorded and shown
    if (isClassB(parsed.value)) return { id: readId(parsed.value), issue: shedEvent };
    const { value, hadDetail } = withoutDetail(parsed.value);
    return readWhole(project, value, hadDetail ? shedDetail : parsed.note, sender);
  };

  const readWhole = (project: string, value: unknown, note: InputIssue | undefined, sender: Sender): Read => {
    const prod = readProd(value);
    if (prod) holes.hear(project, prod); // heard, even if the event turns out to be bad: it is not missing
    const result = parseEvent(value);
    if (!result.event) return { id: readId(value), issue: result.issue };
    const issue = refusalOf(result.event, sender, options.areReportsTaken);
    return issue ? { id: result.event.id, issue } : { event: result.event, note };
  };

  /** Holds a place for these events until the log has them. */
  const inPlace = async (project: string, count: number, work: () => Promise<IngestAnswer>): Promise<IngestAnswer> => {
    const giveBack = pressure.takeEvents(count);
    if (!giveBack) throw new HttpFault(503, 'ingest.busy', RETRY_MS);
    try {
      await orUnavailable(project, numbers.prime(project));
      return await work();
    } finally {
      giveBack();
    }
  };

  const readSlices = async (project: string, bytes: Uint8Array, slices: readonly JsonSlice[], sender: Sender) => {
    const turns = createTurns();
    const reads: Read[] = [];
    for (const slice of slices) {
      await turns.giveWay();
      const parsed = parseSlice(bytes, slice);
      await turns.giveWay();
      reads.push(read(project, parsed, sender));
    }
    return reads;
  };

  const readValues = async (project: string, values: readonly unknown[], sender: Sender) => {
    const turns = createTurns();
    const reads: Read[] = [];
    for (const value of values) {
      await turns.giveWay();
      reads.push(read(project, { value }, sender));
    }
    return reads;
  };

  return {
    takeSlices: (project, bytes, slices, sender) =>
      inPlace(project, slices.length, async () =>
        take(project, await readSlices(project, bytes, slices, sender), sender),
      ),
    takeValues: (project, values, sender) =>
      inPlace(project, values.length, async () => take(project, await readValues(project, values, sender), sender)),
    async recordHoles() {
      const owing = [...owedPrices.keys()]; // what fails again goes to the end of the map: it waits for the next time
      for (const project of owing) await appendPrices(project, []);
      await numbers.catchUp();
      const canTell = (project: string) => numbers.isCaughtUp(project);
      const gaps = createGapsByProject(now());
      for (const { project, producerId, firstNumber } of holes.takeLateStarts(canTell)) {
        if (numbers.isFromStart(project)) gaps.add(project, { id: producerId, n: firstNumber }, { firstNumber }, 0);
      }
      const told = new Map<string, { holes: number; holeEvents: number }>();
      for (const { project, producerId, first, last, holeEvents, missingEvents } of holes.takeOverdue(canTell)) {
        gaps.add(project, { id: producerId, n: last }, { missingEvents, holeEvents }, first);
        metrics.missingEvents(holeEvents);
        const sum = told.get(project) ?? { holes: 0, holeEvents: 0 };
        told.set(project, { holes: sum.holes + 1, holeEvents: sum.holeEvents + holeEvents });
      }
      for (const [project, events] of gaps.byProject) await append(project, events);
      for (const [project, sums] of told) report('warn', 'ingest.producer-hole', { project, ...sums });
    },
    close: () => numbers.close(),
  };
}

function createGapsByProject(ts: number) {
  const byProject = new Map<string, MonitorEvent[]>();
  return {
    byProject,
    /** Relays that find the same hole in the same log make the same event of it. */
    add(project: string, prod: NonNullable<MonitorEvent['prod']>, a: EventFields<'producer.gap'>, first: number) {
      const events = byProject.get(project) ?? [];
      byProject.set(project, events);
      const facts = JSON.stringify(['producer.gap', prod.id, first, prod.n]);
      const id = createHash('sha256').update(facts).digest('hex').slice(0, 32);
      events.push({ id, type: 'producer.gap', sv: SCHEMA_VERSION, ts, prod, a });
    },
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function readProd(value: unknown): { readonly id: string; readonly n: number } | undefined {
  const prod = isRecord(value) ? value.prod : undefined;
  if (!isRecord(prod)) return undefined;
  const { id, n } = prod;
  return typeof id === 'string' && id.length <= 128 && Number.isSafeInteger(n) && (n as number) >= 0
    ? { id, n: n as number }
    : undefined;
}

/** Wire rule 25. What these codes name is counted by the sender as let go. */
const shedEvent: InputIssue = {
  path: '',
  code: 'ingest.shed',
  reason: 'The relay has more to take in than it can hold: log lines and updates are let go first.',
};
const shedDetail: InputIssue = {
  path: 'detail',
  code: 'ingest.detail-shed',
  reason: 'The relay has more to take in than it can hold: content is let go first.',
};

const isClassB = (value: unknown): boolean => {
  const type = isRecord(value) ? value.type : undefined;
  return typeof type === 'string' && Object.hasOwn(rankByType, type) && classOf(type as EventType) === 'B';
};

function withoutDetail(value: unknown): { readonly value: unknown; readonly hadDetail: boolean } {
  if (!isRecord(value) || value.detail === undefined) return { value, hadDetail: false };
  const { detail: _detail, ...rest } = value;
  return { value: rest, hadDetail: true };
}

/** Its own id, to tell its sender which one it was. */
function readId(value: unknown): string | null {
  const id = isRecord(value) ? value.id : undefined;
  return typeof id === 'string' ? id.slice(0, 128) : null;
}
