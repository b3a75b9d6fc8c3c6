'use client';
import { type RefObject, useEffect } from 'react';

/** Lists show what changed at 10 Hz: by then what the press does is seen, ms. */
const SETTLED_MS = 150;

/**
 * A button that its own press takes away (Load older, Close file, "3 new runs") would take the focus with it to the top of the page: for
 * who works by keyboard, it goes to the nearest tab stop that stays.
 */
export function useKeptFocus(rootRef: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = rootRef.current;
    if (!root) return undefined;
    const onClick = ({ detail, target }: MouseEvent) => {
      if (detail > 0) return; // by pointer
      const around: Element[] = [];
      for (let at = target as Element | null; at && at !== root; at = at.parentElement) around.push(at);
      setTimeout(() => {
        const { activeElement } = root.getRootNode() as Document | ShadowRoot;
        if (around[0]?.isConnected || (activeElement && activeElement !== document.body)) return;
        for (const element of around) {
          const stop = element.isConnected && element.querySelector<HTMLElement>('[tabindex="0"]');
          if (!stop) continue;
          stop.focus();
          return;
        }
      }, SETTLED_MS);
    };
    root.addEventListener('click', onClick);
    return () => root.removeEventListener('click', onClick);
  }, [rootRef]);
}
