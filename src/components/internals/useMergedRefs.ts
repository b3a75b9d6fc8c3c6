'use client';
import { type Ref, useCallback } from 'react';

function assign<T>(ref: Ref<T> | undefined, value: T | null): void {
  if (typeof ref === 'function') ref(value);
  else if (ref) (ref as { current: T | null }).current = value;
}

/** One ref callback for two refs. Stable while both are. */
export function useMergedRefs<T>(first: Ref<T> | undefined, second: Ref<T> | undefined): (value: T | null) => void {
  return useCallback(
    (value: T | null) => {
      assign(first, value);
      assign(second, value);
    },
    [first, second],
  );
}
