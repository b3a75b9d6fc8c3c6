'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type RefObject, useEffect, useMemo, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { asRedacted, type JsonRow } from '../../store/content/index.ts';
import { Icon } from '../internals/icons/Icon.tsx';
import { RedactedValueChip } from '../internals/RedactedValueChip.tsx';
import { useCssVars } from '../internals/useCssVars.ts';
import { ContentText } from './ContentText.tsx';

/** From here only rows in sight are in the page. */
const WINDOW_FROM = 200;
const ROW_PX = 20;

export interface JsonRowsProps {
  readonly rows: readonly JsonRow[];
  readonly label: string;
  readonly baseId: string;
  /** Key of the active line, see {@link jsonRowKey}. */
  readonly active: string;
  readonly matched: ReadonlySet<string>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onActivate: (pointer: string) => void;
  readonly onToggle: (row: JsonRow) => void;
  readonly scrollTo: RefObject<((key: string) => void) | undefined>;
}

/** The lines of the tree: one tab stop, the active line is named by `aria-activedescendant`.
 * Sets `data-match`, `data-index-key`, `data-kind-of`. */
export function JsonRows(props: JsonRowsProps) {
  const { rows, label, baseId, active, matched, onKeyDown, onActivate, onToggle, scrollTo } = props;
  const boxRef = useRef<HTMLDivElement>(null);
  const isWindowed = rows.length > WINDOW_FROM;
  const virtualizer = useVirtualizer({
    count: isWindowed ? rows.length : 0,
    getScrollElement: () => boxRef.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => jsonRowKey(rows[index] as JsonRow),
    // Flushing inside a layout effect is refused by React; the next render is soon enough.
    useFlushSync: false,
  });
  const sizeRef = useCssVars({ '--sl-window-size': isWindowed ? `${virtualizer.getTotalSize()}px` : undefined });
  const indexByKey = useMemo(() => new Map(rows.map((row, at) => [jsonRowKey(row), at])), [rows]);
  useEffect(() => {
    scrollTo.current = (key) => {
      const index = indexByKey.get(key);
      if (index === undefined) return;
      const box = boxRef.current;
      const line = box?.querySelector(`[data-index="${index}"]`);
      if (isWindowed) virtualizer.scrollToIndex(index, { align: 'auto' });
      else if (box && line) scrollInside(box, line);
    };
  });
  const rowProps = (row: JsonRow) => ({
    row,
    isActive: jsonRowKey(row) === active,
    isMatch: matched.has(row.pointer) && row.kind !== 'more',
    onActivate,
    onToggle,
  });
  const activeIndex = indexByKey.get(active);
  return (
    <div
      ref={boxRef}
      role="tree"
      aria-label={label}
      aria-activedescendant={activeIndex === undefined ? undefined : `${baseId}-${activeIndex}`}
      tabIndex={0}
      className="sl-json__rows"
      data-windowed={isWindowed ? '' : undefined}
      onKeyDown={onKeyDown}
    >
      {isWindowed ? (
        <div ref={sizeRef} role="none" className="sl-window">
          {virtualizer.getVirtualItems().map((item) => (
            <WindowItem key={item.key} start={item.start} index={item.index} measure={virtualizer.measureElement}>
              <JsonLine id={`${baseId}-${item.index}`} index={item.index} {...rowProps(rows[item.index] as JsonRow)} />
            </WindowItem>
          ))}
        </div>
      ) : (
        rows.map((row, index) => (
          <JsonLine key={jsonRowKey(row)} id={`${baseId}-${index}`} index={index} {...rowProps(row)} />
        ))
      )}
    </div>
  );
}

/** Moves the box only, never the page around it. */
function scrollInside(box: HTMLElement, line: Element): void {
  const frame = box.getBoundingClientRect();
  const { top, bottom } = line.getBoundingClientRect();
  if (top < frame.top) box.scrollTop -= frame.top - top;
  else if (bottom > frame.bottom) box.scrollTop += bottom - frame.bottom;
}

/** A "more" line stands for the rest of what its holder holds. */
export const jsonRowKey = (row: JsonRow): string => (row.kind === 'more' ? `${row.pointer}\u0000more` : row.pointer);

interface WindowItemProps {
  readonly start: number;
  readonly index: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly children: React.ReactNode;
}

function WindowItem({ start, index, measure, children }: WindowItemProps) {
  const varsRef = useCssVars({ '--sl-window-at': `${start}px` });
  return (
    <div
      ref={(element) => {
        varsRef(element);
        measure(element);
      }}
      role="none"
      data-index={index}
      className="sl-window__item"
    >
      {children}
    </div>
  );
}

interface JsonLineProps {
  readonly id: string;
  readonly index: number;
  readonly row: JsonRow;
  readonly isActive: boolean;
  readonly isMatch: boolean;
  readonly onActivate: (pointer: string) => void;
  readonly onToggle: (row: JsonRow) => void;
}

const JsonLine = memo(function JsonLine({ id, index, row, isActive, isMatch, onActivate, onToggle }: JsonLineProps) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const varsRef = useCssVars({ '--sl-depth': Math.min(row.depth, 12) });
  const { kind, key, isIndex, childCount: count, isExpandable, isExpanded } = row;
  const redacted = kind === 'redacted' ? asRedacted(row.value) : undefined;
  const isContainer = kind === 'object' || kind === 'list';
  const isInexact = typeof row.value === 'number' && Number.isInteger(row.value) && !Number.isSafeInteger(row.value);
  const size =
    kind === 'object'
      ? words.keys(count, format.exactCount(count))
      : kind === 'list'
        ? words.items(count, format.exactCount(count))
        : '';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree hears the keys
    <div
      ref={varsRef}
      id={id}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-posinset={row.posInSet}
      aria-setsize={row.setSize}
      aria-expanded={isExpandable ? isExpanded : undefined}
      aria-selected={isActive}
      tabIndex={-1}
      className="sl-json__line"
      data-index={index}
      data-match={isMatch ? '' : undefined}
      data-sl-tip={row.path || undefined}
      onClick={() => {
        if (kind !== 'more') onActivate(row.pointer);
        if (isExpandable || kind === 'more') onToggle(row);
      }}
    >
      <span className="sl-json__twist" aria-hidden="true">
        {isExpandable ? <Icon name={isExpanded ? 'down' : 'right'} size="s" /> : null}
      </span>
      {kind === 'more' ? (
        <span className="sl-link">{words.more(format.exactCount(count))}</span>
      ) : (
        <span className="sl-json__text">
          {key === undefined ? null : (
            <>
              <span className="sl-json__key" data-index-key={isIndex ? '' : undefined}>
                <bdi>
                  <ContentText text={key} />
                </bdi>
              </span>
              {': '}
            </>
          )}
          {isContainer ? (
            <span className="sl-json__size">
              {kind === 'list' ? '[' : '{'}
              {isExpanded ? '' : ' … '}
              {isExpanded ? '' : kind === 'list' ? ']' : '}'} {size}
            </span>
          ) : redacted ? (
            <RedactedValueChip value={redacted} />
          ) : (
            <span className="sl-json__value" data-kind-of={kind} title={isInexact ? words.inexact : undefined}>
              <bdi>
                <ContentText text={row.text} />
              </bdi>
            </span>
          )}
        </span>
      )}
    </div>
  );
});
