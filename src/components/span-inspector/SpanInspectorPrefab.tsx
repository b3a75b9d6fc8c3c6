'use client';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { EmptyState } from '../internals/EmptyState.tsx';
import { PanelRoot } from '../internals/Panel.tsx';
import { useSpanInspectorContext } from './SpanInspectorContext.ts';
import { SpanInspectorFacts } from './SpanInspectorFacts.tsx';
import { SpanInspectorHead } from './SpanInspectorHead.tsx';
import { SpanInspectorRoot, type SpanInspectorRootProps } from './SpanInspectorRoot.tsx';
import { SpanInspectorTabs } from './SpanInspectorTabs.tsx';
import { type SpanInspectorLayout, useInspectorLayout, useReturnFocus } from './useDrawer.ts';

export interface SpanInspectorPrefabProps
  extends Pick<SpanInspectorRootProps, 'spanKey' | 'defaultTab' | 'onClose' | 'onRequestAccess'> {
  /** `panel` (default): where it stands. `drawer`: over the rest of the root, while a span is open. `auto`: a drawer up to 900 px. */
  readonly layout?: SpanInspectorLayout | 'auto' | undefined;
  /** More controls in the head. */
  readonly actions?: ReactNode;
  readonly classNames?: { readonly root?: string | undefined; readonly panel?: string | undefined } | undefined;
}

/** Everything about the selected span: what failed, what it was given and returned, messages, attributes, cost, JSON.
 * Sets `data-layout`. */
export function SpanInspectorPrefab({ layout = 'panel', actions, classNames, ...rootProps }: SpanInspectorPrefabProps) {
  const ref = useRef<HTMLDivElement>(null);
  const shownLayout = useInspectorLayout(ref, layout);
  return (
    <SpanInspectorRoot {...rootProps} ref={ref} className={classNames?.root}>
      <Frame layout={shownLayout} actions={actions} className={classNames?.panel} />
    </SpanInspectorRoot>
  );
}

interface FrameProps {
  readonly layout: SpanInspectorLayout;
  readonly actions: ReactNode;
  readonly className: string | undefined;
}

function Frame({ layout, actions, className }: FrameProps) {
  const { messages } = useMonitorContext();
  const { span, spanKey, close } = useSpanInspectorContext();
  const ref = useRef<HTMLElement>(null);
  const isOpen = spanKey !== undefined;
  const isDrawer = layout === 'drawer';
  useReturnFocus(ref, isOpen, layout);
  if (isDrawer && !isOpen) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !isOpen) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return (
    <PanelRoot
      ref={ref}
      label={messages.inspector.title}
      className={['sl-span-inspector__panel', className].filter(Boolean).join(' ')}
      data-layout={layout}
      onKeyDown={onKeyDown}
    >
      <SpanInspectorHead actions={actions} isClosable={isOpen} />
      {span ? (
        <>
          <SpanInspectorFacts />
          <SpanInspectorTabs />
        </>
      ) : (
        <EmptyState
          icon="search"
          title={isOpen ? messages.inspector.goneTitle : messages.inspector.emptyTitle}
          body={isOpen ? undefined : messages.inspector.emptyBody}
        />
      )}
    </PanelRoot>
  );
}
