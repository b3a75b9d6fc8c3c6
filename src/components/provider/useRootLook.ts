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
    if (!root) return undefined;
    if (theme === 'auto') return followHostTheme(root, (name) => root.setAttribute('data-sl-theme', name));
    root.setAttribute('data-sl-theme', theme); // React leaves an attribute alone that it believes to be there
    return undefined;
  }, [rootRef, theme]);

  useIsomorphicLayoutEffect(() => {
    const root = rootRef.current;
    if (!root) return undefined;
    const coarse = density === 'auto' ? window.matchMedia?.('(pointer: coarse)') : undefined;
    const set = () => {
      const name = density === 'auto' ? (coarse?.matches ? 'touch' : undefined) : density;
      if (name) root.setAttribute('data-sl-density', name);
      else root.removeAttribute('data-sl-density');
    };
    set();
    coarse?.addEventListener('change', set);
    return () => coarse?.removeEventListener('change', set);
  }, [rootRef, density]);

  useEffect(() => {
    const timer = setTimeout(() => rootRef.current && reportContrast(rootRef.current), 1000);
    return () => clearTimeout(timer);
  }, [rootRef, theme]);
}
