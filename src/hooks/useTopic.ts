'use client';
import { useEffect, useMemo } from 'react';
import type { Subscription, Topic } from '../model/wire.ts';
import { useMonitorStore } from './useMonitorStore.ts';

/** Asks the relay for a topic while the component is mounted. Counted: two parts may ask for the same. */
export function useTopic(topic: Topic | undefined, filter?: Subscription['filter']): void {
  const store = useMonitorStore();
  const filterText = filter && JSON.stringify(filter);
  const stableFilter = useMemo(
    () => (filterText === undefined ? undefined : (JSON.parse(filterText) as Subscription['filter'])),
    [filterText],
  );
  useEffect(() => (topic === undefined ? undefined : store.hold(topic, stableFilter)), [store, topic, stableFilter]);
}
