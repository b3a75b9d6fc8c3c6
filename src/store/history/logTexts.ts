import type { HistorySource } from '../types.ts';

/** Texts that are kept; the oldest go first. */
const MAX_TEXTS = 5000;
/** Lines that the relay takes in one question. */
const MAX_IDS = 100;

/** Texts of log lines: content, so only what somebody looks at is loaded, many lines in one question. */
export interface LogTexts {
  /** By id of the line. `null`: there is none. */
  readonly texts: ReadonlyMap<string, unknown>;
  /** Loads what is not known of these lines. */
  readonly load: (ids: readonly string[]) => void;
  /** Texts that came with a page. */
  readonly add: (found: ReadonlyMap<string, unknown>) => void;
  clear(): void;
}

export function createLogTexts(readSource: () => HistorySource | undefined, onChange: () => void): LogTexts {
  let texts: ReadonlyMap<string, unknown> = new Map();
  let waiting = new Set<string>();
  let asked = new Set<string>();
  let era = 0;

  const put = (found: ReadonlyMap<string, unknown>) => {
    const next = new Map(texts);
    for (const [id, text] of found) next.set(id, text);
    for (const oldest of next.keys()) {
      if (next.size <= MAX_TEXTS) break;
      next.delete(oldest);
    }
    texts = next;
    onChange();
  };

  const ask = async (from: HistorySource, ids: readonly string[]) => {
    const asker = era;
    try {
      const { lines } = await from.loadLogs({ ids, limit: MAX_IDS });
      if (asker !== era) return;
      const found = new Map<string, unknown>(ids.map((id) => [id, null]));
      for (const { event, message } of lines) found.set(event.id, message ?? null);
      put(found);
    } catch {
      // asked again when somebody looks at them again
    } finally {
      if (asker === era) for (const id of ids) asked.delete(id);
    }
  };

  return {
    get texts() {
      return texts;
    },
    load(ids) {
      const source = readSource();
      if (!source) return;
      const isFirst = waiting.size === 0;
      for (const id of ids) if (!texts.has(id) && !asked.has(id)) waiting.add(id);
      if (!isFirst || waiting.size === 0) return;
      queueMicrotask(() => {
        const all = [...waiting];
        waiting = new Set();
        for (const id of all) asked.add(id);
        for (let from = 0; from < all.length; from += MAX_IDS) void ask(source, all.slice(from, from + MAX_IDS));
      });
    },
    add: (found) => {
      if (found.size > 0) put(found);
    },
    clear() {
      era += 1;
      texts = new Map();
      waiting = new Set();
      asked = new Set();
      onChange();
    },
  };
}
