'use client';
import { forwardRef, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useNow } from '../../hooks/useNow.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useCssVars } from '../internals/useCssVars.ts';
import { axisLabel } from './axisLabel.ts';
import { useSpanTreeContext } from './SpanTreeContext.ts';
import { useAxisTicks } from './useAxisTicks.ts';
import { useElementWidth } from './useElementWidth.ts';
import { useNowVar } from './useNowVar.ts';

const noState = {};
/** A label of the axis, px: one digit of 11 px is about this wide, and so much space stands around it. */
const DIGIT_PX = 6.6;
const LABEL_SPACE_PX = 10;
/** Before the column is measured. */
const USUAL_PX = 340;

/** The head row: names of the columns, and over the bars the axis. A tick that would touch the now label stays away.
 * Sets `data-align`, `data-column` on the columns, `data-side` on the now label. */
export const SpanTreeAxis = forwardRef<HTMLDivElement, PartPropsOf<'div', object>>(
  function SpanTreeAxis(partProps, ref) {
    const { messages } = useMonitorContext();
    const words = messages.spanTree;
    return useRenderPart('div', partProps, noState, {
      ref,
      role: 'row',
      'aria-rowindex': 1,
      className: 'sl-span-tree__head',
      children: (
        <>
          <div role="columnheader" className="sl-span-tree__head-cell">
            {words.span}
          </div>
          <AxisCell />
          <div role="columnheader" className="sl-span-tree__head-cell" data-align="end">
            {words.duration}
          </div>
          <div role="columnheader" className="sl-span-tree__head-cell" data-align="end" data-column="cost">
            {words.cost}
          </div>
        </>
      ),
    });
  },
);

function AxisCell() {
  const { messages } = useMonitorContext();
  const { window } = useAxisTicks();
  const cellRef = useRef<HTMLDivElement>(null);
  const widthPx = useElementWidth(cellRef) || USUAL_PX;
  return (
    <div ref={cellRef} role="columnheader" aria-label={messages.spanTree.time} className="sl-span-tree__axis">
      {window.isLive ? <LiveLabels widthPx={widthPx} /> : <Labels widthPx={widthPx} nowMs={undefined} />}
    </div>
  );
}

function LiveLabels({ widthPx }: { readonly widthPx: number }) {
  const { index, isStale } = useSpanTreeContext();
  const { window } = useAxisTicks();
  const nowMs = useNow(1);
  const { endMs } = index.summary;
  const shownMs = isStale && endMs !== undefined ? endMs : Math.max(nowMs, endMs ?? nowMs);
  return <Labels widthPx={widthPx} nowMs={nowMs === 0 ? undefined : shownMs - window.map.startMs} />;
}

/** @param nowMs - from the start of the run; `undefined`: it has ended */
function Labels({ widthPx, nowMs }: { readonly widthPx: number; readonly nowMs: number | undefined }) {
  const { format } = useMonitorContext();
  const { isStale } = useSpanTreeContext();
  const { ticks, window } = useAxisTicks();
  const lengthMs = window.toMs - window.fromMs;
  const atPx = (drawnMs: number) => ((drawnMs - window.fromMs) / lengthMs) * widthPx;
  const nowText = nowMs === undefined ? undefined : format.duration(nowMs);
  const nowDrawnMs = nowMs === undefined ? undefined : window.map.draw(window.map.startMs + nowMs);
  const isNowInside = nowDrawnMs !== undefined && nowDrawnMs > window.fromMs && nowDrawnMs <= window.toMs;
  const nowEndPx = isNowInside ? atPx(nowDrawnMs) : Number.POSITIVE_INFINITY;
  const nowPx = (nowText?.length ?? 0) * DIGIT_PX + LABEL_SPACE_PX;
  const nowStartPx = isNowInside ? Math.max(0, nowEndPx - nowPx) : Number.POSITIVE_INFINITY;
  const free = placeLabels(
    ticks.map(({ drawnMs, atMs }) => ({ drawnMs, atPx: atPx(drawnMs), text: axisLabel(atMs, format) })),
    { widthPx, nowStartPx, nowEndPx },
  );
  const labels = free.map(({ drawnMs, text }) => <TickLabel key={drawnMs} atMs={drawnMs} text={text} />);
  return (
    <>
      {labels}
      {nowText !== undefined && isNowInside ? (
        <NowLabel text={nowText} isStale={isStale} isFlipped={nowEndPx < nowPx} />
      ) : null}
    </>
  );
}

interface Label {
  readonly drawnMs: number;
  readonly atPx: number;
  readonly text: string;
}

/** The labels that touch neither each other, nor the now label, nor the end of the axis. */
function placeLabels(
  labels: readonly Label[],
  room: { readonly widthPx: number; readonly nowStartPx: number; readonly nowEndPx: number },
): Label[] {
  let usedPx = Number.NEGATIVE_INFINITY;
  return labels.filter(({ atPx, text }) => {
    const endPx = atPx + text.length * DIGIT_PX + LABEL_SPACE_PX;
    const touchesNow = endPx > room.nowStartPx && atPx < room.nowEndPx + LABEL_SPACE_PX;
    if (touchesNow || atPx < usedPx || endPx > room.widthPx + 2) return false;
    usedPx = endPx;
    return true;
  });
}

function TickLabel({ atMs, text }: { readonly atMs: number; readonly text: string }) {
  return (
    <span ref={useCssVars({ '--sl-x': atMs })} className="sl-span-tree__tick">
      {text}
    </span>
  );
}

function NowLabel({
  text,
  isStale,
  isFlipped,
}: {
  readonly text: string;
  readonly isStale: boolean;
  readonly isFlipped: boolean;
}) {
  return (
    <span
      ref={useNowVar<HTMLSpanElement>(true)}
      className="sl-span-tree__now-label"
      data-stale={isStale ? '' : undefined}
      data-side={isFlipped ? 'after' : undefined}
    >
      {text}
    </span>
  );
}
