import type { FanOut, News } from './FanOut.ts';

/** One process: listeners hear at once. */
export function createMemoryFanOut(): FanOut {
  const listeners = new Set<(news: News) => void>();
  return {
    publish(news) {
      for (const listener of listeners) listener(news);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}
