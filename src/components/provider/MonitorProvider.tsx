'use client';
import { type ComponentPropsWithoutRef, forwardRef, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createFormat } from '../../hooks/format/createFormat.ts';
import {
  MonitorContext,
  type MonitorContextValue,
  type NavigationTarget,
  type Selection,
} from '../../hooks/MonitorContext.ts';
import type { MessageOverrides } from '../../hooks/messages/index.ts';
import { mergeMessages } from '../../hooks/messages/mergeMessages.ts';
import type { Scope } from '../../model/scope.ts';
import type { MonitorStore } from '../../store/types.ts';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { type AnnounceLevel, createAnnouncer } from './createAnnouncer.ts';
import { LiveRegions } from './LiveRegions.tsx';
import { TooltipLayer } from './TooltipLayer.tsx';
import { useIsHydrated } from './useIsHydrated.ts';
import { useKeptFocus } from './useKeptFocus.ts';
import { type Density, type ThemeSetting, useRootLook } from './useRootLook.ts';
import { Watch } from './Watch.tsx';

/** What the parts inside share. Other props of a `div` go to the root element. */
export interface MonitorProviderProps extends Omit<ComponentPropsWithoutRef<'div'>, 'onSelect'> {
  readonly store: MonitorStore;
  /**
   * Shows only runs of one session, user or set of tags. It narrows what the token allows and protects nothing by itself: give the token the
   * scope. Values as this reader sees them: a viewer asks by pseudonym, or by what its token says.
   */
  readonly scope?: Scope | undefined;
  /** `auto` (default) follows the host: `.dark`, `data-theme`, `color-scheme`, what is painted behind, then the system. */
  readonly theme?: ThemeSetting | undefined;
  /** `auto` (default): compact, and touch where the pointer is coarse. */
  readonly density?: Density | undefined;
  /** BCP 47; default: the browser's. */
  readonly locale?: string | undefined;
  /** IANA name; default: the browser's. */
  readonly timeZone?: string | undefined;
  /** Own words; keep the object stable, a new one makes every part render. */
  readonly messages?: MessageOverrides | undefined;
  /** What is open, kept by the host. */
  readonly selection?: Selection | undefined;
  /** What is open at first, kept here. */
  readonly defaultSelection?: Selection | undefined;
  readonly onSelectionChange?: ((selection: Selection) => void) | undefined;
  /** The person opened something: make it a link or a route. */
  readonly onNavigate?: ((target: NavigationTarget) => void) | undefined;
  /** Single-letter keys inside the parts. Default on. */
  readonly shortcuts?: boolean | undefined;
  /** What is said to screen readers. Default `important`. */
  readonly announce?: AnnounceLevel | undefined;
}

const nothing: Selection = {};

/**
 * Gives the parts inside it a store, words, formats and a selection, and renders the `.sl-root` element that all styles
 * stand under. Connects the store when it is mounted and disconnects it when it goes.
 * Sets `data-sl-theme`, `data-sl-density`, `data-stale` (the line has been down for 10 s).
 */
export const MonitorProvider = forwardRef<HTMLDivElement, MonitorProviderProps>(function MonitorProvider(props, ref) {
  const {
    store,
    scope,
    theme = 'auto',
    density = 'auto',
    locale,
    timeZone,
    messages: overrides,
    selection: controlled,
    defaultSelection = nothing,
    onSelectionChange,
    onNavigate,
    shortcuts = true,
    announce: level = 'important',
    className,
    children,
    ...divProps
  } = props;
  const rootRef = useRef<HTMLDivElement>(null);
  const mergedRef = useMergedRefs<HTMLDivElement>(rootRef, ref);
  useRootLook(rootRef, theme, density);
  useKeptFocus(rootRef);

  const [announcer] = useState(createAnnouncer);
  useEffect(() => () => announcer.stop(), [announcer]);
  const announce = useCallback<MonitorContextValue['announce']>(
    (text, urgency, isMinor = false) => {
      if (level === 'all' || (level === 'important' && !isMinor)) announcer.say(text, urgency);
    },
    [announcer, level],
  );

  const hasScope = useRef(false);
  useEffect(() => {
    if (!scope && !hasScope.current) return; // a scope that the store was made with stays
    hasScope.current = true;
    store.setScope(scope); // the same scope in a new object changes nothing
  }, [store, scope]);

  useEffect(() => {
    store.connect();
    return () => store.disconnect();
  }, [store]);

  // The server knows neither the locale nor the zone of the reader: both sides begin with the same, then the reader's own.
  const isHydrated = useIsHydrated();
  const format = useMemo(
    () =>
      createFormat({
        locale: locale ?? (isHydrated ? undefined : 'en-US'),
        timeZone: timeZone ?? (isHydrated ? undefined : 'UTC'),
      }),
    [locale, timeZone, isHydrated],
  );
  const messages = useMemo(() => mergeMessages(overrides), [overrides]);

  const [own, setOwn] = useState(defaultSelection);
  const selection = controlled ?? own;
  const select = useCallback(
    (next: Selection) => {
      setOwn(next);
      onSelectionChange?.(next);
    },
    [onSelectionChange],
  );
  const navigate = useCallback((target: NavigationTarget) => onNavigate?.(target), [onNavigate]);

  const value = useMemo<MonitorContextValue>(
    () => ({ store, selection, select, navigate, messages, format, hasShortcuts: shortcuts, announce }),
    [store, selection, select, navigate, messages, format, shortcuts, announce],
  );

  return (
    <MonitorContext.Provider value={value}>
      <div
        {...divProps}
        ref={mergedRef}
        className={className ? `sl-root ${className}` : 'sl-root'}
        data-sl-theme={theme === 'auto' ? undefined : theme}
        data-sl-density={density === 'auto' ? undefined : density}
      >
        {children}
        <LiveRegions announcer={announcer} />
        <TooltipLayer rootRef={rootRef} />
        <Watch rootRef={rootRef} />
      </div>
    </MonitorContext.Provider>
  );
});
