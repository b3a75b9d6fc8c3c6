'use client';
import { forwardRef, type KeyboardEvent, type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { MonitorContext, type NavigationTarget } from '../../hooks/MonitorContext.ts';
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
  rowOf,
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
  /** Which parts, in which order. Default: all that the store can fill. */
  readonly slots?: readonly DashboardSlot[] | undefined;
  /** Parts of the host in place of ours. */
  readonly parts?: DashboardParts | undefined;
  /** `false` leaves the toolbar out, e.g. where the host has one of its own. */
  readonly hasToolbar?: boolean | undefined;
  /** Opens the newest run when the first one comes and nothing is open. Default true. */
  readonly opensFirstRun?: boolean | undefined;
}

/**
 * The whole screen: connection, key figures, Runs | Run | Detail, workflow and log, cost and errors. Three columns above 1200 px of its own
 * width, two above 800, else one with tabs. Fills the height it is given, at least what it needs. Sets `data-layout`; its rows `data-row`.
 */
export const DashboardPrefab = forwardRef<HTMLDivElement, DashboardPrefabProps>(function DashboardPrefab(props, ref) {
  const {
    title,
    slots: givenSlots,
    parts = {},
    hasToolbar = true,
    opensFirstRun = true,
    actions,
    onSessionExpired,
    onSignIn,
    ...partProps
  } = props;
  const { messages, hasShortcuts, store } = useMonitorContext();
  const hasHistory = store.historySource !== undefined;
  const slots = useMemo(
    () => givenSlots ?? dashboardSlots.filter((slot) => slot !== 'errors' || hasHistory),
    [givenSlots, hasHistory],
  );
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
  const inRow = (row: SlotRow) => slots.filter((slot) => rowOf(slot, slots) === row);

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
            <NarrowRows slots={slots.filter((slot) => rowOf(slot, slots) !== 'strip')} partOf={partOf} />
          ) : (
            (['main', 'second', 'third'] as const).map((row) =>
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
  const context = useMonitorContext();
  const { messages, navigate } = context;
  const ref = useRef<HTMLDivElement>(null);
  const { tab, setTab, lead } = useTabOfSelection(slots, ref);
  const inside = useMemo(
    () => ({
      ...context,
      navigate: (target: NavigationTarget) => {
        navigate(target);
        lead(target);
      },
    }),
    [context, navigate, lead],
  );
  if (tab === undefined) return null;
  return (
    <div ref={ref} className="sl-dashboard__narrow">
      <TabsRoot value={tab} onChange={setTab}>
        <TabsList
          label={messages.dashboard.panels}
          tabs={slots.map((slot) => ({ value: slot, label: messages.dashboard[slot] }))}
        />
        <TabsPanel>
          <MonitorContext.Provider value={inside}>
            <Slot slot={tab}>{partOf(tab)}</Slot>
          </MonitorContext.Provider>
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
