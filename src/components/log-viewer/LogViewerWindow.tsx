'use client';
import { useCssVars } from '../internals/useCssVars.ts';
import { useMergedRefs } from '../internals/useMergedRefs.ts';

interface LogViewerWindowProps {
  readonly windowRef: React.Ref<HTMLDivElement>;
  readonly sizePx: number;
  readonly children: React.ReactNode;
}

/** As high as all lines; what is in sight stands in it. */
export function LogViewerWindow({ windowRef, sizePx, children }: LogViewerWindowProps) {
  const varsRef = useCssVars({ '--sl-window-size': `${sizePx}px` });
  const ref = useMergedRefs<HTMLDivElement>(varsRef, windowRef);
  return (
    <div ref={ref} className="sl-window">
      {children}
    </div>
  );
}

interface LogViewerWindowItemProps {
  readonly index: number;
  readonly atPx: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly children: React.ReactNode;
}

/** One line at its place. */
export function LogViewerWindowItem({ index, atPx, measure, children }: LogViewerWindowItemProps) {
  const varsRef = useCssVars({ '--sl-window-at': `${atPx}px` });
  const ref = useMergedRefs<HTMLDivElement>(varsRef, measure);
  return (
    <div ref={ref} className="sl-window__item" data-index={index}>
      {children}
    </div>
  );
}
