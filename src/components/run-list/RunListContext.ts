'use client';
import { createContext, useContext } from 'react';
import type { RunListItem } from '../../hooks/internals/runListSource.ts';
import type { RunHistoryControl } from '../../hooks/useRunHistory.ts';
import type { RunListControl } from '../../hooks/useRunList.ts';
import { MonitorError } from '../../model/errors.ts';
import type { RunHistoryQuery } from '../../model/history.ts';
import type { RunId } from '../../model/ids.ts';

/** The tabs of the list. */
export const runListTabs = ['all', 'running', 'waiting', 'failed'] as const;
export type RunListTab = (typeof runListTabs)[number];

export interface RunListContextValue {
  readonly list: RunListControl;
  /** What is shown: the live list, and the runs that the history brought. */
  readonly items: readonly RunListItem[];
  /** Runs among them. */
  readonly runCount: number;
  readonly history: RunHistoryControl;
  readonly tab: RunListTab;
  readonly setTab: (tab: RunListTab) => void;
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly agentName: string | undefined;
  readonly setAgentName: (name: string | undefined) => void;
  readonly modelName: string | undefined;
  readonly setModelName: (name: string | undefined) => void;
  /** Something narrows the list beside its tab. */
  readonly isFiltered: boolean;
  /** What the list is filtered to, as a question to the history or an export. */
  readonly query: RunHistoryQuery;
  readonly clearFilters: () => void;
  readonly selectedId: RunId | undefined;
  /** Selects, and tells the host where to go. */
  readonly open: (runId: RunId) => void;
  readonly select: (runId: RunId) => void;
}

export const RunListContext = createContext<RunListContextValue | undefined>(undefined);

/** @throws {MonitorError} `components.no-run-list` outside of `RunList.Root` */
export function useRunListContext(): RunListContextValue {
  const context = useContext(RunListContext);
  if (context) return context;
  throw new MonitorError('components.no-run-list', {
    happened: 'A part of RunList was rendered outside of RunList.Root.',
    follows: 'It does not know which runs to show.',
    todo: 'Put <RunList.Root> around it.',
  });
}
