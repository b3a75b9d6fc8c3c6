'use client';
import { createContext, type ReactNode, useContext, useId, useRef } from 'react';
import { MonitorError } from '../../model/errors.ts';
import { Count } from './Chip.tsx';
import { useRoving } from './useRoving.ts';

interface TabsContextValue {
  readonly baseId: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}
const TabsContext = createContext<TabsContextValue | undefined>(undefined);

function useTabs(): TabsContextValue {
  const context = useContext(TabsContext);
  if (context) return context;
  throw new MonitorError('components.no-tabs', {
    happened: 'A tab list or a tab panel was rendered outside of tabs.',
    follows: 'It does not know what is selected.',
    todo: 'Put TabsRoot around it.',
  });
}

const tabId = (baseId: string, value: string) => `${baseId}-tab-${value}`;
const panelId = (baseId: string) => `${baseId}-panel`;

export interface TabsRootProps<Value extends string> {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly children: ReactNode;
}

/** Ties a {@link TabsList} and its {@link TabsPanel} together. Renders no element. */
export function TabsRoot<Value extends string>({ value, onChange, children }: TabsRootProps<Value>) {
  const baseId = useId();
  return (
    <TabsContext.Provider value={{ baseId, value, onChange: onChange as (value: string) => void }}>
      {children}
    </TabsContext.Provider>
  );
}

export interface TabItem<Value extends string = string> {
  readonly value: Value;
  readonly label: ReactNode;
  /** Shown in a pill; 0 and `undefined` are left out. */
  readonly count?: string | undefined;
}

export interface TabsListProps {
  readonly label: string;
  readonly tabs: readonly TabItem[];
  /** `line`: over a panel. `segment`: in a head. */
  readonly variant?: 'line' | 'segment' | undefined;
  /** Controls after the tabs; no part of the tab list. */
  readonly end?: ReactNode;
}

/** The tabs: one tab stop, arrows select at once. Sets `data-variant`. */
export function TabsList({ label, tabs, variant = 'line', end }: TabsListProps) {
  const { baseId, value, onChange } = useTabs();
  const ref = useRef<HTMLDivElement>(null);
  useRoving(ref, { selector: '[role="tab"]', currentSelector: '[aria-selected="true"]' });
  return (
    <div className="sl-tabs" data-variant={variant}>
      <div ref={ref} role="tablist" aria-label={label} className="sl-tabs__list">
        {tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={tabId(baseId, tab.value)}
            className="sl-tabs__tab"
            aria-selected={tab.value === value}
            aria-controls={tab.value === value ? panelId(baseId) : undefined}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => onChange(tab.value)}
            onFocus={() => tab.value !== value && onChange(tab.value)}
          >
            {tab.label}
            {tab.count === undefined || tab.count === '0' ? null : (
              <>
                {' '}
                <Count>{tab.count}</Count>
              </>
            )}
          </button>
        ))}
      </div>
      {end}
    </div>
  );
}

export interface TabsPanelProps {
  readonly className?: string | undefined;
  /** `false` where the content begins with a tab stop of its own. */
  readonly isFocusable?: boolean | undefined;
  readonly children: ReactNode;
}

/** What the selected tab shows. */
export function TabsPanel({ className, isFocusable = false, children }: TabsPanelProps) {
  const { baseId, value } = useTabs();
  return (
    <div
      role="tabpanel"
      id={panelId(baseId)}
      aria-labelledby={tabId(baseId, value)}
      className={className ? `sl-tabs__panel ${className}` : 'sl-tabs__panel'}
      tabIndex={isFocusable ? 0 : undefined}
    >
      {children}
    </div>
  );
}
