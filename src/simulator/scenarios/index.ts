import type { RunStatus } from '../../model/run.ts';
import type { World } from '../world.ts';
import { cancelledRun, failingRun, guardrailBlock } from './failures.ts';
import { type LargeTraceSize, largeTrace } from './largeTrace.ts';
import { burst, dashboard, latencyDrift } from './many.ts';
import { clockSkew, hostileText, lateParent } from './odd.ts';
import { parallelTools, retryFallback } from './orders.ts';
import { supportHandoff } from './support.ts';
import { supportTriage } from './supportTriage.ts';
import { agentsAsTools, catalogSync, costSpike, quickAnswer } from './workloads.ts';

export interface Scenario {
  /** One line for a list. */
  readonly summary: string;
  /** How its run ends; `undefined` where it has several. */
  readonly endsAs: RunStatus | undefined;
  /** How often it comes in mixed traffic, against the others; 0 = never. */
  readonly weight: number;
  /** It may come in traffic only as one of the mishaps that `errorRate` asks for. */
  readonly isMishap: boolean;
  readonly write: (world: World, size: LargeTraceSize) => void;
}

const usual = { isMishap: false, endsAs: 'completed' } as const;
const mishap = { isMishap: true } as const;
const special = { weight: 0, isMishap: false } as const;

export const scenarios = {
  'support-handoff': {
    ...usual,
    weight: 6,
    summary: 'Triage searches the knowledge base and hands off to billing.',
    write: (world) => supportHandoff(world),
  },
  'parallel-tools': {
    ...usual,
    weight: 5,
    summary: 'Four tool calls at once; one fails and the agent gets over it.',
    write: parallelTools,
  },
  'retry-fallback': {
    ...usual,
    weight: 2,
    summary: 'Two refused model calls, then another model answers.',
    write: retryFallback,
  },
  'quick-answer': {
    ...usual,
    weight: 8,
    summary: 'One agent, one model call, one tool.',
    write: (world) => quickAnswer(world),
  },
  'catalog-sync': {
    ...usual,
    weight: 1,
    summary: 'A long run of many small steps.',
    write: (world) => catalogSync(world),
  },
  'agents-as-tools': {
    ...usual,
    weight: 2,
    summary: 'Agents inside tool calls of another agent, in parallel.',
    write: agentsAsTools,
  },
  'failing-run': {
    ...mishap,
    weight: 4,
    endsAs: 'failed',
    summary: 'A tool times out, then the model refuses: the run fails.',
    write: failingRun,
  },
  'guardrail-block': {
    ...mishap,
    weight: 2,
    endsAs: 'failed',
    summary: 'An input guardrail trips.',
    write: guardrailBlock,
  },
  'cancelled-run': {
    ...mishap,
    weight: 1,
    endsAs: 'cancelled',
    summary: 'Somebody stops the run while the model writes.',
    write: cancelledRun,
  },
  'approval-wait': {
    ...special,
    endsAs: 'waiting',
    summary: 'A refund waits for a person.',
    write: (world) => supportHandoff(world, 'pending'),
  },
  'approval-approved': {
    ...usual,
    weight: 2,
    summary: 'A refund waits, a person approves it, the run goes on.',
    write: (world) => supportHandoff(world, 'approved'),
  },
  'approval-rejected': {
    ...usual,
    weight: 1,
    summary: 'A refund waits, a person rejects it, the agent says so.',
    write: (world) => supportHandoff(world, 'rejected'),
  },
  'approval-expired': {
    ...special,
    endsAs: 'completed',
    summary: 'Nobody decides for a quarter of an hour.',
    write: (world) => supportHandoff(world, 'expired'),
  },
  'cost-spike': {
    ...usual,
    weight: 0.3,
    summary: 'One call with a whole archive in its context.',
    write: costSpike,
  },
  'latency-drift': {
    ...special,
    endsAs: undefined,
    summary: '24 runs, each slower than the last.',
    write: (world) => latencyDrift(world),
  },
  burst: {
    ...special,
    endsAs: undefined,
    summary: '800 runs within two seconds: thousands of events a second.',
    write: (world) => burst(world),
  },
  'large-trace': {
    ...special,
    endsAs: 'completed',
    summary: 'One run of as many spans and levels as asked for.',
    write: largeTrace,
  },
  'late-parent': {
    ...special,
    endsAs: 'completed',
    summary: 'Children before their parents; one parent never comes.',
    write: lateParent,
  },
  'clock-skew': {
    ...special,
    endsAs: 'completed',
    summary: 'Services whose clocks are seconds off.',
    write: clockSkew,
  },
  'hostile-text': {
    ...special,
    endsAs: 'completed',
    summary: 'Names and content that try to be more than text.',
    write: hostileText,
  },
  mock: {
    ...special,
    endsAs: 'completed',
    summary: 'The run of the reference picture; cut it at 41.2 s to see it there.',
    write: supportTriage,
  },
  dashboard: {
    ...special,
    endsAs: undefined,
    summary: 'The run of the reference picture and the runs around it.',
    write: dashboard,
  },
} as const satisfies Readonly<Record<string, Scenario>>;

/** Name of a scenario; docs/simulator.md tells what happens in each. */
export type ScenarioName = keyof typeof scenarios;
/** All scenarios. */
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];
