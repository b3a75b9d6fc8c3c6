'use client';
import { useLayoutEffect } from 'react';

/** A layout effect; nothing on the server, where React 18 warns about one. */
export const useIsomorphicLayoutEffect: typeof useLayoutEffect =
  typeof document === 'undefined' ? () => undefined : useLayoutEffect;
