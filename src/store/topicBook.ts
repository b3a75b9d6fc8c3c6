import type { Timers } from '../model/platform.ts';
import type { Subscription, Topic } from '../model/wire.ts';

/** Counts who needs which topic and tells the transport, once for all that changed in one go. */
export interface TopicBook {
  readonly subs: readonly Subscription[];
  readonly hold: (topic: Topic, filter?: Subscription['filter']) => () => void;
  /** Nothing is told any more. */
  readonly stop: () => void;
}

export interface TopicBookOptions {
  /** What is asked for all the time. */
  readonly always: readonly (Topic | Subscription)[];
  readonly timers: Timers;
  /** How long a topic that nobody needs any more is still asked for, ms: who goes back to it finds it as it was. */
  readonly lingerMs: number;
  readonly onChange: (subs: readonly Subscription[]) => void;
}

interface Held {
  readonly sub: Subscription;
  count: number;
  lingering?: { readonly timer: unknown } | undefined;
}

export function createTopicBook({ always, timers, lingerMs, onChange }: TopicBookOptions): TopicBook {
  const held = new Map<string, Held>();
  for (const one of always) {
    const sub = typeof one === 'string' ? { sub: one } : one;
    held.set(keyOf(sub), { sub, count: 1 });
  }
  let subs = read(held);
  let isAsked = false;
  /** A view that leaves and one that comes in the same commit cancel out. */
  const announce = () => {
    if (isAsked) return;
    isAsked = true;
    queueMicrotask(() => {
      isAsked = false;
      const next = read(held);
      if (next.map(keyOf).join() === subs.map(keyOf).join()) return;
      subs = next;
      onChange(subs);
    });
  };
  const drop = (key: string) => {
    held.delete(key);
    announce();
  };
  const stay = (entry: Held) => {
    if (entry.lingering) timers.clearTimeout(entry.lingering.timer);
    entry.lingering = undefined;
  };
  const release = (key: string, entry: Held) => {
    entry.count -= 1;
    if (entry.count > 0) return;
    if (lingerMs <= 0) drop(key);
    else entry.lingering = { timer: timers.setTimeout(() => drop(key), lingerMs) };
  };
  return {
    get subs() {
      return read(held);
    },
    hold(topic, filter) {
      const sub: Subscription = filter ? { sub: topic, filter } : { sub: topic };
      const key = keyOf(sub);
      const known = held.get(key);
      const entry = known ?? { sub, count: 0 };
      if (known) stay(known);
      else held.set(key, entry);
      entry.count += 1;
      announce();
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        release(key, entry);
      };
    },
    stop() {
      for (const entry of held.values()) stay(entry);
    },
  };
}

const keyOf = (sub: Subscription): string =>
  JSON.stringify([sub.sub, Object.entries(sub.filter ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))]);
const read = (held: ReadonlyMap<string, { readonly sub: Subscription }>): readonly Subscription[] =>
  [...held.values()].map((entry) => entry.sub);
