import type { Subscription, Topic } from '../model/wire.ts';

/** Counts who needs which topic and tells the transport, once for all that changed in one go. */
export interface TopicBook {
  readonly subs: readonly Subscription[];
  readonly hold: (topic: Topic, filter?: Subscription['filter']) => () => void;
}

export function createTopicBook(
  always: readonly Topic[],
  onChange: (subs: readonly Subscription[]) => void,
): TopicBook {
  const held = new Map<string, { readonly sub: Subscription; count: number }>();
  for (const topic of always) held.set(keyOf({ sub: topic }), { sub: { sub: topic }, count: 1 });
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
  return {
    get subs() {
      return read(held);
    },
    hold(topic, filter) {
      const sub: Subscription = filter ? { sub: topic, filter } : { sub: topic };
      const key = keyOf(sub);
      const known = held.get(key);
      if (known) known.count += 1;
      else held.set(key, { sub, count: 1 });
      announce();
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const entry = held.get(key);
        if (!entry) return;
        entry.count -= 1;
        if (entry.count === 0) held.delete(key);
        announce();
      };
    },
  };
}

const keyOf = (sub: Subscription): string =>
  JSON.stringify([sub.sub, Object.entries(sub.filter ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))]);
const read = (held: ReadonlyMap<string, { readonly sub: Subscription }>): readonly Subscription[] =>
  [...held.values()].map((entry) => entry.sub);
