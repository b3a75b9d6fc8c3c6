'use client';
import { type ReactNode, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { MonitorContext, type Selection } from '../../hooks/MonitorContext.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import type { MonitorStore } from '../../store/types.ts';
import { useFileDropContext } from './FileDropContext.ts';

/** What stands inside shows the file while one is open, with a selection of its own, and else what the provider shows. */
export function FileDropView({ children }: { readonly children: ReactNode }): ReactNode {
  const { state } = useFileDropContext();
  const open = state.phase === 'open' ? state : undefined;
  // a large file makes for much to draw at first: later, and in slices
  const shown = useDeferredValue(open);
  if (!open || shown !== open) return children;
  return (
    <OfFile key={shown.name + String(shown.eventCount)} store={shown.store}>
      {children}
    </OfFile>
  );
}

const nothing: Selection = {};

function OfFile({ store, children }: { readonly store: MonitorStore; readonly children: ReactNode }) {
  const outer = useMonitorContext();
  const [selection, select] = useState(nothing);
  // the host's routes lead to runs of its relay, not into a file
  const navigate = useCallback(() => undefined, []);
  const value = useMemo(() => ({ ...outer, store, selection, select, navigate }), [outer, store, selection, navigate]);
  return <MonitorContext.Provider value={value}>{children}</MonitorContext.Provider>;
}
