import type { MonitorEvent } from '../../../src/model/event.ts';
import { createSeededRandom } from '../../../src/simulator/seededRandom.ts';

/** A run as the test means it: plain values, from which both the events and the expected answers come. */
export interface PlannedRun {
  readonly runId: string;
  readonly userId: string | undefined;
  readonly sessionId: string | undefined;
  readonly tags: readonly string[];
  readonly agent: string;
  readonly tool: string | undefined;
  readonly model: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly costNanoUsd: number | undefined;
  readonly isFailed: boolean;
  readonly isWaiting: boolean;
  readonly order: number;
}

export const FIRST_MS = 1_790_000_000_000;
/** What the clock of the log says in these tests. */
export const NOW_MS = FIRST_MS + 300_000;
const agents = ['Triage', 'Billing', 'Research Agent'];
const tools = ['search_docs', 'refund', '50%_off'];
const models = ['gpt-5.4-2026-03-17', 'claude-4'];
const users = ['mary', 'john', undefined];

/** @param firstOrder - runs before these, over all calls */
export function planRuns(count: number, seed: number, firstOrder = 0): readonly PlannedRun[] {
  const random = createSeededRandom(seed, firstOrder);
  return Array.from({ length: count }, (_, index) => {
    const isFailed = random.chance(0.2);
    return {
      runId: `trace_${(firstOrder + index).toString(16).padStart(32, 'a')}`,
      userId: random.pick(users),
      sessionId: random.chance(0.5) ? `session-${random.whole(1, 4)}` : undefined,
      tags: random.chance(0.5) ? ['vip', 'eu'] : ['eu'],
      agent: random.pick(agents),
      tool: random.chance(0.7) ? random.pick(tools) : undefined,
      model: random.pick(models),
      startedAtMs: FIRST_MS + random.whole(0, 200) * 1000, // many at the same time
      durationMs: random.whole(1, 50) * 100,
      costNanoUsd: random.chance(0.8) ? random.whole(0, 20) * 1_000_000 : undefined,
      isFailed,
      isWaiting: !isFailed && random.chance(0.1),
      order: firstOrder + index,
    };
  });
}

/** How long a run took: one that waits goes on until its last event. */
export const durationOf = ({ isWaiting, startedAtMs, durationMs }: PlannedRun): number =>
  isWaiting ? NOW_MS - startedAtMs : durationMs;

/** What the tool says when it fails. */
const failureOf = ({ order }: PlannedRun): string => `Order ${order} of "customer ${order}" was not found`;

/** Agent, model call and, where there is one, a tool; the tool fails and takes the run with it. */
export function eventsOf(plan: PlannedRun): MonitorEvent[] {
  const { runId: run, agent, tool, model, startedAtMs, durationMs, costNanoUsd, isFailed, isWaiting } = plan;
  const endedAtMs = startedAtMs + durationMs;
  let made = 0;
  const event = (type: string, span: string | undefined, a: object, more: object = {}): unknown => {
    made += 1;
    return { id: `${run}-${made}`, type, sv: 1, ts: startedAtMs + made, run, span, a, ...more };
  };
  const times = { startedAtMs, endedAtMs };
  const failure = isFailed
    ? { status: 'error', errorType: 'ToolError', errorCode: 'order.not-found' }
    : { status: 'ok' };
  const usage = { scope: 'leaf', inputTokens: 100, outputTokens: 10 };
  const events = [
    event('run.start', undefined, {
      name: 'Support',
      startedAtMs,
      userId: plan.userId,
      sessionId: plan.sessionId,
      tags: plan.tags,
    }),
    event('span.start', 's1', { kind: 'agent', name: agent, startedAtMs }),
    event('span.start', 's2', { kind: 'llm', name: 'generate', agentName: agent, startedAtMs }, { parent: 's1' }),
    event('span.end', 's2', { kind: 'llm', model, usage, ...times, status: 'ok' }, { parent: 's1' }),
    costNanoUsd !== undefined && event('span.price', 's2', { costNanoUsd, costSource: 'computed' }),
    tool !== undefined &&
      event(
        'span.end',
        's3',
        { kind: 'tool', name: tool, agentName: agent, ...times, ...failure },
        { parent: 's1', ...(isFailed && { detail: { error: { message: failureOf(plan) } } }) },
      ),
    isWaiting && event('approval.requested', undefined, { toolName: 'refund' }, { ref: `call-${run}` }),
    event('span.end', 's1', { kind: 'agent', ...times, ...(isFailed ? { status: 'error' } : { status: 'ok' }) }),
  ];
  return events.filter((one) => one !== false) as MonitorEvent[];
}

let lineCount = 0;
/** A log line, of a run or of none. */
export function lineEvent(fields: {
  ts: number;
  run?: string;
  level?: string;
  source?: string;
  message?: string;
}): MonitorEvent {
  lineCount += 1;
  const { ts, run, level = 'info', source = 'worker', message = 'hello' } = fields;
  return {
    id: `line-${lineCount}`,
    type: 'log',
    sv: 1,
    ts,
    run,
    a: { level, sourceName: source },
    detail: { message },
  } as unknown as MonitorEvent;
}

/** The name of a model without its date. */
export const undated = (model: string) => model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
export const statusOf = ({ isFailed, isWaiting }: PlannedRun) =>
  isFailed ? 'failed' : isWaiting ? 'waiting' : 'completed';
