'use client';
import { type RefObject, useMemo, useSyncExternalStore } from 'react';
import { type DashboardLayout, layoutOf } from './dashboardSlots.ts';

/** Follows the width of an element. `wide` on the server and until it is measured. */
export function useDashboardLayout(ref: RefObject<HTMLElement | null>): DashboardLayout {
  const source = useMemo(() => createLayoutSource(ref), [ref]);
  return useSyncExternalStore(source.subscribe, source.read, readOnServer);
}

const readOnServer = (): DashboardLayout => 'wide';

function createLayoutSource(ref: RefObject<HTMLElement | null>) {
  let layout: DashboardLayout = 'wide';
  return {
    read: () => layout,
    subscribe: (listener: () => void) => {
      const element = ref.current;
      if (!element) return () => undefined;
      const set = (widthPx: number) => {
        if (widthPx === 0 || layoutOf(widthPx) === layout) return; // 0: not laid out, e.g. in a hidden tab of the host
        layout = layoutOf(widthPx);
        listener();
      };
      set(element.getBoundingClientRect().width);
      let frame = 0;
      // parts that come while sizes are told have sizes to tell, too: in the same frame that is an error of the browser
      const sizes = new ResizeObserver(([entry]) => {
        cancelAnimationFrame(frame);
        if (entry) frame = requestAnimationFrame(() => set(entry.contentRect.width));
      });
      sizes.observe(element);
      return () => {
        cancelAnimationFrame(frame);
        sizes.disconnect();
      };
    },
  };
}
