import { MonitorError } from '../model/errors.ts';
import type { MonitorEvent } from '../model/event.ts';
import { refsOfDetail } from '../model/refsOfDetail.ts';
import { type Draft, sortDrafts } from './draft.ts';
import { createProducer } from './producer.ts';
import { type Scenario, type ScenarioName, scenarios } from './scenarios/index.ts';
import { createWorld } from './world.ts';

/** The moment at which the reference picture begins, 2026-11-21 14:31:56 UTC. */
export const DEFAULT_START_AT_MS = Date.UTC(2026, 10, 21, 14, 31, 56, 112);

/** Which run is made up. */
export interface SimulateRunOptions {
  readonly scenario: ScenarioName;
  /** The same seed and start give the same events, on every machine. Default 1. */
  readonly seed?: number | undefined;
  /** Epoch ms. Default {@link DEFAULT_START_AT_MS}. */
  readonly startAtMs?: number | undefined;
  /** Leaves out what is sent later than this, ms after the start: runs are seen half-way. Default: everything. */
  readonly untilMs?: number | undefined;
  /** `inline`: with content, as an agent sends it. `refs`: with kind and size of content, as a stream brings it. Default `inline`. */
  readonly content?: 'inline' | 'refs' | undefined;
  /** Whether prices follow the calls, as a relay appends them. Default true. */
  readonly hasPrices?: boolean | undefined;
  /** `large-trace` only: spans in the run, from 2. Default 1,000. */
  readonly spans?: number | undefined;
  /** `large-trace` only: levels, from 2. Default 8. */
  readonly depth?: number | undefined;
}

/**
 * The events of a scenario, in the order in which they are sent. Pure: no clock, no chance but the seed's.
 * Most scenarios are one run; `burst`, `latency-drift` and `dashboard` are several.
 * @throws {MonitorError} `simulator.unknown-scenario`, `simulator.bad-option`
 * @remarks O(events)
 */
export function simulateRun(options: SimulateRunOptions): MonitorEvent[] {
  const { seed = 1, startAtMs = DEFAULT_START_AT_MS, untilMs = Number.POSITIVE_INFINITY, content = 'inline' } = options;
  const producer = createProducer(seed, startAtMs);
  const events: MonitorEvent[] = [];
  for (const draft of writeScenario(options)) {
    if (draft.emitAtMs > startAtMs + untilMs) break;
    const event = producer.number(draft);
    if (event) events.push(content === 'refs' ? withoutContent(event) : event);
  }
  return events;
}

/** All that a scenario sends, text of running calls too, in order. */
export function writeScenario(options: SimulateRunOptions, keepsNames = true): Draft[] {
  const { scenario: name, seed = 1, startAtMs = DEFAULT_START_AT_MS, hasPrices = true } = options;
  const size = { spans: options.spans ?? 1000, depth: options.depth ?? 8 };
  const world = createWorld({ seed, startAtMs, hasPrices, keepsNames });
  scenarioOf(name).write(world, checkSize(size));
  return sortDrafts(world.drafts);
}

/** @throws {MonitorError} `simulator.unknown-scenario` */
export function scenarioOf(name: ScenarioName): Scenario {
  if (Object.hasOwn(scenarios, name)) return scenarios[name];
  throw new MonitorError('simulator.unknown-scenario', {
    happened: 'A scenario was asked for that does not exist.',
    follows: 'Nothing was simulated.',
    todo: `Use one of: ${Object.keys(scenarios).join(', ')}.`,
  });
}

/** The same event as a stream brings it. */
export function withoutContent(event: MonitorEvent): MonitorEvent {
  if (!event.detail) return event;
  const { detail, ...rest } = event;
  return { ...rest, refs: refsOfDetail(detail, event.refs) } as MonitorEvent;
}

function checkSize(size: { readonly spans: number; readonly depth: number }) {
  for (const [name, value] of Object.entries(size)) {
    if (Number.isInteger(value) && value >= 2 && value <= 1_000_000) continue;
    throw new MonitorError('simulator.bad-option', {
      happened: `The option "${name}" is no whole number from 2 to 1,000,000.`,
      follows: 'Nothing was simulated.',
      todo: `Give "${name}" such a number, or leave it out.`,
    });
  }
  return size;
}
