'use client';
import { useEffect, useMemo, useState } from 'react';

/**
 * A long list that is drawn for the first time comes in slices, each in a task of its own, so that the page has its frames
 * meanwhile. What is short, or grows by little, comes at once.
 */
export function useGrowing<T>(all: readonly T[], step: number): readonly T[] {
  const [drawn, setDrawn] = useState(0);
  const count = Math.min(all.length, drawn + step);
  useEffect(() => {
    if (count === drawn) return undefined;
    const timer = setTimeout(() => setDrawn(count));
    return () => clearTimeout(timer);
  }, [count, drawn]);
  return useMemo(() => (count < all.length ? all.slice(0, count) : all), [all, count]);
}
