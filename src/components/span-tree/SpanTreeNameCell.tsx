'use client';
import { forwardRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { Icon } from '../internals/icons/Icon.tsx';
import { iconByKind } from '../internals/icons/KindIcon.tsx';
import { type ShownStatus, shownStatus } from '../internals/icons/shownStatus.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { cellTabIndex } from './cellTabIndex.ts';
import { MOST_LEVELS } from './mostLevels.ts';
import { useSpanTreeContext, useSpanTreeRow } from './SpanTreeContext.ts';
import { isContainer, metaOf, nameOf } from './spanFacts.ts';

export interface SpanTreeNameCellState {
  /** Only where it is worth a mark: what succeeded has none. */
  readonly mark: ShownStatus | undefined;
}

/** Indent, fold, kind, name and the fact beside it. Sets `data-mark`. */
export const SpanTreeNameCell = forwardRef<HTMLDivElement, PartPropsOf<'div', SpanTreeNameCellState>>(
  function SpanTreeNameCell(partProps, ref) {
    const { index, isStale } = useSpanTreeContext();
    const { messages, format } = useMonitorContext();
    const { row, span, skewMs, activeCell } = useSpanTreeRow();
    const status = span && !span.isPlaceholder ? shownStatus(span.status, isStale) : 'ok';
    // What runs inside of a container says so itself.
    const mark = status === 'ok' || (status === 'running' && span && isContainer(span)) ? undefined : status;
    const name = nameOf(span, messages);
    const skew = skewMs === undefined ? '' : messages.spanTree.skewNote(format.duration(skewMs));
    const meta = [metaOf(span, row, messages, format), skew].filter(Boolean).join(' · ');
    const kind = span?.kind ?? 'custom';
    const kindWord = span && !span.isPlaceholder ? messages.common.kind[kind] : '';
    return useRenderPart(
      'div',
      partProps,
      { mark },
      {
        ref,
        role: 'gridcell',
        // The kind is a drawing; what follows it is what is seen, word for word.
        'aria-label': [kindWord, [name, meta].filter(Boolean).join(' ')].filter(Boolean).join(', '),
        tabIndex: cellTabIndex(0, activeCell),
        className: 'sl-span-tree__name-cell',
        ...tip(),
        children: (
          <>
            {row.hasChildren ? (
              // The row has the keys and says that it can be expanded; this is for the pointer.
              // biome-ignore lint/a11y: see above
              <span
                className="sl-span-tree__fold"
                aria-hidden="true"
                onClick={(event) => {
                  event.stopPropagation();
                  index.setExpanded(row.spanKey, !row.isExpanded);
                }}
              />
            ) : null}
            <Icon name={iconByKind[kind]} className="sl-span-tree__kind" />
            {row.level > MOST_LEVELS + 1 ? (
              <span className="sl-span-tree__depth" aria-hidden="true">
                {row.level}
              </span>
            ) : null}
            <span className="sl-span-tree__name">{name}</span> {meta}
            {mark ? <Icon name={mark} className="sl-span-tree__mark" /> : null}
          </>
        ),
      },
    );
  },
);
