'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useNow } from '../../hooks/useNow.ts';

/** Time since a moment. Only this ticks: the node around it does not render. */
export function Elapsed({
  sinceMs,
  words,
}: {
  readonly sinceMs: number;
  readonly words: ((elapsed: string) => string) | undefined;
}) {
  const { format } = useMonitorContext();
  const elapsed = format.duration(Math.max(0, useNow() - sinceMs));
  return <>{words ? words(elapsed) : elapsed}</>;
}
