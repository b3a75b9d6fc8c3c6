import type { Degradation } from '../../model/wire.ts';

const MAX_CAUSES = 16;

/** What of the relay does not work while it goes on, as its frames say it. */
export interface DegradedMark {
  /** @param given - what a frame says; nothing is understood from what is no such report */
  take(given: unknown): void;
}

/** @param onChange - hears each change; `undefined`: all is well again */
export function createDegradedMark(onChange: (degraded: Degradation | undefined) => void): DegradedMark {
  let shown: Degradation | undefined;
  return {
    take(given) {
      const next = readDegradation(given);
      if (JSON.stringify(next) === JSON.stringify(shown)) return;
      shown = next;
      onChange(next);
    },
  };
}

function readDegradation(value: unknown): Degradation | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { causes, sinceMs } = value as { readonly causes?: unknown; readonly sinceMs?: unknown };
  if (!Array.isArray(causes) || typeof sinceMs !== 'number' || !Number.isFinite(sinceMs)) return undefined;
  const known = causes.slice(0, MAX_CAUSES).filter((cause): cause is string => typeof cause === 'string');
  return known.length > 0 ? { causes: known, sinceMs } : undefined;
}
