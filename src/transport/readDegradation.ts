import type { Degradation } from '../model/wire.ts';

const MAX_CAUSES = 16;

/** @returns what a frame says does not work; `undefined` for nothing, and for what is no such report */
export function readDegradation(value: unknown): Degradation | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { causes, sinceMs } = value as { readonly causes?: unknown; readonly sinceMs?: unknown };
  if (!Array.isArray(causes) || typeof sinceMs !== 'number' || !Number.isFinite(sinceMs)) return undefined;
  const known = causes.slice(0, MAX_CAUSES).filter((cause): cause is string => typeof cause === 'string');
  return known.length > 0 ? { causes: known, sinceMs } : undefined;
}
