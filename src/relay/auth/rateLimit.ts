/** Counts uses by key against a rate; keys that are at rest cost nothing. */
export interface RateLimit {
  /** Takes one use. @returns ms to wait when there is none left, else 0 */
  take(key: string): number;
}

/**
 * A token bucket a key: `perMinute` uses a minute, as many at once.
 * @param now - ms, must not step back
 */
export function createRateLimit(perMinute: number, now: () => number, maxKeys = 10_000): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const perMs = perMinute / 60_000;
  return {
    take(key) {
      const nowMs = now();
      const known = buckets.get(key);
      const left = known ? Math.min(perMinute, known.left + Math.max(0, nowMs - known.atMs) * perMs) : perMinute;
      if (known)
        buckets.delete(key); // put back at the end: the front is who was longest at rest
      else if (buckets.size >= maxKeys) buckets.delete(buckets.keys().next().value as string);
      const isOver = left < 1;
      buckets.set(key, { left: isOver ? left : left - 1, atMs: nowMs });
      return isOver ? Math.ceil((1 - left) / perMs) : 0;
    },
  };
}
