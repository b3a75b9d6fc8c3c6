import type { Span } from '../../model/span.ts';

/** Earliest start, latest time and number of open spans, kept as spans change. */
export interface TimeExtent {
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly openCount: number;
  change(before: Span | undefined, after: Span): void;
  /** Looks at all spans again where the earliest or latest may have been taken back. O(spans), then only. */
  settle(spans: readonly (Span | undefined)[]): void;
}

const isOpen = (span: Span | undefined) =>
  span !== undefined && !span.isPlaceholder && (span.status === 'running' || span.status === 'waiting');

export function createTimeExtent(): TimeExtent {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  let openCount = 0;
  let isStale = false;
  const widen = (span: Span) => {
    if (span.isPlaceholder) return;
    if (span.startedAtMs !== undefined) {
      if (span.startedAtMs < startMs) startMs = span.startedAtMs;
      if (span.startedAtMs > endMs) endMs = span.startedAtMs;
    }
    if (span.endedAtMs !== undefined && span.endedAtMs > endMs) endMs = span.endedAtMs;
  };
  /** A time that was the earliest or latest is another now. */
  const isTakenBack = (before: Span, after: Span) =>
    (before.startedAtMs !== after.startedAtMs && (before.startedAtMs === startMs || before.startedAtMs === endMs)) ||
    (before.endedAtMs !== after.endedAtMs && before.endedAtMs === endMs);
  return {
    get startMs() {
      return Number.isFinite(startMs) ? startMs : undefined;
    },
    get endMs() {
      return Number.isFinite(endMs) ? endMs : undefined;
    },
    get openCount() {
      return openCount;
    },
    change(before, after) {
      openCount += Number(isOpen(after)) - Number(isOpen(before));
      if (before && isTakenBack(before, after)) isStale = true;
      widen(after);
    },
    settle(spans) {
      if (!isStale) return;
      isStale = false;
      startMs = Number.POSITIVE_INFINITY;
      endMs = Number.NEGATIVE_INFINITY;
      for (const span of spans) if (span) widen(span);
    },
  };
}
