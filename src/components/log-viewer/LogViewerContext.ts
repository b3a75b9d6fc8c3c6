'use client';
import { createContext, useContext } from 'react';
import type { LogHistoryControl } from '../../hooks/useLogHistory.ts';
import { MonitorError } from '../../model/errors.ts';
import type { LogLevel } from '../../model/log.ts';
import type { LogItem } from './sampleFlood.ts';

export interface LogViewerContextValue {
  readonly history: LogHistoryControl;
  readonly items: readonly LogItem[];
  readonly fromLevel: LogLevel | undefined;
  readonly setFromLevel: (level: LogLevel | undefined) => void;
  readonly isWrapped: boolean;
  readonly setWrapped: (isWrapped: boolean) => void;
  /** The end stays in sight. */
  readonly isFollowing: boolean;
  readonly setFollowing: (isFollowing: boolean) => void;
  readonly search: string;
  readonly setSearch: (text: string) => void;
  /** Indexes of the items that match; none without a search. */
  readonly matches: readonly number[];
  /** Which of the matches is the current one. */
  readonly matchAt: number;
  readonly stepMatch: (step: 1 | -1) => void;
}

export const LogViewerContext = createContext<LogViewerContextValue | undefined>(undefined);

/** @throws {MonitorError} `components.no-log-viewer` outside of `LogViewer.Root` */
export function useLogViewerContext(): LogViewerContextValue {
  const context = useContext(LogViewerContext);
  if (context) return context;
  throw new MonitorError('components.no-log-viewer', {
    happened: 'A part of LogViewer was rendered outside of LogViewer.Root.',
    follows: 'It does not know which lines to show.',
    todo: 'Put <LogViewer.Root> around it.',
  });
}
