'use client';
import { useGaps } from '../../hooks/useGaps.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { Run } from '../../model/run.ts';
import { Chip } from '../internals/Chip.tsx';
import { gapText } from '../internals/GapRow.tsx';

/** Says in words what the hatch over the bars shows: events are missing while the run went on. The newest gap; all in its tip. */
export function SpanTreeGapNote({ run }: { readonly run: Run }) {
  const { messages, format } = useMonitorContext();
  const { startedAtMs, endedAtMs = Number.POSITIVE_INFINITY } = run;
  const gaps = useGaps().filter((gap) => startedAtMs !== undefined && gap.toMs > startedAtMs && gap.fromMs < endedAtMs);
  const newest = gaps.at(-1);
  if (!newest) return null;
  return (
    <Chip icon="gap" hint={gaps.map((gap) => gapText(gap, messages, format)).join('\n')}>
      {gapText(newest, messages, format)}
    </Chip>
  );
}
