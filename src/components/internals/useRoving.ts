'use client';
import { type RefObject, useEffect } from 'react';
import { useIsomorphicLayoutEffect } from './useIsomorphicLayoutEffect.ts';

const focusable = 'button:not([disabled]), a[href], input:not([disabled]), select:not([disabled]), [tabindex]';

/** What the arrow keys walk over. What stands inside a popover or a dialog has its own order. */
const itemsOf = (container: HTMLElement, selector: string) =>
  [...container.querySelectorAll<HTMLElement>(selector)].filter((item) => {
    const layer = item.closest('[popover], dialog');
    return !layer || !container.contains(layer);
  });

/** In a text field the arrows move the caret; only at its ends they leave. */
function keepsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLInputElement) || !/^(text|search|url|email|number)$/.test(target.type)) return false;
  if (target.value === '') return false;
  if (key === 'Home' || key === 'End') return true;
  const at = target.selectionStart;
  return key === 'ArrowLeft' ? at !== 0 : at !== target.value.length;
}

/**
 * One tab stop for a row of controls: arrows, Home and End move inside it, in the writing direction.
 * @param currentSelector - which item is the tab stop at first, e.g. the selected tab
 */
export function useRoving(
  ref: RefObject<HTMLElement | null>,
  { selector = focusable, currentSelector }: { selector?: string; currentSelector?: string } = {},
): void {
  useIsomorphicLayoutEffect(() => {
    const container = ref.current;
    if (!container) return;
    const items = itemsOf(container, selector);
    const stop =
      items.find((item) => currentSelector !== undefined && item.matches(currentSelector)) ??
      items.find((item) => item.getAttribute('tabindex') === '0') ??
      items[0];
    for (const item of items) item.setAttribute('tabindex', item === stop ? '0' : '-1');
  });

  useEffect(() => {
    const container = ref.current;
    if (!container) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key) || keepsKey(target, key)) return;
      const items = itemsOf(container, selector);
      const at = items.indexOf(target as HTMLElement);
      if (at < 0) return;
      const isRtl = getComputedStyle(container).direction === 'rtl';
      const step = key === (isRtl ? 'ArrowLeft' : 'ArrowRight') ? 1 : -1;
      const next =
        key === 'Home' ? items[0] : key === 'End' ? items.at(-1) : items[(at + step + items.length) % items.length];
      event.preventDefault();
      for (const item of items) item.setAttribute('tabindex', item === next ? '0' : '-1');
      next?.focus();
    };
    container.addEventListener('keydown', onKeyDown);
    return () => container.removeEventListener('keydown', onKeyDown);
  }, [ref, selector]);
}
