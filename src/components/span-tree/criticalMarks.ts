import type { SpanKey } from '../../model/ids.ts';
import type { CriticalPath } from '../../store/tree/index.ts';

/** The part of a span that is underlined, epoch ms; without an end it goes on with the now-line. */
export interface CriticalMark {
  readonly fromMs: number;
  readonly toMs: number | undefined;
}

/** The critical path beside React: a row hears of it and renders again only when its own mark changed. */
export interface CriticalMarks {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: (key: SpanKey) => CriticalMark | undefined;
  /** @param nowMs - parts that reach it are open */
  readonly set: (path: CriticalPath, nowMs: number) => void;
}

export function createCriticalMarks(): CriticalMarks {
  let marks = new Map<SpanKey, CriticalMark>();
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get: (key) => marks.get(key),
    set(path, nowMs) {
      const next = new Map<SpanKey, CriticalMark>();
      for (const [key, part] of path) {
        const mark = { fromMs: part.fromMs, toMs: part.toMs >= nowMs ? undefined : part.toMs };
        const known = marks.get(key);
        next.set(key, known?.fromMs === mark.fromMs && known.toMs === mark.toMs ? known : mark);
      }
      marks = next;
      for (const listener of listeners) listener();
    },
  };
}
