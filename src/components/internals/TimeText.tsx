'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { tip } from './tip.ts';

export interface TimeTextProps {
  /** Epoch ms. */
  readonly atMs: number | undefined;
  /** What is shown; default `14:32:07`. */
  readonly text?: string | undefined;
}

/** A moment as `<time>`, with the whole of it (offset, zone, UTC) on hover and focus. */
export function TimeText({ atMs, text }: TimeTextProps) {
  const { format } = useMonitorContext();
  return (
    <time
      className="sl-num"
      dateTime={format.isoTime(atMs)}
      {...tip(atMs === undefined ? false : format.fullTime(atMs))}
    >
      {text ?? format.shortTime(atMs)}
    </time>
  );
}
