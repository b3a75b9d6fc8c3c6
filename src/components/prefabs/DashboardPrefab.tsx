'use client';
import { forwardRef, type KeyboardEvent, type ReactNode, useCallback, useRef, useState } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { TabsList, TabsPanel, TabsRoot } from '../internals/Tabs.tsx';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { DashboardToolbar, type DashboardToolbarProps } from './DashboardToolbar.tsx';
import { DefaultPart } from './DefaultPart.tsx';
import {
  type DashboardLayout,
  type DashboardParts,
  type DashboardSlot,
  dashboardSlots,
  rowBySlot,
  type SlotRow,
} from './dashboardSlots.ts';
import { useDashboardLayout } from './useDashboardLayout.ts';
import { useFirstRun } from './useFirstRun.ts';
import { useTabOfSelection } from './useTabOfSelection.ts';

export interface DashboardPrefabState {
  readonly layout: DashboardLayout;
}

export interface DashboardPrefabProps
  extends Omit<PartPropsOf<'div', DashboardPrefabState>, 'children' | 'title'>,
    Pick<DashboardToolbarProps, 'onSessionExpired' | 'onSignIn' | 'actions'> {
  readonly title?: ReactNode;
  /** Which parts, in which order. Default: all. */
  readonly slots?: readonly DashboardSlot[] | undefined;
  /** Parts of the host in place of ours. */
  readonly parts?: DashboardParts | undefined;
  /** `false` leaves the toolbar out, e.g. where the host has one of its own. */
  readonly hasToolbar?: boolean | undefined;
  /** Opens the newest run when the first one comes and nothing is open. Default true. */
  readonly opensFirstRun?: boolean | undefined;
}

/**
 * The whole screen: connection, key figures, Runs | Run | Detail, workflow and cost. Three columns above 1200 px of its own
 * width, two above 800, else one with tabs. Fills the height it is given, at least what it needs. Sets `data-layout`; its rows `data-row`.
 */
export const DashboardPrefab = forwardRef<HTMLDivElement, DashboardPrefabProps>(function DashboardPrefab(props, ref) {
  const {
    title,
    slots = dashboardSlots,
    parts = {},
    hasToolbar = true,
    opensFirstRun = true,
    actions,
    onSessionExpired,
    onSignIn,
    ...partProps
  } = props;
  const { messages, hasShortcuts } = useMonitorContext();
  const rootRef = useRef<HTMLDivElement>(null);
  const mergedRef = useMergedRefs(rootRef, ref);
  const layout = useDashboardLayout(rootRef);
  const [text, setText] = useState('');
  useFirstRun(opensFirstRun);

  const partOf = (slot: DashboardSlot) =>
    slot in parts ? (
      parts[slot]
    ) : (
      <DefaultPart slot={slot} text={hasToolbar ? text : undefined} onTextChange={setText} />
    );
  const inRow = (row: SlotRow) => slots.filter((slot) => rowBySlot[slot] === row);

  return useRenderPart('div', partProps, { layout } satisfies DashboardPrefabState, {
    ref: mergedRef as React.Ref<HTMLElement>,
    className: 'sl-dashboard',
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (hasShortcuts) focusSearchOnSlash(event);
    },
    role: 'group',
    'aria-label': messages.dashboard.label,
    children: (
      <>
        <SkipLinks slots={layout === 'narrow' ? inRow('strip') : slots} rootRef={rootRef} />
        {hasToolbar ? (
          <DashboardToolbar
            title={title}
            text={text}
            onTextChange={setText}
            actions={actions}
            onSessionExpired={onSessionExpired}
            onSignIn={onSignIn}
          />
        ) : null}
        <div className="sl-dashboard__body">
          {inRow('strip').map((slot) => (
            <Slot key={slot} slot={slot}>
              {partOf(slot)}
            </Slot>
          ))}
          {layout === 'narrow' ? (
            <NarrowRows slots={slots.filter((slot) => rowBySlot[slot] !== 'strip')} partOf={partOf} />
          ) : (
            (['main', 'second'] as const).map((row) =>
              inRow(row).length === 0 ? null : (
                <div key={row} className="sl-dashboard__row" data-row={row}>
                  {inRow(row).map((slot) => (
                    <Slot key={slot} slot={slot}>
                      {partOf(slot)}
                    </Slot>
                  ))}
                </div>
              ),
            )
          )}
        </div>
      </>
    ),
  });
});

/** `/` leads to the search, as long as the focus is inside and nobody is writing. */
function focusSearchOnSlash(event: KeyboardEvent<HTMLElement>): void {
  const { target, currentTarget } = event;
  if (event.key !== '/' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((target as Element).closest('input, textarea, select, [contenteditable]')) return;
  const search = currentTarget.querySelector<HTMLElement>('[aria-keyshortcuts="/"]');
  if (!search) return;
  event.preventDefault();
  search.focus();
}

/** The place of a part. Sets `data-slot`. */
function Slot({ slot, children }: { readonly slot: DashboardSlot; readonly children: ReactNode }) {
  return (
    <div className="sl-dashboard__slot" data-slot={slot}>
      {children}
    </div>
  );
}

interface NarrowRowsProps {
  readonly slots: readonly DashboardSlot[];
  readonly partOf: (slot: DashboardSlot) => ReactNode;
}

/** One column: the parts behind tabs. Opening a run or a span leads to its tab. */
function NarrowRows({ slots, partOf }: NarrowRowsProps) {
  const { messages } = useMonitorContext();
  const ref = useRef<HTMLDivElement>(null);
  const { tab, setTab } = useTabOfSelection(slots, ref);
  if (tab === undefined) return null;
  return (
    <div ref={ref} className="sl-dashboard__narrow">
      <TabsRoot value={tab} onChange={setTab}>
        <TabsList
          label={messages.dashboard.panels}
          tabs={slots.map((slot) => ({ value: slot, label: messages.dashboard[slot] }))}
        />
        <TabsPanel>
          <Slot slot={tab}>{partOf(tab)}</Slot>
        </TabsPanel>
      </TabsRoot>
    </div>
  );
}

interface SkipLinksProps {
  readonly slots: readonly DashboardSlot[];
  readonly rootRef: React.RefObject<HTMLElement | null>;
}

/** Seen when focused: each leads to a part. Buttons, as a link to an id would change the host's address and fail in a shadow root. */
function SkipLinks({ slots, rootRef }: SkipLinksProps) {
  const { messages } = useMonitorContext();
  const skipTo = useCallback(
    (slot: DashboardSlot) => {
      const part = rootRef.current?.querySelector<HTMLElement>(`[data-slot="${slot}"] > *`);
      part?.setAttribute('tabindex', '-1');
      part?.focus();
    },
    [rootRef],
  );
  return (
    <nav className="sl-dashboard__skip" aria-label={messages.dashboard.skipLinks}>
      {slots.map((slot) => (
        <button key={slot} type="button" className="sl-dashboard__skip-link" onClick={() => skipTo(slot)}>
          {messages.dashboard.skipTo(messages.dashboard[slot])}
        </button>
      ))}
    </nav>
  );
}
