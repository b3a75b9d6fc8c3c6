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
import { attemptOf, isContainer, metaOf, nameOf } from './spanFacts.ts';

export interface SpanTreeNameCellState {
  /** Only where it is worth a mark: what succeeded has none. */
  readonly mark: ShownStatus | undefined;
  /** One of several tries: which one it is stays readable, however long the name. */
  readonly retried: boolean;
}

/** Indent, fold, kind, name and the fact beside it. Sets `data-mark`, `data-retried`. */
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
    const attempt = attemptOf(row, messages);
    const words = [name, [attempt, meta].filter(Boolean).join(' · ')].filter(Boolean).join(' ');
    const kind = span?.kind ?? 'custom';
    const kindWord = span && !span.isPlaceholder ? messages.common.kind[kind] : '';
    return useRenderPart(
      'div',
      partProps,
      { mark, retried: attempt !== '' },
      {
        ref,
        role: 'gridcell',
        // The kind is a drawing; what follows it is what is seen, word for word.
        'aria-label': [kindWord, words].filter(Boolean).join(', '),
        tabIndex: cellTabIndex(0, activeCell),
        className: 'sl-span-tree__name-cell',
        ...tip(attempt === '' ? undefined : words),
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
            <span className="sl-span-tree__name">{name}</span>{' '}
            {attempt === '' ? (
              meta
            ) : (
              <>
                <span className="sl-span-tree__attempt">{attempt}</span>
                {meta === '' ? null : (
                  <span className="sl-span-tree__reason">
                    <span className="sl-span-tree__reason-words"> · {meta}</span>
                  </span>
                )}
              </>
            )}
            {mark ? <Icon name={mark} className="sl-span-tree__mark" /> : null}
          </>
        ),
      },
    );
  },
);
