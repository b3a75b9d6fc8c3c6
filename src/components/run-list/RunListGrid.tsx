'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { forwardRef, type ReactElement, useRef } from 'react';
import type { RunListItem } from '../../hooks/internals/runListSource.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { RunId } from '../../model/ids.ts';
import { GapLine } from '../internals/GapRow.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useCssVars } from '../internals/useCssVars.ts';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { useSteadyMeasure } from '../internals/useSteadyMeasure.ts';
import { useRunListContext } from './RunListContext.ts';
import { RunListMenu } from './RunListMenu.tsx';
import { RunListNewItems } from './RunListNewItems.tsx';
import { RunListOlder } from './RunListOlder.tsx';
import { RunListRow } from './RunListRow.tsx';
import { useGridKeys } from './useGridKeys.ts';
import { useHold } from './useHold.ts';

/** Above so many rows only those in sight are in the page. */
const WINDOW_FROM = 100;
const OVERSCAN = 8;
const ROW_PX = 45;
const GAP_PX = 22;

export interface RunListGridState {
  readonly windowed: boolean;
}

/** Place of a row in the grid, and its part in the one tab stop. */
export interface RunListRowPlace {
  readonly 'aria-rowindex': number;
  readonly 'data-index': number;
  readonly tabIndex: 0 | -1;
}

export interface RunListGridProps extends Omit<PartPropsOf<'div', RunListGridState>, 'children'> {
  /** A row of one's own, e.g. a `RunList.Row` with other children; the props carry its place in the grid. */
  readonly renderRow?: ((runId: RunId, rowProps: RunListRowPlace) => ReactElement) | undefined;
  readonly classNames?: { readonly row?: string | undefined; readonly gap?: string | undefined } | undefined;
}

/**
 * The rows: a `grid` with one tab stop. ↑↓ Home End PgUp PgDn move, Enter opens, Space selects, Shift+F10 shows what can be done.
 * Holds still while the pointer or the focus is inside, text is selected or it is scrolled. Sets `data-windowed`, on gaps `data-why`; inside
 * `--sl-window-size`, `--sl-window-at`.
 */
export const RunListGrid = forwardRef<HTMLDivElement, RunListGridProps>(function RunListGrid(props, ref) {
  'use no memo'; // the virtualizer hands out functions that read changing state
  const { renderRow, classNames, ...partProps } = props;
  const { messages } = useMonitorContext();
  const { list, items, open, select } = useRunListContext();
  const gridRef = useRef<HTMLDivElement>(null);
  const mergedRef = useMergedRefs(gridRef, ref);
  const isWindowed = items.length > WINDOW_FROM;
  useHold(gridRef, list.setHeld);

  const keys = useGridKeys({
    gridRef,
    items,
    scrollTo: (index) => isWindowed && virtualizer.scrollToIndex(index),
    onOpen: open,
    onSelect: select,
  });
  const measureElement = useSteadyMeasure((index) => (renderRow ? undefined : items[index]?.kind));
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: isWindowed ? items.length : 0,
    getScrollElement: () => gridRef.current,
    estimateSize: (index) => (items[index]?.kind === 'gap' ? GAP_PX : ROW_PX),
    getItemKey: (index) => items[index]?.key ?? index,
    measureElement,
    overscan: OVERSCAN,
    rangeExtractor: (range) => {
      const from = Math.max(0, range.startIndex - range.overscan);
      const to = Math.min(range.count - 1, range.endIndex + range.overscan);
      const shown = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
      // the row that has the focus stays in the page, else the focus would be lost
      const { activeIndex } = keys;
      if (activeIndex < range.count && (activeIndex < from || activeIndex > to)) shown.push(activeIndex);
      return shown.sort((a, b) => a - b);
    },
  });

  const renderItem = (item: RunListItem, index: number) => {
    const common: RunListRowPlace = {
      'aria-rowindex': index + 1,
      'data-index': index,
      tabIndex: index === keys.activeIndex ? 0 : -1,
    };
    if (item.kind === 'run') {
      return (
        renderRow?.(item.runId, common) ?? <RunListRow runId={item.runId} className={classNames?.row} {...common} />
      );
    }
    return (
      <div role="row" className={`sl-gap ${classNames?.gap ?? ''}`} data-why={item.gap.why} {...common}>
        <span role="gridcell" className="sl-run-list__gap" aria-colspan={3}>
          <GapLine gap={item.gap} />
        </span>
      </div>
    );
  };

  const rows = isWindowed ? (
    <Window sizePx={virtualizer.getTotalSize()}>
      {virtualizer.getVirtualItems().map((shown) => {
        const item = items[shown.index];
        return item ? (
          <WindowItem key={shown.key} index={shown.index} atPx={shown.start} measure={virtualizer.measureElement}>
            {renderItem(item, shown.index)}
          </WindowItem>
        ) : null;
      })}
    </Window>
  ) : (
    items.map((item, index) => (
      <div key={item.key} role="presentation" className="sl-run-list__item">
        {renderItem(item, index)}
      </div>
    ))
  );
  const grid = useRenderPart('div', partProps, { windowed: isWindowed } satisfies RunListGridState, {
    ref: mergedRef as React.Ref<HTMLElement>,
    role: 'grid',
    className: 'sl-run-list__grid',
    'aria-label': messages.runList.title,
    'aria-rowcount': items.length,
    onKeyDown: keys.onKeyDown,
    onFocus: keys.onFocus,
    children: (
      <>
        {rows}
        <RunListOlder gridRef={gridRef} />
      </>
    ),
  });
  return (
    <>
      <RunListNewItems
        onRelease={() => {
          if (gridRef.current) gridRef.current.scrollTop = 0;
        }}
      />
      {grid}
      <RunListMenu request={keys.menuRequest} onClosed={keys.closeMenu} />
    </>
  );
});

function Window({ sizePx, children }: { readonly sizePx: number; readonly children: React.ReactNode }) {
  const ref = useCssVars({ '--sl-window-size': `${sizePx}px` });
  return (
    <div ref={ref} role="presentation" className="sl-window">
      {children}
    </div>
  );
}

interface WindowItemProps {
  readonly index: number;
  readonly atPx: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly children: React.ReactNode;
}

function WindowItem({ index, atPx, measure, children }: WindowItemProps) {
  const varsRef = useCssVars({ '--sl-window-at': `${atPx}px` });
  const ref = useMergedRefs<HTMLDivElement>(varsRef, measure);
  return (
    <div ref={ref} role="presentation" className="sl-window__item" data-index={index}>
      {children}
    </div>
  );
}
