import type { FanOut, LiveNews, News } from './FanOut.ts';

/** One process: listeners hear at once. */
export function createMemoryFanOut(): FanOut {
  const listeners = new Set<(news: News) => void>();
  const liveListeners = new Set<(news: LiveNews) => void>();
  return {
    isShared: false,
    state: { isUp: true, sinceMs: 0 },
    onState: () => () => {},
    figures: { droppedMessages: 0, refusedMessages: 0 },
    publish(news) {
      for (const listener of listeners) listener(news);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publishLive(news) {
      for (const listener of liveListeners) listener(news);
    },
    subscribeLive(listener) {
      liveListeners.add(listener);
      return () => liveListeners.delete(listener);
    },
    async close() {
      listeners.clear();
      liveListeners.clear();
    },
  };
}
