import { createHash } from 'node:crypto';
import type { MonitorEvent } from '../../model/event.ts';
import { type Scope, scopeKeyOf } from '../../model/scope.ts';
import type { Subscription } from '../../model/wire.ts';
import type { Lens } from '../projection/createLens.ts';

/** Which events a connection asked for: the union of its subscriptions. */
export interface EventFilter {
  /** Equal for connections that see the same; short. */
  readonly key: string;
  readonly isEverything: boolean;
  readonly isNothing: boolean;
  /** Whether it asks what a run says of itself: see `Lens.prepare`. */
  readonly isScoped: boolean;
  /** O(subscriptions that have a filter), whatever they list. */
  matches(event: MonitorEvent): boolean;
}

/**
 * Keys that a `filter` may have. `run` and `type` are the event's own; the others are looked for in its fields, as the reader
 * sees them: an event that does not say it does not match. `spans` leaves the choice of detail to the relay.
 */
export const filterKeys = [
  'run',
  'type',
  'agent',
  'status',
  'user',
  'session',
  'tool',
  'model',
  'tags',
  'spans',
] as const;
type FieldKey = Exclude<(typeof filterKeys)[number], 'run' | 'type' | 'spans'>;

export const subscriptionKey = ({ sub, filter, scope }: Subscription): string =>
  JSON.stringify([
    sub,
    Object.entries(filter ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)),
    ...(scope ? [scopeKeyOf(scope)] : []),
  ]);

/** A reader who sees stand-ins asks for them: an id or a name matches in the form the reader sees. */
interface Seen {
  readonly run: string | undefined;
  readonly agent: string | undefined;
  readonly type: string;
}

/** What is asked for without a filter: looked up at once for all subscriptions. */
interface Plain {
  readonly topics: Set<string>;
  readonly runs: Set<string>;
  readonly agents: Set<string>;
}
const hasTopic = ({ topics, runs, agents }: Plain, { run, agent, type }: Seen): boolean =>
  (type === 'log' && topics.has('logs')) ||
  (topics.has('approvals') && type.startsWith('approval.')) ||
  (topics.has('alerts') && type.startsWith('alert.')) ||
  (topics.has('runs') && type.startsWith('producer.')) || // beside the rows: whether a run's process is alive
  (run !== undefined && runs.has(run)) ||
  (agent !== undefined && agents.has(agent)); // `metrics` are rows, not events

const plainOf = (subs: readonly Subscription[]): Plain => {
  const after = (prefix: string) =>
    new Set(subs.flatMap(({ sub }) => (sub.startsWith(prefix) ? [sub.slice(prefix.length)] : [])));
  return { topics: new Set(subs.map(({ sub }) => sub)), runs: after('run:'), agents: after('agent:') };
};

interface Filtered {
  readonly plain: Plain;
  readonly isEverything: boolean;
  readonly runs: ReadonlySet<string> | undefined;
  readonly types: ReadonlySet<string> | undefined;
  readonly scope: Scope | undefined;
  readonly fields: readonly (readonly [FieldKey, ReadonlySet<string>])[];
}

const setOf = (values: string | readonly string[]): ReadonlySet<string> =>
  new Set(typeof values === 'string' ? [values] : values);

const filteredOf = (sub: Subscription): Filtered => {
  const { run, type, spans: _spans, ...fields } = sub.filter ?? {};
  return {
    plain: plainOf([sub]),
    isEverything: isWhole(sub),
    runs: run === undefined ? undefined : setOf(run),
    types: type === undefined ? undefined : setOf(type),
    scope: sub.scope,
    // of `runs` the filters are for its rows
    fields: sub.sub === 'runs' ? [] : Object.entries(fields).map(([key, values]) => [key as FieldKey, setOf(values)]),
  };
};

export function createEventFilter(subs: readonly Subscription[], lens: Lens): EventFilter {
  const { view, standIns } = lens;
  const isEverything = subs.some((sub) => isWhole(sub) && !hasFilter(sub));
  const plain = plainOf(subs.filter((sub) => !hasFilter(sub)));
  const filtered = subs.filter(hasFilter).map(filteredOf);
  const doesAskForAgents = subs.some(({ sub }) => sub.startsWith('agent:'));

  const seenOf = (event: MonitorEvent): Seen => {
    const agent = doesAskForAgents ? agentOf(event) : undefined;
    return {
      run: event.run === undefined || view === 'names' ? event.run : standIns.id(event.run),
      agent: agent === undefined || view === 'names' ? agent : standIns.label(agent, 'agent'),
      type: event.type,
    };
  };

  /** Against the projected event: what the reader does not see cannot be asked for. */
  const hasFields = (event: MonitorEvent, { fields }: Filtered): boolean => {
    if (fields.length === 0) return true;
    const shown = lens.show(event);
    return shown !== undefined && fields.every(([key, values]) => valuesOf(shown, key).some((one) => values.has(one)));
  };

  const matches = (event: MonitorEvent): boolean => {
    const seen = seenOf(event);
    if (hasTopic(plain, seen)) return true;
    return filtered.some(
      (one) =>
        (one.types === undefined || one.types.has(seen.type)) &&
        (one.scope === undefined || lens.isInAsked(event.run, one.scope)) &&
        (one.runs === undefined || (seen.run !== undefined && one.runs.has(seen.run))) &&
        (one.isEverything || hasTopic(one.plain, seen)) &&
        hasFields(event, one),
    );
  };

  return {
    key: isEverything ? '*' : digestOf(subs.map(subscriptionKey).sort()),
    isEverything,
    isNothing: subs.length === 0,
    isScoped: !isEverything && subs.some(({ scope }) => scope !== undefined),
    matches: isEverything ? () => true : matches,
  };
}

const digestOf = (keys: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(keys)).digest('base64');

const isWhole = ({ sub }: Subscription): boolean => sub === 'overview';
const hasFilter = ({ filter, scope }: Subscription): boolean =>
  scope !== undefined || (filter !== undefined && Object.keys(filter).length > 0);

type Fields = Readonly<Record<string, unknown>>;

function agentOf(event: MonitorEvent): string | undefined {
  const { agentName, kind, name } = event.a as { agentName?: string; kind?: string; name?: string };
  return agentName ?? (kind === 'agent' ? name : undefined);
}

/** Where an event says it. */
const fieldReaders: Readonly<Record<FieldKey, (a: Fields, event: MonitorEvent) => unknown>> = {
  agent: (_a, event) => agentOf(event),
  status: (a) => a.status,
  user: (a) => a.userId,
  session: (a) => a.sessionId,
  tool: (a) => a.toolName ?? (a.kind === 'tool' ? a.name : undefined),
  model: (a) => [a.model, a.requestModel],
  tags: (a) => a.tags,
};

const valuesOf = (event: MonitorEvent, key: FieldKey): string[] =>
  [fieldReaders[key](event.a as Fields, event)].flat().filter((value): value is string => typeof value === 'string');
