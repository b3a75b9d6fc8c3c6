'use client';
import { useEffect, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRun } from '../../hooks/useRun.ts';
import { copyText } from '../internals/copyText.ts';
import { placeBeside } from '../internals/placeBeside.ts';
import { useRunListContext } from './RunListContext.ts';
import type { MenuRequest } from './useGridKeys.ts';

export interface RunListMenuProps {
  readonly request: MenuRequest | undefined;
  readonly onClosed: () => void;
}

/** What can be done with a run, opened from its row with Shift+F10. Esc and a choice give the focus back to the row. */
export function RunListMenu({ request, onClosed }: RunListMenuProps) {
  return request ? <OpenMenu key={request.runId} request={request} onClosed={onClosed} /> : null;
}

function OpenMenu({ request, onClosed }: { readonly request: MenuRequest; readonly onClosed: () => void }) {
  const { messages, announce } = useMonitorContext();
  const { open } = useRunListContext();
  const run = useRun(request.runId);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = ref.current;
    if (!menu) return;
    menu.showPopover?.();
    placeBeside(menu, request.row);
    menu.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  }, [request]);

  const close = () => {
    request.row.focus();
    onClosed();
  };
  const copy = async () => {
    const isCopied = await copyText(request.runId, request.row);
    announce(isCopied ? messages.common.copied : messages.common.copyFailed, 'polite');
  };
  const items = [
    { label: messages.runList.open, run: () => open(request.runId) },
    { label: messages.runList.copyRunId, run: () => void copy() },
  ];
  return (
    <div
      ref={ref}
      popover="manual"
      role="menu"
      tabIndex={-1}
      data-open=""
      className="sl-popover sl-menu"
      aria-label={messages.runList.actions(run?.name ?? messages.runList.unnamed)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onClosed();
      }}
      onKeyDown={(event) => {
        const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')];
        const at = all.indexOf(event.target as HTMLElement);
        const next = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
        if (next !== undefined) all[next % all.length]?.focus();
        else if (event.key === 'Escape' || event.key === 'Tab') close();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className="sl-menu__item"
          onClick={() => {
            close();
            item.run();
          }}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}
