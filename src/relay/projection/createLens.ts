import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { isInScope, type RunFacts, type Scope, scopeKeyOf } from '../../model/scope.ts';
import { projectEvent, type ViewClass } from './projectEvent.ts';
import type { RunScopes } from './runScopes.ts';
import type { StandIns } from './standIns.ts';

/**
 * What one reader sees of a project: its capabilities, its scope and the names rule in one. Everything that leaves the relay
 * goes through a lens; there is no other way to a projected event.
 */
export interface Lens {
  /** Opaque: equal for readers who see the same bytes. */
  readonly key: string;
  readonly view: ViewClass;
  readonly standIns: StandIns;
  /** Whether it shows some runs only. */
  readonly isScoped: boolean;
  /** Of the token. */
  readonly granted: Scope | undefined;
  /** Of the hello or the request, in values as this reader sees them. */
  readonly asked: Scope | undefined;
  /** What a reader of this lens sees of an event; `undefined`: nothing. Of a run that is not known it shows nothing. */
  show(event: MonitorEvent): MonitorEvent | undefined;
  /** The same of an event whose run is known to lie in this lens, e.g. of a row that was asked for within its scope. */
  showOwn(event: MonitorEvent): MonitorEvent | undefined;
  /** Whether a run is in this lens, by what is known now: see {@link RunScopes.isKnown}. Without a run: only where nothing is scoped. */
  hasRun(runId: RunId | undefined): boolean;
  /** Whether a run lies in a scope that this reader asks for, in values as this reader sees them. */
  isInAsked(runId: RunId | undefined, asked: Scope): boolean;
  /** Whether it once lay in this lens and in what was asked for. */
  hadRun(runId: RunId): boolean;
  /**
   * Reads what has to be known of these runs. Ask again until it gives nothing:
   * `for (let wait = lens.prepare(ids); wait; wait = lens.prepare(ids)) await wait;`
   */
  prepare(runIds: Iterable<RunId | undefined>): Promise<void> | undefined;
  /** For one request: reads the log anew, never from memory. */
  maySee(runId: RunId | undefined): Promise<boolean>;
}

export interface LensOptions {
  readonly view: ViewClass;
  /** Of the token. */
  readonly granted: Scope | undefined;
  /** Of the hello or the request. */
  readonly asked: Scope | undefined;
  readonly standIns: StandIns;
  readonly runs: RunScopes;
  readonly readFacts: (runIds: readonly RunId[]) => Promise<ReadonlyMap<RunId, RunFacts>>;
}

export function createLens({ view, granted, asked, standIns, runs, readFacts }: LensOptions): Lens {
  const key = standIns.digest('lens', JSON.stringify([view, scopeKeyOf(granted), scopeKeyOf(asked)]));
  const isScoped = granted !== undefined || asked !== undefined;

  const matches = (facts: RunFacts | undefined): boolean =>
    isInScope(facts, granted) && (asked === undefined || isInAskedScope(facts, asked));

  /** What somebody asks for is compared with what that reader sees: else asking would be a way to test guesses at what is hidden. */
  const isInAskedScope = (facts: RunFacts | undefined, wanted: Scope): boolean => {
    if (facts === undefined) return false;
    if (view === 'names') return isInScope(facts, wanted);
    const seen = (value: string | undefined, kind: string) =>
      value === undefined ? undefined : standIns.pseudonym(value, kind);
    const { session, user, tags } = wanted;
    // what the token itself says is no guess
    const isOwn = { session: session === granted?.session, user: user === granted?.user };
    return (
      (session === undefined || isOwn.session || seen(facts.sessionId, 'session') === session) &&
      (user === undefined || isOwn.user || seen(facts.userId, 'user') === user) &&
      (tags ?? []).every((tag) => granted?.tags?.includes(tag) ?? false)
    );
  };

  const hasRun = (runId: RunId | undefined): boolean =>
    !isScoped || (runId !== undefined && matches(runs.factsOf(runId)));

  /** Ids of runs outside of the scope stand in no field either. */
  const withOwnLinks = (event: MonitorEvent): MonitorEvent => {
    const { links, ...rest } = event.a as { links?: readonly { readonly runId: string }[] };
    if (!links) return event;
    return { ...event, a: { ...rest, links: links.filter(({ runId }) => runId === event.run) } } as MonitorEvent;
  };

  const showOwn = (event: MonitorEvent) => projectEvent(isScoped ? withOwnLinks(event) : event, view, standIns);

  return {
    key,
    view,
    standIns,
    isScoped,
    granted,
    asked,
    hasRun,
    show(event) {
      return hasRun(event.run) ? showOwn(event) : undefined;
    },
    showOwn,
    isInAsked: (runId, wanted) => runId !== undefined && isInAskedScope(runs.factsOf(runId), wanted),
    hadRun: (runId) => runs.formerFactsOf(runId).some(matches),
    prepare(runIds) {
      const missing = new Set<RunId>();
      for (const runId of runIds) if (runId !== undefined && !runs.isKnown(runId)) missing.add(runId);
      return missing.size === 0 ? undefined : runs.load([...missing]);
    },
    async maySee(runId) {
      if (!isScoped) return true;
      return runId !== undefined && matches((await readFacts([runId])).get(runId));
    },
  };
}
