import type { Format } from '../../hooks/format/createFormat.ts';

/** A round time of the axis: `0 s`, `10 s`, `2m`, `1h 30m`; parts of a second as durations are written. */
export function axisLabel(atMs: number, format: Format): string {
  if (atMs === 0) return '0 s';
  if (atMs % 1000 !== 0 || atMs < 1000) return format.duration(atMs);
  const seconds = Math.round(atMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}
