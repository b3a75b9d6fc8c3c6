import type { LiveNews, News } from './FanOut.ts';

/** Most events of one message; more begin another. */
const MAX_EVENTS = 500;

/** Joins what is said within one turn of the event loop: a burst of small appends is one message, in order. */
export interface NewsQueue {
  add(news: News): void;
  addLive(live: LiveNews): void;
  /** Says what waits now. */
  flush(): void;
}

export function createNewsQueue(say: (news: News) => void, sayLive: (live: LiveNews) => void): NewsQueue {
  let waiting: News[] = [];
  let waitingLive: LiveNews[] = [];
  let timer: NodeJS.Immediate | undefined;

  const flush = () => {
    clearImmediate(timer);
    timer = undefined;
    const news = waiting;
    const live = waitingLive;
    waiting = [];
    waitingLive = [];
    for (const item of news) say(item);
    for (const item of live) sayLive(item);
  };

  return {
    add(news) {
      const last = waiting.findLastIndex(({ project }) => project === news.project);
      const joined = waiting[last] && join(waiting[last], news);
      if (joined) waiting[last] = joined;
      else waiting.push(news);
      timer ??= setImmediate(flush);
    },
    addLive(live) {
      const last = waitingLive.findLastIndex(({ project }) => project === live.project);
      const known = waitingLive[last];
      if (known) waitingLive[last] = { ...known, texts: [...known.texts, ...live.texts] };
      else waitingLive.push(live);
      timer ??= setImmediate(flush);
    },
    flush,
  };
}

function join(first: News, second: News): News | undefined {
  if (first.epoch !== second.epoch || first.to !== second.from) return undefined;
  if (!first.events || !second.events || second.to - first.from > MAX_EVENTS) return undefined;
  return { ...first, to: second.to, events: [...first.events, ...second.events] };
}
