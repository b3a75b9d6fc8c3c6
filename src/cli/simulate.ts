import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { processTimers } from '../agent/agentTimers.ts';
import { createEventQueue } from '../agent/eventQueue.ts';
import { createEventSender } from '../agent/eventSender.ts';
import { type RelayAddress, resolveRelayAddress } from '../agent/options.ts';
import { postEvents } from '../agent/postEvents.ts';
import { MonitorError } from '../model/errors.ts';
import { createTraffic, type ScenarioName, scenarioNames, type Traffic } from '../simulator/index.ts';
import type { Io, RunCommand } from './io.ts';
import { numberOf } from './numberOf.ts';

const help = `Usage: spanlight simulate [options]

Sends invented runs to a relay, in real time: no agents, no model, and the same seed tells the same story.

Options:
  --to URL         the relay (default: SPANLIGHT_URL, else http://127.0.0.1:8090)
  --token TOKEN    its ingest token (default: SPANLIGHT_INGEST_TOKEN, which shows in no process list)
  --scenario NAME  one of those below, again and again (default: a mix)
  --seed N         which story (default 1)
  --rate R         events a second, on average (default 20)
  --seconds S      ends after this time (default: at Ctrl-C)
  -h, --help

Scenarios: ${scenarioNames.join(', ')}
`;

/** How long the relay may be away before the command gives up, ms. */
const PATIENCE_MS = 15_000;
const TICK_MS = 100;
/** As long as nearly every run: at its start there are as many open as later, so the rate is there at once. */
const WARM_UP_MS = 90_000;
/** At most so many are made up of before; at a very high rate it is soon reached anyway. */
const WARM_UP_EVENTS = 10_000;

/**
 * `spanlight simulate`.
 * @returns 0 when the time was up or the signal came
 * @throws {MonitorError} `simulate.refused`, `simulate.unreachable`, `simulate.unknown-scenario`, `cli.bad-option`, `agent.bad-url`
 */
export const runSimulate: RunCommand = async (argv, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      to: { type: 'string' },
      token: { type: 'string' },
      scenario: { type: 'string' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '20' },
      seconds: { type: 'string' },
    },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  const startAtMs = Date.now();
  const ratePerSec = numberOf('--rate', values.rate, 0.01, 100_000);
  const traffic = createTraffic({
    seed: numberOf('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    ratePerSec,
    scenarios: values.scenario === undefined ? undefined : [scenarioOf(values.scenario)],
    startAtMs,
    warmUpMs: Math.min(WARM_UP_MS, (WARM_UP_EVENTS / ratePerSec) * 1000),
    hasPrices: false, // the relay prices the calls itself
  });
  const address = resolveRelayAddress({ url: values.to, token: values.token }, io.env);
  const seconds = values.seconds === undefined ? undefined : numberOf('--seconds', values.seconds, 0.1, 31_536_000);
  const endAtMs = seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + seconds * 1000;
  return send(traffic, address, endAtMs, io);
};

/** Sends what happens until the end, by the same queue and with the same retries as an agent. */
async function send(traffic: Traffic, address: RelayAddress, endAtMs: number, io: Io): Promise<number> {
  const queue = createEventQueue({ maxEvents: 100_000, maxBytes: 64 * 1024 * 1024 });
  let barredBy: string | undefined;
  let awaySinceMs: number | undefined;
  let lastCode = '';
  const sender = createEventSender({
    queue,
    timers: processTimers,
    now: Date.now,
    random: Math.random,
    flushEveryMs: TICK_MS,
    onTrouble({ kind, code }) {
      lastCode = code;
      if (kind === 'barred') barredBy = code;
      if (kind === 'later') awaySinceMs ??= Date.now();
    },
    async post(events) {
      const outcome = await postEvents(events, {
        ...address,
        fetchImpl: globalThis.fetch,
        timeoutMs: 10_000,
        now: Date.now,
      });
      if (outcome.kind === 'taken') awaySinceMs = undefined;
      return outcome;
    },
  });
  const check = () => {
    if (barredBy !== undefined) throw refused(address.url, barredBy);
    if (awaySinceMs !== undefined && Date.now() - awaySinceMs > PATIENCE_MS) throw unreachable(address.url, lastCode);
  };

  io.stdout(`Simulated runs go to ${address.url}.${endAtMs === Number.POSITIVE_INFINITY ? ' Ctrl-C ends it.' : ''}\n`);
  try {
    while (!io.signal.aborted && Date.now() < endAtMs) {
      for (const { event } of traffic.takeUntil(Math.min(Date.now(), endAtMs))) {
        if (event) queue.push({ id: event.id, type: event.type, head: JSON.stringify(event) });
      }
      sender.nudge();
      check();
      await wait(TICK_MS, undefined, { signal: io.signal }).catch(() => undefined);
    }
    await sender.flush(PATIENCE_MS);
    check();
  } finally {
    sender.stop();
  }
  const left = queue.size + sender.inFlightEvents;
  if (left > 0) throw unreachable(address.url, lastCode);
  const refusals = sender.refusedEvents > 0 ? `, ${sender.refusedEvents} were refused (${lastCode})` : '';
  io.stdout(`${sender.sentEvents} events were sent${refusals}.\n`);
  return 0;
}

const refused = (url: string, code: string) =>
  new MonitorError('simulate.refused', {
    happened: `The relay at ${url} refuses the events (${code}).`,
    follows: 'The simulation stopped.',
    todo: 'Set SPANLIGHT_INGEST_TOKEN to the ingest token of that relay, and --to to its address.',
  });

const unreachable = (url: string, code: string) =>
  new MonitorError('simulate.unreachable', {
    happened: `The relay at ${url} did not take the events for ${PATIENCE_MS / 1000} seconds (${code}).`,
    follows: 'The simulation stopped.',
    todo: 'Start it (spanlight relay), or name another one with --to.',
  });

/** @throws {MonitorError} `simulate.unknown-scenario` */
function scenarioOf(name: string): ScenarioName {
  const found = scenarioNames.find((one) => one === name);
  if (found) return found;
  throw new MonitorError('simulate.unknown-scenario', {
    happened: 'There is no such scenario.',
    follows: 'Nothing was sent.',
    todo: `Use one of: ${scenarioNames.join(', ')}.`,
  });
}
