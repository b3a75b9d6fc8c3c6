const marginPx = 6;

/**
 * Puts a popover under its anchor, or above it where there is no room, inside the window. Sets `--sl-x`, `--sl-y`.
 * @param align - which edges meet; logical, so `start` is the right one in a right-to-left page
 */
export function placeBeside(popover: HTMLElement, anchor: HTMLElement, align: 'start' | 'end' = 'start'): void {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const isRtl = getComputedStyle(anchor).direction === 'rtl';
  const isLeft = (align === 'start') !== isRtl;
  const { clientWidth, clientHeight } = document.documentElement;
  const x = Math.max(marginPx, Math.min(isLeft ? box.left : box.right - width, clientWidth - width - marginPx));
  const below = box.bottom + marginPx;
  const fitsBelow = below + height <= clientHeight - marginPx;
  const y = fitsBelow ? below : Math.max(marginPx, box.top - height - marginPx);
  popover.style.setProperty('--sl-x', `${Math.round(x)}px`);
  popover.style.setProperty('--sl-y', `${Math.round(y)}px`);
}
