'use client';
import { forwardRef } from 'react';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { SpanTreeGapHatch } from './SpanTreeGapHatch.tsx';
import { SpanTreeNowLine } from './SpanTreeNowLine.tsx';
import { SpanTreeTicks } from './SpanTreeTicks.tsx';

const noState = {};
const defaultParts = (
  <>
    <SpanTreeTicks />
    <SpanTreeGapHatch />
    <SpanTreeNowLine />
  </>
);

/** What lies over all rows in the column of the bars, under the bars themselves: gridlines, gaps, the now-line. */
export const SpanTreeOverlay = forwardRef<HTMLDivElement, PartPropsOf<'div', object>>(function SpanTreeOverlay(
  { children, ...partProps },
  ref,
) {
  return useRenderPart('div', partProps, noState, {
    ref,
    className: 'sl-span-tree__overlay',
    'aria-hidden': true,
    children: <div className="sl-span-tree__track">{children ?? defaultParts}</div>,
  });
});
