import type { MetricBucket } from '../model/metricBucket.ts';
import type { MonitorState } from './types.ts';

/** Minutes in which an agent counts as at work. */
const ACTIVE_BUCKETS = 2;

/** What all agents did in one bucket of time; all 0 where nothing began or ended in it. */
export interface MetricMinute {
  readonly startMs: number;
  readonly sizeMs: number;
  readonly tokens: number;
  readonly costNanoUsd: number;
  readonly calls: number;
  readonly failedCalls: number;
  readonly activeAgents: number;
}

interface Derived {
  readonly minutes: readonly MetricMinute[];
  readonly activeNames: ReadonlySet<string>;
}

const derivedByBuckets = new WeakMap<readonly MetricBucket[], Derived>();

/** The minutes that the relay sent as metrics, oldest first, none left out between the first and the last. O(buckets), once a list. */
export const selectMetricMinutes = ({ metricBuckets }: Pick<MonitorState, 'metricBuckets'>): readonly MetricMinute[] =>
  derive(metricBuckets).minutes;

/** Agents of which a span began or ended in the newest minutes. O(buckets), once a list. */
export const selectRecentAgents = ({ metricBuckets }: Pick<MonitorState, 'metricBuckets'>): ReadonlySet<string> =>
  derive(metricBuckets).activeNames;

function derive(buckets: readonly MetricBucket[]): Derived {
  const known = derivedByBuckets.get(buckets);
  if (known) return known;
  const minutes: MetricMinute[] = [];
  const newest = buckets.at(-1);
  const activeNames = new Set<string>();
  for (const bucket of buckets) {
    const { startMs, sizeMs, agentName } = bucket;
    if (agentName !== undefined) {
      if (newest && startMs > newest.startMs - ACTIVE_BUCKETS * sizeMs) activeNames.add(agentName);
      continue;
    }
    for (let idle = (minutes.at(-1)?.startMs ?? startMs) + sizeMs; idle < startMs; idle += sizeMs) {
      minutes.push({ startMs: idle, sizeMs, tokens: 0, costNanoUsd: 0, calls: 0, failedCalls: 0, activeAgents: 0 });
    }
    minutes.push({
      startMs,
      sizeMs,
      tokens: bucket.inputTokens + bucket.outputTokens,
      costNanoUsd: bucket.costNanoUsd,
      calls: bucket.llmCalls + bucket.toolCalls,
      failedCalls: bucket.failedLlmCalls + bucket.failedToolCalls,
      activeAgents: bucket.activeAgents,
    });
  }
  const derived = { minutes, activeNames };
  derivedByBuckets.set(buckets, derived);
  return derived;
}
