import type { Role } from '../model/capabilities.ts';
import type { Detail } from '../model/detail.ts';
import { MonitorError } from '../model/errors.ts';
import { type MonitorEvent, SCHEMA_VERSION } from '../model/event.ts';
import type { LogHistoryQuery, LogsPage } from '../model/history.ts';
import type { RunId, SpanKey } from '../model/ids.ts';
import { type Clock, systemClock, systemTimers, type Timers } from '../model/platform.ts';
import type { Workflow } from '../model/workflow.ts';
import { createResumingTransport } from '../transport/session/createResumingTransport.ts';
import type { PageEvents } from '../transport/session/pageEvents.ts';
import type { SessionTimes } from '../transport/session/sessionTimes.ts';
import type { Transport } from '../transport/types.ts';
import { createTraffic, type EventFeed, type Traffic } from './createTraffic.ts';
import { createRelayReader } from './relayReader.ts';
import type { ScenarioName } from './scenarios/index.ts';
import { createScriptSource } from './scriptSource.ts';
import { createSeededRandom } from './seededRandom.ts';
import { readSimulatedLines } from './simulatedLines.ts';
import { createSimulatedRelay } from './simulatedRelay.ts';
import { writeScenario } from './simulateRun.ts';
import { createSimulatorWire } from './simulatorWire.ts';
import { supportTriageWorkflow } from './workflow.ts';

/** What the simulated relay tells, and how its line behaves. */
export interface SimulatorOptions {
  /** Endless mixed traffic, or one scenario played once. Default `traffic`. */
  readonly scenario?: ScenarioName | 'traffic' | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** Events a second of `traffic`, on average. Default 20. */
  readonly ratePerSec?: number | undefined;
  /** Share of the runs of `traffic` in which something goes wrong. Default 0.1. */
  readonly errorRate?: number | undefined;
  /** How much has happened when the simulator is made, ms. Default 120,000 for `traffic`, 0 for a scenario. */
  readonly historyMs?: number | undefined;
  /** Who the reader is. Default `developer` and `approver`. */
  readonly roles?: readonly Role[] | undefined;
  readonly who?: string | undefined;
  /** `large-trace` only, see `simulateRun`. */
  readonly spans?: number | undefined;
  readonly depth?: number | undefined;
  /** The declared workflow. Default: that of the reference picture; `null`: the project declares none. */
  readonly workflow?: Workflow | null | undefined;
  readonly clock?: Clock | undefined;
  readonly timers?: Timers | undefined;
  /** Chance of the session's retries, in [0, 1). Default: from the seed. */
  readonly random?: (() => number) | undefined;
  readonly page?: PageEvents | undefined;
  /** Times of the session, so that a story reaches "offline" in a second. */
  readonly times?: Partial<SessionTimes> | undefined;
  /** How long opening takes, ms. Default 20. */
  readonly latencyMs?: number | undefined;
  /** How often frames are sent, ms. Default 100. */
  readonly flushEveryMs?: number | undefined;
  /** Default 10,000. */
  readonly heartbeatMs?: number | undefined;
}

/** A relay inside the page, with its agents: for stories, tests, demos and first steps. Nothing leaves the page. */
export interface Simulator {
  /** For `createMonitorStore({ transport })`. Its session is the one of the real wires. */
  readonly transport: Transport;
  /** For `createMonitorStore({ detailSource })`: content as the role allows it. */
  readonly detailSource: {
    /** @throws {MonitorError} `detail.forbidden`, `detail.not-found`, `detail.unreachable` */
    loadDetail(key: SpanKey): Promise<Detail>;
    loadWorkflow(): Promise<Workflow | undefined>;
  };
  /** The log lines that are kept, as a relay's history answers. @throws {MonitorError} `history.unreachable` while the line is down */
  loadLogs(query: LogHistoryQuery, options?: { readonly cursor?: string | undefined }): Promise<LogsPage>;
  /** Events a second of `traffic`; may be set at any time. */
  ratePerSec: number;
  /** Share of failing runs of `traffic`; may be set at any time. */
  errorRate: number;
  readonly isPaused: boolean;
  /** How long the agents of `traffic` stood still because the page could not keep up with them, ms. */
  readonly skippedMs: number;
  /** The agents stand still; the line stays up. */
  pause(): void;
  resume(): void;
  /** Puts facts of the caller into the stream, e.g. a log line or a score. */
  publish(events: readonly MonitorEvent[]): void;
  /** Decides a pending approval, as the relay would after a person did. */
  decide(runId: RunId, callId: string, decision: 'approved' | 'rejected', decidedBy?: string): void;
  /** Another role for the same reader: the line comes up again with it. */
  setRoles(roles: readonly Role[]): void;
  /** Everything anew, with another seed: the reader sees a relay that lost its memory. */
  reseed(seed: number): void;
  /** The line breaks once. */
  cut(): void;
  /** The line is down until {@link goOnline}. */
  goOffline(): void;
  goOnline(): void;
  /** The token is refused until {@link acceptToken}. */
  refuseToken(): void;
  acceptToken(): void;
  /** The line stands and nothing comes, until {@link thaw}. */
  freeze(): void;
  thaw(): void;
  /** Everything comes this much later. 0 = as it happens. */
  setLag(lagMs: number): void;
  /** The next events are lost, and the reader is told so. */
  loseEvents(count: number): void;
  /** The relay comes up again with an empty log, under a new epoch; the agents go on. */
  restartRelay(): void;
}

