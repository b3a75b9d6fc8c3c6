'use client';
import { createContext, type RefObject, useContext } from 'react';
import { MonitorError } from '../../model/errors.ts';
import type { RunId, SpanKey } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import type { SpanTreeIndex, SpanTreeLayout, SpanTreeRow } from '../../store/tree/index.ts';
import type { CriticalMarks } from './criticalMarks.ts';
import type { IdleNotes } from './idleNotes.ts';
import type { TimeView } from './timeView.ts';

/** What the parts of a tree share. Stays the same while spans stream: a part that draws what streams subscribes to it. */
export interface SpanTreeContextValue {
  readonly runId: RunId;
  readonly index: SpanTreeIndex;
  readonly view: TimeView;
  readonly marks: CriticalMarks;
  /** Nothing was heard of the run for too long: what is open is drawn as stale. */
  readonly isStale: boolean;
  readonly layout: SpanTreeLayout;
  readonly setLayout: (layout: SpanTreeLayout) => void;
  readonly isCriticalShown: boolean;
  readonly setCriticalShown: (isShown: boolean) => void;
  readonly idle: IdleNotes;
  readonly isIdleCut: boolean;
  readonly setIdleCut: (isCut: boolean) => void;
  /** Opens the list of keys; set by the toolbar. */
  readonly helpRef: RefObject<(() => void) | undefined>;
  readonly gridRef: RefObject<HTMLElement | null>;
}

export const SpanTreeContext = createContext<SpanTreeContextValue | undefined>(undefined);

/** @throws {MonitorError} `span-tree.no-root` outside of `SpanTree.Root` */
export function useSpanTreeContext(): SpanTreeContextValue {
  const value = useContext(SpanTreeContext);
  if (!value) {
    throw new MonitorError('span-tree.no-root', {
      happened: 'A part of the span tree stands outside of SpanTree.Root.',
      follows: 'It has no run to show.',
      todo: 'Put it inside <SpanTree.Root runId={…}>.',
    });
  }
  return value;
}

/** Which row the keyboard is at. Apart from the rest: it changes with every arrow key. */
export interface SpanTreeFocus {
  /** The row that Tab goes to; `undefined`: the first one. */
  readonly activeKey: SpanKey | undefined;
  /** The cell, from 0; `undefined`: the row itself. */
  readonly activeCell: number | undefined;
  /** Moves there; with `takesFocus` the browser's focus too. */
  readonly moveTo: (key: SpanKey, cell?: number, takesFocus?: boolean) => void;
  /** Asked for and not yet done; the body does it once the row is in the page. */
  readonly wantsFocusRef: RefObject<boolean>;
}

export const SpanTreeFocusContext = createContext<SpanTreeFocus | undefined>(undefined);

export function useSpanTreeFocus(): SpanTreeFocus {
  const value = useContext(SpanTreeFocusContext);
  useSpanTreeContext();
  return value as SpanTreeFocus;
}

/** What the cells of a row share. */
export interface SpanTreeRowContextValue {
  readonly row: SpanTreeRow;
  /** `undefined` until its first event came. */
  readonly span: Span | undefined;
  readonly isOpen: boolean;
  /** How much earlier than its parent it says it began, ms. */
  readonly skewMs: number | undefined;
  readonly activeCell: number | undefined;
}

export const SpanTreeRowContext = createContext<SpanTreeRowContextValue | undefined>(undefined);

/** @throws {MonitorError} `span-tree.no-row` outside of `SpanTree.Row` */
export function useSpanTreeRow(): SpanTreeRowContextValue {
  const value = useContext(SpanTreeRowContext);
  if (!value) {
    throw new MonitorError('span-tree.no-row', {
      happened: 'A cell of the span tree stands outside of SpanTree.Row.',
      follows: 'It has no span to show.',
      todo: 'Put it inside <SpanTree.Row>.',
    });
  }
  return value;
}
