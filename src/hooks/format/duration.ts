const none = '—';
const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const pad = (value: number) => String(value).padStart(2, '0');

/** Rounds to `step`, but stays below `limit`: 9.996 s is not yet 10 s. */
const within = (ms: number, step: number, limit: number) => {
  const rounded = Math.round(ms / step) * step;
  return rounded < limit ? rounded : Math.floor(ms / step) * step;
};

/** @param fixed - a number with that many decimals, in the host's locale */
export function formatDuration(ms: number | undefined, fixed: (value: number, digits: number) => string): string {
  if (ms === undefined || !Number.isFinite(ms)) return none;
  if (ms <= 0) return `${fixed(0, 0)} ms`; // clocks may lie; a span does not end before it starts
  if (ms < 0.1) return `<${fixed(0.1, 1)} ms`;
  if (ms < 1) return `${fixed(within(ms, 0.1, 1), 1)} ms`;
  if (ms < secondMs) return `${fixed(within(ms, 1, secondMs), 0)} ms`;
  if (ms < 10 * secondMs) return `${fixed(within(ms, 10, 10 * secondMs) / secondMs, 2)} s`;
  if (ms < minuteMs) return `${fixed(within(ms, 100, minuteMs) / secondMs, 1)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)}m ${pad(Math.floor((ms % minuteMs) / secondMs))}s`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)}h ${pad(Math.floor((ms % hourMs) / minuteMs))}m`;
  return `${fixed(Math.floor(ms / dayMs), 0)}d ${pad(Math.floor((ms % dayMs) / hourMs))}h`;
}

/** A delay that is looked at in passing: one decimal is enough, and it keeps its width. */
export function formatLag(ms: number | undefined, fixed: (value: number, digits: number) => string): string {
  if (ms === undefined || !Number.isFinite(ms)) return none;
  const size = Math.max(0, ms);
  return size < minuteMs ? `${fixed(within(size, 100, minuteMs) / secondMs, 1)} s` : formatDuration(size, fixed);
}

/** How long ago, in the one unit that fits; a time to come is `0s`. */
export function formatAgo(atMs: number | undefined, nowMs: number): string {
  if (atMs === undefined || !Number.isFinite(atMs) || !Number.isFinite(nowMs)) return none;
  const ms = Math.max(0, nowMs - atMs);
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)}s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)}m`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)}h`;
  return `${Math.floor(ms / dayMs)}d`;
}
