'use client';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { copyText } from './copyText.ts';
import { Icon } from './icons/Icon.tsx';
import { tip } from './tip.ts';

const shownMs = 1500;

export interface CopyButtonProps {
  /** The raw value: whole, without ellipsis and separators. */
  readonly value: string;
  /** Says what is copied; contains what the button shows, so that it can be called by what is seen. */
  readonly label: string;
  /** What the tooltip says, e.g. the whole id. Default: `label`. */
  readonly hint?: string | undefined;
  /** What the button shows beside the icon, e.g. a short id. */
  readonly children?: ReactNode;
}

/** Copies a value; the drawing turns to a check for 1.5 s and a reader hears it. Sets `data-state` copied or failed. */
export function CopyButton({ value, label, hint = label, children }: CopyButtonProps) {
  const { messages, announce } = useMonitorContext();
  const [state, setState] = useState<'copied' | 'failed'>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (button: HTMLElement) => {
    const next = (await copyText(value, button)) ? 'copied' : 'failed';
    setState(next);
    announce(next === 'copied' ? messages.common.copied : messages.common.copyFailed, 'polite');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState(undefined), shownMs);
  };
  return (
    <button
      type="button"
      className="sl-copy"
      data-state={state}
      aria-label={label}
      onClick={(event) => {
        event.stopPropagation(); // a row around it opens on click
        void copy(event.currentTarget);
      }}
      {...tip(state === 'copied' ? messages.common.copied : hint)}
    >
      {children}
      <Icon name={state === 'copied' ? 'check' : state === 'failed' ? 'close' : 'copy'} size="s" />
    </button>
  );
}
