'use client';
import { type RefObject, useRef } from 'react';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';
import { useSpanTreeContext } from './SpanTreeContext.ts';

/**
 * Keeps `--sl-now` of an element where the now-line stands, without rendering it. Each element that ends at the line has its
 * own: a property of the grid that they inherit would make the styles of all rows anew with each step.
 */
export function useNowVar<T extends HTMLElement>(isOn: boolean): RefObject<T | null> {
  const { view } = useSpanTreeContext();
  const ref = useRef<T>(null);
  useIsomorphicLayoutEffect(() => {
    const element = ref.current;
    if (!isOn || !element) return undefined;
    const write = () => element.style.setProperty('--sl-now', view.now().toFixed(2));
    write();
    return view.subscribeNow(write);
  }, [view, isOn]);
  return ref;
}
