import type { RunId } from '../../model/ids.ts';
import type { MetricBucket } from '../../model/metricBucket.ts';
import type { Run } from '../../model/run.ts';
import type { Subscription } from '../../model/wire.ts';
import type { Lens } from '../projection/createLens.ts';
import { subscriptionKey } from './eventFilter.ts';

/** What a row says of itself beside its figures, in the form its reader sees. */
export interface RowFacts {
  /** The run as the log knows it. */
  readonly rawId: RunId;
  readonly run: Run;
  readonly toolNames: ReadonlySet<string>;
  readonly modelNames: ReadonlySet<string>;
}

/** Which rows a reader asked for: the union of its subscriptions. */
export interface RowFilter {
  /** Equal for readers who see the same. */
  readonly key: string;
  readonly isNothing: boolean;
  matchesRun(facts: RowFacts): boolean;
  matchesBucket(bucket: MetricBucket): boolean;
}

/** Filters of `runs`, each against what the reader sees of a run; of `metrics` there is `agent`. */
const readers: Readonly<Record<string, (facts: RowFacts) => Iterable<string | undefined>>> = {
  run: ({ run }) => [run.runId],
  agent: ({ run }) => run.agentNames,
  status: ({ run }) => [run.status],
  user: ({ run }) => [run.userId],
  session: ({ run }) => [run.sessionId],
  tags: ({ run }) => run.tags ?? [],
  tool: ({ toolNames }) => toolNames,
  model: ({ modelNames }) => modelNames,
};

export function createRowFilter(subs: readonly Subscription[], lens: Lens): RowFilter {
  const runFilters = subs
    .filter(({ sub }) => sub === 'runs')
    .map(({ filter, scope }) => ({ scope, filter: valuesOf(filter) }));
  // a bucket is of all runs of the lens: of a narrower scope there is none
  const bucketFilters = subs
    .filter(({ sub, scope }) => sub === 'metrics' && scope === undefined)
    .map(({ filter }) => valuesOf(filter));
  const asked = subs.filter(({ sub }) => sub === 'runs' || sub === 'metrics');
  return {
    key: JSON.stringify(asked.map(subscriptionKey).sort()),
    isNothing: asked.length === 0,
    matchesRun: (facts) =>
      runFilters.some(
        ({ scope, filter }) =>
          (scope === undefined || lens.isInAsked(facts.rawId, scope)) &&
          filter.every(([key, values]) => hasOne(facts, key, values)),
      ),
    matchesBucket: ({ agentName }) =>
      bucketFilters.some((filter) =>
        filter.every(([key, values]) => key === 'agent' && agentName !== undefined && values.has(agentName)),
      ),
  };
}

function hasOne(facts: RowFacts, key: string, values: ReadonlySet<string>): boolean {
  for (const value of readers[key]?.(facts) ?? []) if (value !== undefined && values.has(value)) return true;
  return false;
}

const valuesOf = (filter: Subscription['filter']): readonly (readonly [string, ReadonlySet<string>])[] =>
  Object.entries(filter ?? {}).map(([key, values]) => [key, new Set(typeof values === 'string' ? [values] : values)]);
