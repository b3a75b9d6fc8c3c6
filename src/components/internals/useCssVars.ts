'use client';
import { useCallback, useRef } from 'react';
import { useIsomorphicLayoutEffect } from './useIsomorphicLayoutEffect.ts';

/** Sets custom properties on an element after it is laid out: no style attribute in server HTML, no `unsafe-inline` needed. */
export function useCssVars(
  vars: Readonly<Record<`--sl-${string}`, string | number | undefined>> | undefined,
): (element: HTMLElement | null) => void {
  const element = useRef<HTMLElement | null>(null);
  const known = useRef<Record<string, string>>({});
  useIsomorphicLayoutEffect(() => {
    const style = element.current?.style;
    if (!style) return;
    for (const name of Object.keys(known.current)) {
      if (vars && name in vars) continue;
      delete known.current[name];
      style.removeProperty(name);
    }
    for (const [name, value] of Object.entries(vars ?? {})) {
      const text = value === undefined ? '' : String(value);
      if ((known.current[name] ?? '') === text) continue;
      known.current[name] = text;
      style.setProperty(name, text);
    }
  });
  return useCallback((next: HTMLElement | null) => {
    if (next !== element.current) known.current = {};
    element.current = next;
  }, []);
}
