'use client';
import { Fragment, useSyncExternalStore } from 'react';
import { useGaps } from '../../hooks/useGaps.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { Gap } from '../../store/types.ts';
import { gapText } from '../internals/GapRow.tsx';
import { useCssVars } from '../internals/useCssVars.ts';
import { useSpanTreeContext } from './SpanTreeContext.ts';
import type { TimeMap } from './timeScale.ts';

/** Hatches the stretches of time whose events are missing, and the breaks where idle time is cut short. */
export function SpanTreeGapHatch() {
  const { view, idle, isIdleCut } = useSpanTreeContext();
  const { messages, format } = useMonitorContext();
  const gaps = useGaps();
  useSyncExternalStore(idle.subscribe, idle.get, idle.get);
  const { map, toMs } = useSyncExternalStore(view.subscribe, view.get, view.get);
  const shown = gaps.filter((gap) => gap.toMs > map.startMs && map.draw(gap.fromMs) < toMs);
  return (
    <Fragment>
      {shown.map((gap) => (
        <Hatch key={gap.id} gap={gap} map={map} title={gapText(gap, messages, format)} />
      ))}
      {isIdleCut
        ? map.cuts.map((cut) => <Break key={cut.fromMs} fromMs={cut.drawnFromMs} toMs={cut.drawnToMs} />)
        : null}
    </Fragment>
  );
}

function Hatch({ gap, map, title }: { readonly gap: Gap; readonly map: TimeMap; readonly title: string }) {
  const from = Math.max(0, map.draw(gap.fromMs));
  const ref = useCssVars({ '--sl-x': from, '--sl-w': Math.max(0, map.draw(gap.toMs) - from) });
  return <div ref={ref} className="sl-span-tree__gap" data-sl-tip={title} />;
}

function Break({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
  const ref = useCssVars({ '--sl-x': fromMs, '--sl-w': toMs - fromMs });
  return <div ref={ref} className="sl-span-tree__break" />;
}
