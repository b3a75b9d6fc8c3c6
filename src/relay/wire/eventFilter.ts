import type { MonitorEvent } from '../../model/event.ts';
import type { Subscription } from '../../model/wire.ts';
import type { ViewClass } from '../projection/projectEvent.ts';
import type { StandIns } from '../projection/standIns.ts';

/** Which events a connection asked for: the union of its subscriptions. */
export interface EventFilter {
  /** Equal for connections that see the same. */
  readonly key: string;
  readonly isEverything: boolean;
  readonly isNothing: boolean;
  matches(event: MonitorEvent): boolean;
}

/** Keys that a `filter` may have. */
export const filterKeys = ['run', 'type'] as const;

export const subscriptionKey = ({ sub, filter }: Subscription): string =>
  JSON.stringify([sub, Object.entries(filter ?? {}).sort(([left], [right]) => (left < right ? -1 : 1))]);

/**
 * @param standIns - a reader who sees stand-ins asks for them: an id or a name matches in the form the reader sees
 */
export function createEventFilter(subs: readonly Subscription[], view: ViewClass, standIns: StandIns): EventFilter {
  const isSame = (asked: string, actual: string | undefined, seen: (text: string) => string): boolean =>
    actual !== undefined && asked === (view === 'names' ? actual : seen(actual));

  const isOfTopic = (sub: string, event: MonitorEvent): boolean => {
    if (sub === 'overview' || sub === 'runs') return true;
    if (sub === 'logs') return event.type === 'log';
    if (sub === 'approvals') return event.type.startsWith('approval.');
    if (sub === 'alerts') return event.type.startsWith('alert.');
    if (sub.startsWith('run:')) return isSame(sub.slice('run:'.length), event.run, standIns.id);
    if (sub.startsWith('agent:')) {
      return isSame(sub.slice('agent:'.length), agentOf(event), (name) => standIns.label(name, 'agent'));
    }
    return false; // `metrics` are rows, not events
  };

  const passes = (filter: Subscription['filter'], event: MonitorEvent): boolean => {
    if (!filter) return true;
    const allows = (
      asked: string | readonly string[] | undefined,
      actual: string | undefined,
      seen: (text: string) => string,
    ) => asked === undefined || (typeof asked === 'string' ? [asked] : asked).some((one) => isSame(one, actual, seen));
    return allows(filter.run, event.run, standIns.id) && allows(filter.type, event.type, (type) => type);
  };

  const isEverything = subs.some(({ sub, filter }) => (sub === 'overview' || sub === 'runs') && !hasFilter(filter));
  return {
    key: isEverything ? '*' : JSON.stringify(subs.map(subscriptionKey).sort()),
    isEverything,
    isNothing: subs.length === 0,
    matches: (event) => isEverything || subs.some(({ sub, filter }) => isOfTopic(sub, event) && passes(filter, event)),
  };
}

const hasFilter = (filter: Subscription['filter']): boolean => filter !== undefined && Object.keys(filter).length > 0;

function agentOf(event: MonitorEvent): string | undefined {
  const { agentName, kind, name } = event.a as { agentName?: string; kind?: string; name?: string };
  return agentName ?? (kind === 'agent' ? name : undefined);
}
