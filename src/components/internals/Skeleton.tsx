'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';

export interface SkeletonProps {
  /** Pale bars, in the shape of what comes. */
  readonly lines: number;
  readonly shape?: 'line' | 'row' | undefined;
}

/** Pale bars in place of what is loading. The sheet shows them after 300 ms, so a quick answer does not flicker. Sets `data-shape`, `data-width`. */
export function Skeleton({ lines, shape = 'line' }: SkeletonProps) {
  const { messages } = useMonitorContext();
  return (
    <div className="sl-skeleton" data-shape={shape} aria-busy="true">
      <span className="sl-vh">{messages.common.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <span key={index} className="sl-skeleton__bar" data-width={(index * 7) % 4} />
      ))}
    </div>
  );
}
