import type { ErrorFrame, Subscription } from '../../model/wire.ts';
import type { Lens } from '../projection/createLens.ts';
import { asSubscription, type RawSubscription } from './clientFrames.ts';
import { leavesChoice, resolveDetail } from './detailChoice.ts';
import { createEventFilter, type EventFilter, filterKeys, subscriptionKey } from './eventFilter.ts';
import { createRowFilter, type RowFilter } from './rowFilter.ts';

/** Subscriptions of one connection. */
const MAX_SUBSCRIPTIONS = 256;
/** All of them together as text, filters and all. */
const MAX_SUBSCRIPTIONS_LENGTH = 65_536;

/** What one connection asked for. */
export interface SubscriptionSet {
  readonly subs: readonly Subscription[];
  /** What they come to now, see {@link resolveDetail}. */
  readonly resolved: readonly Subscription[];
  /** The events of all of them. */
  readonly filter: EventFilter;
  /** The rows of all of them. */
  readonly rowFilter: RowFilter;
  /** Some leave it to the relay how much detail is sent. */
  readonly leavesChoice: boolean;
  readonly isBusy: boolean;
  /** The project became busy, or calm. */
  setBusy(isBusy: boolean): void;
  /** Keeps what can be served and is new. @returns what was added; `'too-many'` adds nothing */
  add(raw: readonly RawSubscription[]): readonly Subscription[] | 'too-many';
  remove(raw: readonly RawSubscription[]): void;
}

/** @param refuse - told of each subscription that cannot be served, by name */
export function createSubscriptionSet(lens: Lens, refuse: (error: ErrorFrame) => void): SubscriptionSet {
  let byKey = new Map<string, Subscription>();

  const replace = (next: Map<string, Subscription>) => {
    byKey = next;
    const subs = [...byKey.values()];
    set.subs = subs;
    set.resolved = resolveDetail(subs, set.isBusy);
    set.filter = createEventFilter(set.resolved, lens);
    set.rowFilter = createRowFilter(set.resolved, lens);
    set.leavesChoice = leavesChoice(subs);
  };

  const set: { -readonly [Key in keyof SubscriptionSet]: SubscriptionSet[Key] } = {
    subs: [],
    resolved: [],
    filter: createEventFilter([], lens),
    rowFilter: createRowFilter([], lens),
    leavesChoice: false,
    isBusy: false,
    setBusy(next) {
      if (next === set.isBusy) return;
      set.isBusy = next;
      replace(byKey);
    },
    add(raw) {
      const added = new Map<string, Subscription>();
      for (const one of raw) {
        const sub = asSubscription(one);
        const isFilterKnown = Object.keys(one.filter ?? {}).every((key) => filterKeys.some((known) => known === key));
        if (!sub || !isFilterKnown) {
          refuse({
            t: 'err',
            ref: one.sub.slice(0, 100),
            code: sub ? 'stream.unknown-filter' : 'stream.unknown-topic',
          });
          continue;
        }
        const key = subscriptionKey(sub);
        if (!byKey.has(key)) added.set(key, sub);
      }
      if (added.size === 0) return [];
      const next = new Map([...byKey, ...added]);
      const length = [...next.keys()].reduce((sum, key) => sum + key.length, 0);
      if (next.size > MAX_SUBSCRIPTIONS || length > MAX_SUBSCRIPTIONS_LENGTH) return 'too-many';
      replace(next);
      return [...added.values()];
    },
    remove(raw) {
      const next = new Map(byKey);
      for (const one of raw) {
        const sub = asSubscription(one);
        if (sub) next.delete(subscriptionKey(sub));
      }
      replace(next);
    },
  };
  return set;
}
