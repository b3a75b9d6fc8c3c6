'use client';
import { useEffect, useRef } from 'react';
import type { SpanKey } from '../../model/ids.ts';
import type { SpanTreeIndex } from '../../store/tree/index.ts';
import type { SpanTreeFocus } from './SpanTreeContext.ts';

interface FollowFocusOptions {
  readonly index: SpanTreeIndex;
  readonly version: number;
  readonly activeKey: SpanKey | undefined;
  readonly hasFocus: boolean;
  readonly moveTo: SpanTreeFocus['moveTo'];
}

/** When the row that has the focus leaves: to the row that it was folded into, else to the row that now stands where it stood. */
export function useFollowFocus({ index, version, activeKey, hasFocus, moveTo }: FollowFocusOptions): void {
  const lastRef = useRef({ key: activeKey, at: 0, parents: [] as readonly SpanKey[] });
  useEffect(() => {
    if (activeKey === undefined || version < 0) return;
    const at = index.rowIndexOf(activeKey);
    if (at >= 0) {
      const parents: SpanKey[] = [];
      for (let above = index.parentOf(activeKey); above !== undefined; above = index.parentOf(above))
        parents.push(above);
      lastRef.current = { key: activeKey, at, parents };
    } else if (hasFocus && lastRef.current.key === activeKey) {
      const parent = lastRef.current.parents.find((key) => index.rowIndexOf(key) >= 0);
      const next = parent ?? index.rowAt(Math.min(lastRef.current.at, index.summary.rowCount - 1))?.spanKey;
      if (next !== undefined) moveTo(next);
    }
  }, [index, version, activeKey, hasFocus, moveTo]);
}
