import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useMemo, useRef } from 'react';
import type { SpanKind } from 'spanlight/store';

/** A span as an application keeps it in React state. */
export interface PlainSpan {
  readonly id: string;
  readonly parent: string | undefined;
  readonly depth: number;
  readonly kind: SpanKind;
  readonly name: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly status: 'running' | 'ok' | 'error';
}

/** Spans in tree order: what a tree view makes anew when the list changes. */
function flatten(list: readonly PlainSpan[]): PlainSpan[] {
  const children = new Map<string, PlainSpan[]>();
  const roots: PlainSpan[] = [];
  for (const span of list) {
    const siblings = span.parent === undefined ? roots : children.get(span.parent);
    if (siblings) siblings.push(span);
    else children.set(span.parent ?? '', [span]);
  }
  const rows: PlainSpan[] = [];
  const stack = roots.reverse();
  for (let span = stack.pop(); span; span = stack.pop()) {
    rows.push(span);
    const below = children.get(span.id) ?? [];
    for (let at = below.length - 1; at >= 0; at -= 1) stack.push(below[at] as PlainSpan);
  }
  return rows;
}

interface PlainRowProps {
  readonly span: PlainSpan;
  readonly fromMs: number;
  readonly isSelected: boolean;
  readonly atPx?: number | undefined;
}

/** The same elements, classes and ARIA as a row of `SpanTree`, from plain props. */
const PlainRow = memo(function PlainRow({ span, fromMs, isSelected, atPx }: PlainRowProps) {
  const row = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const { depth, kind, name, startedAtMs, endedAtMs, status } = span;
  useLayoutEffect(() => {
    row.current?.style.setProperty('--sl-level', String(Math.min(depth, 8)));
    if (atPx !== undefined) row.current?.style.setProperty('transform', `translateY(${atPx}px)`);
    bar.current?.style.setProperty('--sl-x', String(startedAtMs - fromMs));
    bar.current?.style.setProperty('--sl-w', String((endedAtMs ?? startedAtMs) - startedAtMs));
  }, [depth, startedAtMs, endedAtMs, fromMs, atPx]);
  const durationMs = endedAtMs === undefined ? undefined : endedAtMs - startedAtMs;
  return (
    <div
      ref={row}
      role="row"
      className="sl-span-tree__row"
      data-kind={kind}
      data-status={status}
      aria-level={depth + 1}
      aria-selected={isSelected}
    >
      <div role="gridcell" className="sl-span-tree__name-cell" aria-label={`${name}, ${kind}`}>
        <svg className="sl-icon sl-span-tree__kind" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4 4h8v8H4z" />
        </svg>
        <span className="sl-span-tree__name">{name}</span>
      </div>
      <div
        ref={bar}
        role="gridcell"
        className="sl-span-tree__bar-cell"
        data-bar="solid"
        aria-label={`starts ${startedAtMs - fromMs} ms, lasts ${durationMs ?? 0} ms, ${status}`}
      />
      <div role="gridcell" className="sl-span-tree__figure" data-column="duration">
        {durationMs === undefined ? '—' : `${durationMs} ms`}
      </div>
      <div role="gridcell" className="sl-span-tree__figure" data-column="cost">
        —
      </div>
    </div>
  );
});

export interface PlainTreeProps {
  readonly list: readonly PlainSpan[];
}

/** Every row in the page. */
export function UnvirtualisedTree({ list }: PlainTreeProps) {
  const rows = useMemo(() => flatten(list), [list]);
  const fromMs = rows[0]?.startedAtMs ?? 0;
  return (
    <div className="sl-span-tree__grid" role="treegrid">
      <div className="sl-span-tree__head" />
      <div>
        {rows.map((span) => (
          <PlainRow key={span.id} span={span} fromMs={fromMs} isSelected={false} />
        ))}
      </div>
    </div>
  );
}

const ROW_PX = 28;

/** A flat list made anew on each change, windowed by TanStack Virtual: what most trace viewers do. */
export function FlatVirtualTree({ list }: PlainTreeProps) {
  const rows = useMemo(() => flatten(list), [list]);
  const grid = useRef<HTMLDivElement>(null);
  const window = useRef<HTMLDivElement>(null);
  const fromMs = rows[0]?.startedAtMs ?? 0;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => grid.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const heightPx = virtualizer.getTotalSize();
  useLayoutEffect(() => window.current?.style.setProperty('height', `${heightPx}px`), [heightPx]);
  return (
    <div ref={grid} className="sl-span-tree__grid" role="treegrid">
      <div className="sl-span-tree__head" />
      <div ref={window} className="plain-window">
        {virtualizer.getVirtualItems().map((item) => {
          const span = rows[item.index];
          return span ? (
            <PlainRow key={item.key} span={span} fromMs={fromMs} isSelected={false} atPx={item.start} />
          ) : null;
        })}
      </div>
    </div>
  );
}
