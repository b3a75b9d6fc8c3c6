'use client';
import { createContext, forwardRef, type ReactNode, useContext, useId } from 'react';
import { type PartPropsOf, useRenderPart } from './renderPart.tsx';

const HeadingContext = createContext<string | undefined>(undefined);
type NoState = Readonly<Record<never, never>>;
const noState: NoState = {};

export interface PanelRootProps extends PartPropsOf<'section', NoState> {
  /** Where there is no {@link PanelTitle} inside. */
  readonly label?: string | undefined;
}

/** The frame that all panels share: a `section` named by its heading, a container for its own layout. */
export const PanelRoot = forwardRef<HTMLElement, PanelRootProps>(function PanelRoot(
  { label, children, ...partProps },
  ref,
) {
  const headingId = useId();
  return useRenderPart('section', partProps, noState, {
    ref,
    className: 'sl-panel',
    'aria-label': label,
    'aria-labelledby': label === undefined ? headingId : undefined,
    children: <HeadingContext.Provider value={headingId}>{children}</HeadingContext.Provider>,
  });
});

/** Title, note, chips and actions in a row. */
export const PanelHead = forwardRef<HTMLDivElement, PartPropsOf<'div', NoState>>(function PanelHead(props, ref) {
  return useRenderPart('div', props, noState, { ref, className: 'sl-panel__head' });
});

export interface PanelTitleProps extends PartPropsOf<'h2', NoState> {
  /** Level of the heading in the host's page. Default 2. */
  readonly level?: 2 | 3 | 4 | undefined;
}

/** The heading that names the panel. */
export const PanelTitle = forwardRef<HTMLHeadingElement, PanelTitleProps>(function PanelTitle(
  { level = 2, ...props },
  ref,
) {
  const id = useContext(HeadingContext);
  return useRenderPart(`h${level}`, props, noState, { ref, id, className: 'sl-panel__title' });
});

/** What the panel covers, beside its title. */
export function PanelNote({ children }: { readonly children: ReactNode }) {
  return <span className="sl-panel__note">{children}</span>;
}

/** Controls at the end of the head. */
export function PanelActions({ children }: { readonly children: ReactNode }) {
  return <div className="sl-panel__actions">{children}</div>;
}

export const PanelBody = forwardRef<HTMLDivElement, PartPropsOf<'div', NoState>>(function PanelBody(props, ref) {
  return useRenderPart('div', props, noState, { ref, className: 'sl-panel__body' });
});

export const PanelFoot = forwardRef<HTMLDivElement, PartPropsOf<'div', NoState>>(function PanelFoot(props, ref) {
  return useRenderPart('div', props, noState, { ref, className: 'sl-panel__foot' });
});
