'use client';
import { measureElement, type Virtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';

type Measure = (
  element: HTMLElement,
  entry: ResizeObserverEntry | undefined,
  instance: Virtualizer<HTMLDivElement, HTMLElement>,
) => number;

/**
 * Measures rows for a virtualizer where most are equally high: the first of a kind is read from the page, those that come later take its
 * height until the observer says otherwise. To read the height of each row as it comes would lay out the page once for each.
 * @param kindOf - kind of the row at an index; `undefined`: one of its own height
 */
export function useSteadyMeasure(kindOf: (index: number) => string | undefined): Measure {
  const sizes = useRef(new Map<string, number>());
  return (element, entry, instance) => {
    const index = instance.indexFromElement(element);
    const kind = kindOf(index);
    if (kind === undefined) return measureElement(element, entry, instance);
    const known = instance.itemSizeCache.get(instance.options.getItemKey(index)) ?? sizes.current.get(kind);
    if (!entry && known !== undefined) return known;
    const size = measureElement(element, entry, instance);
    sizes.current.set(kind, size);
    return size;
  };
}
