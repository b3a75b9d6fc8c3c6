'use client';

const WIDTH = 72;
const HEIGHT = 16;

export interface TrendBarsProps {
  readonly points: readonly { readonly atMs: number; readonly count: number }[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
}

/** Counts over time as bars without an axis. The numbers beside it say the same in words. */
export function TrendBars({ points, fromMs, toMs, bucketMs }: TrendBarsProps) {
  const firstMs = Math.floor(fromMs / bucketMs) * bucketMs;
  const buckets = Math.max(1, Math.ceil((toMs - firstMs) / bucketMs));
  const most = points.reduce((max, { count }) => Math.max(max, count), 1);
  const step = WIDTH / buckets;
  return (
    <svg
      className="sl-error-groups__trend"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      {points.map(({ atMs, count }) => {
        const height = Math.max(2, Math.round((count / most) * HEIGHT));
        const x = ((atMs - firstMs) / bucketMs) * step;
        return <rect key={atMs} x={x} y={HEIGHT - height} width={Math.max(1, step - 1)} height={height} />;
      })}
    </svg>
  );
}
