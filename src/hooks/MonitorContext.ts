'use client';
import { createContext } from 'react';
import type { RunId, SpanKey } from '../model/ids.ts';
import type { MonitorStore } from '../store/types.ts';
import type { Format } from './format/createFormat.ts';
import type { Messages } from './messages/index.ts';

/** What is open: at most one run, and in it at most one span. */
export interface Selection {
  readonly runId?: RunId | undefined;
  readonly spanKey?: SpanKey | undefined;
}

/** Somewhere a part wants to go; the host turns it into a link or a route. */
export type NavigationTarget =
  | { readonly to: 'run'; readonly runId: RunId }
  | { readonly to: 'span'; readonly runId: RunId; readonly spanKey: SpanKey };

export interface MonitorContextValue {
  readonly store: MonitorStore;
  readonly selection: Selection;
  /** Selects; a controlled host hears of it through `onSelectionChange`. */
  readonly select: (selection: Selection) => void;
  /** Tells the host that the user opened something. */
  readonly navigate: (target: NavigationTarget) => void;
  readonly messages: Messages;
  readonly format: Format;
  /** Single-letter keys inside the parts. */
  readonly hasShortcuts: boolean;
  /** Says something to a screen reader, at most as often as the rules allow. `isMinor`: only where the host asked for all of it. */
  readonly announce: (text: string, urgency: 'polite' | 'assertive', isMinor?: boolean) => void;
}

export const MonitorContext = createContext<MonitorContextValue | undefined>(undefined);