/** Of traffic, between two flushes: at 2,000 a second what a quarter of a second brings. */
const STEP_EVENTS = 500;

/** @throws {MonitorError} `simulator.unknown-scenario`, `simulator.bad-option` */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { scenario = 'traffic', clock = systemClock, timers = systemTimers } = options;
  const historyMs = options.historyMs ?? (scenario === 'traffic' ? 120_000 : 0);
  let seed = options.seed ?? 1;
  let random = createSeededRandom(seed);
  let traffic: Traffic | undefined;
  let ratePerSec = options.ratePerSec ?? 20;
  let errorRate = options.errorRate ?? 0.1;

  const createSource = (startAtMs: number): EventFeed => {
    if (scenario !== 'traffic') {
      const { spans, depth } = options;
      return createScriptSource(writeScenario({ scenario, seed, startAtMs, spans, depth }), seed, startAtMs);
    }
    traffic = createTraffic({ seed, startAtMs, ratePerSec, errorRate });
    return traffic;
  };
  let source = createSource(clock.now() - historyMs);

  const relay = createSimulatedRelay({
    clock,
    source: () => source,
    epoch: random.hex(32),
    roles: options.roles ?? ['developer', 'approver'],
    stepEvents: scenario === 'traffic' ? STEP_EVENTS : Number.POSITIVE_INFINITY,
  });
  const wire = createSimulatorWire({
    timers,
    latencyMs: options.latencyMs ?? 20,
    flushEveryMs: options.flushEveryMs ?? 100,
    createReader: (send) =>
      createRelayReader({
        relay,
        clock,
        who: options.who ?? 'simulator',
        heartbeatMs: options.heartbeatMs ?? 10_000,
        send,
      }),
  });
  const transport = createResumingTransport({
    wire,
    getToken: () => 'simulator',
    clock,
    timers,
    random: options.random ?? (() => random.next()),
    page: options.page,
    times: options.times,
  });
  const restartRelay = () => {
    relay.restart(random.hex(32));
    wire.cut();
  };

  return {
    transport,
    detailSource: {
      async loadDetail(key) {
        if (wire.fault !== 'none') throw unreachable();
        if (!relay.can.includes('read.payload')) throw forbidden();
        const detail = relay.log.detailOf(key);
        if (!detail) throw notFound();
        return detail;
      },
      async loadWorkflow() {
        if (wire.fault !== 'none') throw unreachable();
        return options.workflow === undefined ? supportTriageWorkflow : (options.workflow ?? undefined);
      },
    },
    async loadLogs(query, { cursor } = {}) {
      if (wire.fault !== 'none') throw unreachable('history.unreachable');
      return readSimulatedLines(relay, query, cursor);
    },
    get ratePerSec() {
      return ratePerSec;
    },
    set ratePerSec(next) {
      if (traffic) traffic.ratePerSec = next;
      ratePerSec = next;
    },
    get errorRate() {
      return errorRate;
    },
    set errorRate(next) {
      if (traffic) traffic.errorRate = next;
      errorRate = next;
    },
    get isPaused() {
      return relay.isPaused;
    },
    get skippedMs() {
      return relay.skippedMs;
    },
    pause() {
      relay.advance();
      relay.pause();
    },
    resume: () => relay.resume(),
    publish(events) {
      relay.publish(events);
      wire.flush();
    },
    decide(runId, callId, decision, decidedBy = 'you') {
      const ts = clock.now();
      const a = { decision, decidedAtMs: ts, decidedBy };
      relay.publish([
        {
          id: `simulator:${random.hex(24)}`,
          type: 'approval.decided',
          sv: SCHEMA_VERSION,
          ts,
          run: runId,
          ref: callId,
          a,
        },
      ]);
      wire.flush();
    },
    setRoles(roles) {
      relay.roles = roles;
      wire.bye(1012, { retryMs: 0, resume: false });
    },
    reseed(next) {
      seed = next;
      random = createSeededRandom(next);
      source = createSource(clock.now() - historyMs);
      restartRelay();
    },
    cut: () => wire.cut(),
    goOffline() {
      wire.fault = 'unreachable';
    },
    goOnline() {
      wire.fault = 'none';
    },
    refuseToken() {
      wire.fault = 'refused';
    },
    acceptToken() {
      wire.fault = 'none';
    },
    freeze() {
      wire.fault = 'silent';
    },
    thaw() {
      wire.fault = 'none';
    },
    setLag(lagMs) {
      relay.lagMs = lagMs;
    },
    loseEvents: (count) => relay.lose(count),
    restartRelay,
  };
}

/** Only the line of {@link createSimulator}, for who needs no controls. */
export const createSimulatorTransport = (options?: SimulatorOptions): Transport => createSimulator(options).transport;

const unreachable = (code = 'detail.unreachable') =>
  new MonitorError(code, {
    happened: 'The simulated line is down.',
    follows: 'The content was not loaded.',
    todo: 'Bring the line up and open it again.',
  });
const forbidden = () =>
  new MonitorError('detail.forbidden', {
    happened: 'The role of this reader does not include reading content.',
    follows: 'The content was not loaded.',
    todo: 'Ask for the role "developer".',
  });
const notFound = () =>
  new MonitorError('detail.not-found', {
    happened: 'The simulated relay does not hold this span.',
    follows: 'The content was not loaded.',
    todo: 'It was let go, or it never was: go on without it.',
  });
