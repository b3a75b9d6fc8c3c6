'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Chip } from './Chip.tsx';

export interface ReadingChipProps {
  /** Spans that are read. */
  readonly read: number;
  readonly total: number;
}

/** How far the reading of many spans is. The sheet shows it after 300 ms, so a quick reading does not flicker. */
export function ReadingChip({ read, total }: ReadingChipProps) {
  const { messages, format } = useMonitorContext();
  const text = messages.common.readingSpans(format.exactCount(read), format.exactCount(total));
  return (
    <span
      role="progressbar"
      aria-label={text}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={read}
      className="sl-reading"
    >
      <Chip icon="running">{text}</Chip>
    </span>
  );
}
