import type { Degradation } from '../../model/wire.ts';
import type { DependencyState } from './DependencyState.ts';

/** What the relay leans on. */
export type DependencyName = 'log' | 'fan-out' | 'redis-events';

export interface Dependency extends DependencyState {
  readonly name: DependencyName;
}

/** How the relay and what it leans on stand. */
export interface RelayHealth {
  /** Events can be stored and read: without the log no request can be served. A fan-out that is down costs seconds, no more. */
  readonly isReady: boolean;
  readonly dependencies: readonly Dependency[];
  /** What readers are told; `undefined` while all is well. */
  readonly degraded: Degradation | undefined;
  set(name: DependencyName, state: Pick<DependencyState, 'isUp' | 'code'>): void;
  /** Hears when {@link degraded} changes. @returns unsubscribe */
  onDegraded(listener: () => void): () => void;
}

/** @param now - epoch ms */
export function createRelayHealth(now: () => number): RelayHealth {
  const states = new Map<DependencyName, DependencyState>();
  const listeners = new Set<() => void>();
  let degraded: Degradation | undefined;

  const causesNow = () => [...states].filter(([, { isUp }]) => !isUp).map(([name]) => name);

  return {
    get isReady() {
      return states.get('log')?.isUp !== false;
    },
    get dependencies() {
      return [...states].map(([name, state]) => ({ name, ...state }));
    },
    get degraded() {
      return degraded;
    },
    set(name, { isUp, code }) {
      const known = states.get(name);
      if (known?.isUp === isUp && known.code === code) return;
      states.set(name, { isUp, code, sinceMs: known?.isUp === isUp ? known.sinceMs : now() });
      const causes = causesNow();
      if (causes.join() === (degraded?.causes ?? []).join()) return;
      degraded = causes.length === 0 ? undefined : { causes, sinceMs: degraded?.sinceMs ?? now() };
      for (const listener of listeners) listener();
    },
    onDegraded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
