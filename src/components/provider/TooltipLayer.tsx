'use client';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { placeBeside } from '../internals/placeBeside.ts';

const hoverDelayMs = 350;

const isCut = (element: HTMLElement) =>
  element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;

/** What the element's tooltip says; empty: none. */
function tipText(element: HTMLElement | null | undefined): string {
  if (!element) return '';
  const own = element.dataset['slTip'];
  if (own === undefined) return '';
  if (own !== '') return own;
  return isCut(element) ? (element.textContent ?? '') : '';
}

/** On keyboard focus a row shows the first of its texts that is cut off, so that nothing is for the mouse alone. */
function tipOnFocus(target: HTMLElement): HTMLElement | undefined {
  if (target.dataset['slTip'] !== undefined) return target;
  for (const inside of target.querySelectorAll<HTMLElement>('[data-sl-tip=""]')) if (tipText(inside)) return inside;
  return undefined;
}

/** One tooltip for a whole root: rows carry `data-sl-tip` and cost nothing. It repeats what is in the page, so it is hidden from readers. */
export function TooltipLayer({ rootRef }: { readonly rootRef: RefObject<HTMLElement | null> }) {
  const layerRef = useRef<HTMLDivElement>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    const root = rootRef.current;
    const layer = layerRef.current;
    if (!root || !layer) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let anchor: HTMLElement | undefined;
    const hide = () => {
      clearTimeout(timer);
      if (!anchor) return;
      anchor = undefined;
      layer.removeAttribute('data-open');
      if (layer.matches(':popover-open')) layer.hidePopover();
    };
    const show = (next: HTMLElement) => {
      const words = tipText(next);
      if (!words) return;
      try {
        layer.showPopover?.();
      } catch {
        return; // the focus comes back from a popover that is just closing, and then none may open
      }
      anchor = next;
      setText(words);
      layer.setAttribute('data-open', '');
      // placed in the next frame, when the words have their size
      requestAnimationFrame(() => anchor && placeBeside(layer, anchor));
    };
    const onPointerOver = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return;
      const next = (event.target as Element | null)?.closest<HTMLElement>('[data-sl-tip]') ?? undefined;
      if (next === anchor && anchor) return;
      hide();
      if (next) timer = setTimeout(() => show(next), hoverDelayMs);
    };
    const onFocusIn = (event: FocusEvent) => {
      const target = event.target as HTMLElement;
      hide();
      if (!target.matches(':focus-visible')) return;
      const next = tipOnFocus(target);
      if (next) show(next);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    root.addEventListener('pointerover', onPointerOver);
    root.addEventListener('pointerleave', hide);
    root.addEventListener('pointerdown', hide);
    root.addEventListener('focusin', onFocusIn);
    root.addEventListener('focusout', hide);
    root.addEventListener('keydown', onKeyDown);
    root.addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      hide();
      root.removeEventListener('pointerover', onPointerOver);
      root.removeEventListener('pointerleave', hide);
      root.removeEventListener('pointerdown', hide);
      root.removeEventListener('focusin', onFocusIn);
      root.removeEventListener('focusout', hide);
      root.removeEventListener('keydown', onKeyDown);
      root.removeEventListener('scroll', hide, { capture: true });
    };
  }, [rootRef]);
  return (
    <div ref={layerRef} className="sl-tooltip" popover="manual" aria-hidden="true">
      {text}
    </div>
  );
}
