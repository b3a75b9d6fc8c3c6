import type { Simulator } from 'spanlight/simulator';
import { type ErrorGroup, type HistorySource, type MonitorStore, type Span, splitSpanKey } from 'spanlight/store';
import { createStoryHistory } from './storyHistory.ts';

/** A history over what a story's store holds: its errors in groups, and the log of the simulator where there is one. */
export function createHeldHistory(readStore: () => MonitorStore, simulator: Simulator | undefined): HistorySource {
  const nothingOlder = createStoryHistory({ nowMs: 0 });
  return {
    ...nothingOlder,
    ...(simulator && { loadLogs: (query, options) => simulator.loadLogs(query, options) }),
    async loadErrors({ order, bucketMs = 60_000 }) {
      const { entities, runIds } = readStore().getState();
      const failed = runIds.flatMap((runId) => [...entities.spansOf(runId)].filter(({ status }) => status === 'error'));
      const groups = groupsOf(failed, bucketMs);
      groups.sort((a, b) => (order === 'count' ? b.count - a.count : b.lastAtMs - a.lastAtMs));
      return { groups, groupCount: groups.length, errorCount: failed.length };
    },
  };
}

function groupsOf(failed: readonly Span[], bucketMs: number): ErrorGroup[] {
  const alike = new Map<string, Span[]>();
  for (const span of failed) {
    const { message } = (span.detail?.error ?? {}) as { readonly message?: unknown };
    const template = typeof message === 'string' ? message.replace(/\d[\d,.]*/g, '{n}') : '';
    const key = JSON.stringify([span.errorType ?? '', span.errorCode ?? '', template]);
    alike.set(key, [...(alike.get(key) ?? []), span]);
  }
  return [...alike].map(([key, spans]) => {
    const [errorType, errorCode, template] = (JSON.parse(key) as string[]).map((text) => text || undefined);
    const ended = spans.toSorted((a, b) => timeOf(a) - timeOf(b));
    const last = splitSpanKey((ended.at(-1) as Span).key);
    const counts = new Map<number, number>();
    for (const span of ended) {
      const atMs = Math.floor(timeOf(span) / bucketMs) * bucketMs;
      counts.set(atMs, (counts.get(atMs) ?? 0) + 1);
    }
    return {
      errorType,
      errorCode,
      template,
      count: spans.length,
      runCount: new Set(spans.map(({ runId }) => runId)).size,
      firstAtMs: timeOf(ended[0] as Span),
      lastAtMs: timeOf(ended.at(-1) as Span),
      agentNames: [...new Set(spans.flatMap(({ agentName }) => agentName ?? []))].sort(),
      sample: last,
      trend: [...counts].map(([atMs, count]) => ({ atMs, count })),
    };
  });
}

const timeOf = ({ endedAtMs, startedAtMs }: Span): number => endedAtMs ?? startedAtMs ?? 0;
