import type { Subscription, Topic } from '../../model/wire.ts';

/** The topics that are held whole up to the cursor: what comes after is in the tail, so no snapshot of them is needed. */
export interface WholeTopics {
  list(): readonly Topic[];
  /** These are asked for from now on. */
  onHello(subs: readonly Subscription[]): void;
  /** A snapshot is whole: of these topics, or of all that the hello asked for. */
  onSnapshot(scope: readonly Topic[] | undefined): void;
  /** Rows came in the place of spans. */
  onRows(): void;
  /** Others are let go: their tail stops. */
  keep(subs: readonly Subscription[]): void;
  clear(): void;
}

export function createWholeTopics(): WholeTopics {
  let asked: readonly Topic[] = [];
  let whole = new Set<Topic>();
  // what a filter leaves out is not known to be held; where the choice is the relay's, rows say that it left spans out
  const isWhole = ({ filter }: Subscription) =>
    !filter || (filter['spans'] === 'auto' && Object.keys(filter).length === 1);
  const topicsOf = (subs: readonly Subscription[]) => subs.filter(isWhole).map(({ sub }) => sub);
  return {
    list: () => [...whole],
    onHello(subs) {
      asked = topicsOf(subs);
    },
    onSnapshot(scope) {
      if (scope) for (const topic of scope) whole.add(topic);
      else whole = new Set(asked);
    },
    onRows() {
      whole.delete('overview');
    },
    keep(subs) {
      const wanted = new Set(topicsOf(subs));
      whole = new Set([...whole].filter((topic) => wanted.has(topic)));
      asked = asked.filter((topic) => wanted.has(topic));
    },
    clear: () => whole.clear(),
  };
}
