'use client';
import { type RefObject, useEffect } from 'react';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';
import { followHostTheme, type ThemeName } from './hostTheme.ts';
import { reportContrast } from './reportContrast.ts';

export type ThemeSetting = 'auto' | ThemeName;
export type Density = 'auto' | 'compact' | 'regular' | 'touch';

/**
 * Keeps `data-sl-theme` and `data-sl-density` in step with the host where they are `auto`. Written to the element, not
 * rendered: no part renders again when the host changes its theme, and the server's HTML stays as it was sent.
 */
export function useRootLook(rootRef: RefObject<HTMLElement | null>, theme: ThemeSetting, density: Density): void {
  useIsomorphicLayoutEffect(() => {
    const root = rootRef.current;
    if (!root || theme !== 'auto') return undefined;
    const stop = followHostTheme(root, (name) => root.setAttribute('data-sl-theme', name));
    return () => {
      stop();
      root.removeAttribute('data-sl-theme');
    };
  }, [rootRef, theme]);

  useIsomorphicLayoutEffect(() => {
    const root = rootRef.current;
    const coarse = window.matchMedia?.('(pointer: coarse)');
    if (!root || !coarse || density !== 'auto') return undefined;
    const set = () => {
      if (coarse.matches) root.setAttribute('data-sl-density', 'touch');
      else root.removeAttribute('data-sl-density');
    };
    set();
    coarse.addEventListener('change', set);
    return () => {
      coarse.removeEventListener('change', set);
      root.removeAttribute('data-sl-density');
    };
  }, [rootRef, density]);

  useEffect(() => {
    const timer = setTimeout(() => rootRef.current && reportContrast(rootRef.current), 1000);
    return () => clearTimeout(timer);
  }, [rootRef, theme]);
}
