'use client';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { IconButton } from '../internals/Button.tsx';
import { Popover, usePopover } from '../internals/Popover.tsx';
import { Toolbar } from '../internals/Toolbar.tsx';
import { tip } from '../internals/tip.ts';
import { isWorthCutting } from './idleNotes.ts';
import { useSpanTreeContext } from './SpanTreeContext.ts';
import { SpanTreeHelp } from './SpanTreeHelp.tsx';

export interface SpanTreeToolbarProps {
  readonly className?: string | undefined;
  /** Controls of one's own, before ours. */
  readonly children?: ReactNode;
}

const ZOOM = 1.5;

/** Layout, critical path, idle time, zoom, keys: one tab stop. Sets `data-toggle` on the switches. */
export function SpanTreeToolbar({ className, children }: SpanTreeToolbarProps) {
  const context = useSpanTreeContext();
  const { view, layout, setLayout, isCriticalShown, setCriticalShown, helpRef } = context;
  const { messages, hasShortcuts } = useMonitorContext();
  const help = usePopover();
  const { isOpen: isHelpOpen, triggerRef, toggle } = help;
  const words = messages.spanTree;
  const isFit = useSyncExternalStore(
    view.subscribe,
    () => view.get().isFit,
    () => true,
  );
  useEffect(() => {
    helpRef.current = toggle;
    return () => {
      helpRef.current = undefined;
    };
  });
  return (
    <Toolbar
      label={words.toolbar}
      className={className ? `sl-span-tree__toolbar ${className}` : 'sl-span-tree__toolbar'}
    >
      {children}
      <IdleToggle />
      <button
        type="button"
        className="sl-span-tree__toggle"
        aria-pressed={layout === 'exact'}
        onClick={() => setLayout(layout === 'exact' ? 'lean' : 'exact')}
        {...tip(words.layoutHint)}
      >
        {words.exact}
      </button>
      <button
        type="button"
        className="sl-span-tree__toggle"
        data-toggle="critical"
        aria-pressed={isCriticalShown}
        onClick={() => setCriticalShown(!isCriticalShown)}
      >
        {words.criticalPath}
      </button>
      <IconButton icon="minus" label={words.zoomOut} onClick={() => view.zoom(1 / ZOOM)} isOff={isFit} />
      <IconButton icon="plus" label={words.zoomIn} onClick={() => view.zoom(ZOOM)} />
      <IconButton icon="fit" label={words.fit} onClick={view.fit} isOff={isFit} />
      {hasShortcuts ? (
        <>
          <IconButton
            ref={triggerRef}
            icon="help"
            label={words.shortcuts}
            aria-haspopup="dialog"
            aria-expanded={isHelpOpen}
            onClick={toggle}
          />
          <Popover state={help} label={words.shortcuts}>
            <SpanTreeHelp />
          </Popover>
        </>
      ) : null}
    </Toolbar>
  );
}

/** Offered where the run did nothing for long; off at first. */
function IdleToggle() {
  const { idle, isIdleCut, setIdleCut } = useSpanTreeContext();
  const { messages, format } = useMonitorContext();
  const idleTime = useSyncExternalStore(idle.subscribe, idle.get, idle.get);
  if (!isWorthCutting(idleTime) && !isIdleCut) return null;
  return (
    <button
      type="button"
      className="sl-span-tree__toggle"
      data-toggle="idle"
      aria-pressed={isIdleCut}
      onClick={() => setIdleCut(!isIdleCut)}
    >
      {isIdleCut ? messages.spanTree.idleOff : messages.spanTree.idle(format.share(idleTime.share))}
    </button>
  );
}
