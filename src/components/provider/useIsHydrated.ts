'use client';
import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** `false` on the server and in the first render over its HTML, `true` from then on. */
export const useIsHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
