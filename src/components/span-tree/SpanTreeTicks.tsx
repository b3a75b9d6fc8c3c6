'use client';
import { useCssVars } from '../internals/useCssVars.ts';
import { useAxisTicks } from './useAxisTicks.ts';

/** The gridlines of the axis through all rows. */
export function SpanTreeTicks() {
  const { ticks, window } = useAxisTicks();
  return ticks
    .filter(({ drawnMs }) => drawnMs > window.fromMs)
    .map(({ atMs, drawnMs }) => <Line key={atMs} atMs={drawnMs} />);
}

function Line({ atMs }: { readonly atMs: number }) {
  return <div ref={useCssVars({ '--sl-x': atMs })} className="sl-span-tree__line" />;
}
