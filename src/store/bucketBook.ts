import { BUCKETS_KEPT, type MetricBucket } from '../model/metricBucket.ts';

/** Metric buckets as the relay sent them last. The list is replaced, never changed in place. */
export interface BucketBook {
  /** Older first; the one of all agents stands before those of its agents. */
  readonly buckets: readonly MetricBucket[];
  put(buckets: readonly MetricBucket[]): void;
  clear(): void;
}

export const noBuckets: readonly MetricBucket[] = [];

export function createBucketBook(): BucketBook {
  let buckets = noBuckets;
  return {
    get buckets() {
      return buckets;
    },
    put(incoming) {
      if (incoming.length === 0) return;
      const byKey = new Map([...buckets, ...incoming].map((bucket) => [keyOf(bucket), bucket]));
      const newestMs = Math.max(...incoming.map(({ startMs }) => startMs), buckets.at(-1)?.startMs ?? 0);
      buckets = [...byKey.values()]
        .filter(({ startMs, sizeMs }) => startMs > newestMs - BUCKETS_KEPT * sizeMs)
        .sort((a, b) => a.startMs - b.startMs || (keyOf(a) < keyOf(b) ? -1 : 1));
    },
    clear() {
      buckets = noBuckets;
    },
  };
}

const keyOf = ({ startMs, agentName }: MetricBucket) => `${startMs} ${agentName ?? ''}`;
