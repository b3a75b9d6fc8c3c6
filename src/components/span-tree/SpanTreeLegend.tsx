'use client';
import { forwardRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { KindIcon } from '../internals/icons/KindIcon.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { legendKinds } from './kindLegend.ts';

const noState = {};

/** What the drawings and the hatch mean. Sets `data-side` on the last of them. */
export const SpanTreeLegend = forwardRef<HTMLDivElement, PartPropsOf<'div', object>>(
  function SpanTreeLegend(partProps, ref) {
    const { messages } = useMonitorContext();
    return useRenderPart('div', partProps, noState, {
      ref,
      className: 'sl-span-tree__legend',
      children: (
        <>
          {legendKinds.map((kind) => (
            <span key={kind} className="sl-span-tree__legend-item">
              <KindIcon kind={kind} size="s" label={false} />
              {messages.common.kind[kind]}
            </span>
          ))}
          <span className="sl-span-tree__legend-item" data-side="end">
            <span className="sl-span-tree__legend-hatch" />
            {messages.spanTree.streamGap}
          </span>
        </>
      ),
    });
  },
);
