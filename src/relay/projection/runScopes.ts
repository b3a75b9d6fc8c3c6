import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import type { RunFacts } from '../../model/scope.ts';

/** What is known of the runs of a project that a scope asks for: read from the log once, read again when a run says more. */
export interface RunScopes {
  /** Whether {@link factsOf} can answer. A run that the log does not know counts as known, with no facts. */
  isKnown(runId: RunId): boolean;
  factsOf(runId: RunId): RunFacts | undefined;
  /** What a run said of itself before it said otherwise. */
  formerFactsOf(runId: RunId): readonly RunFacts[];
  /** Reads what is not known of these runs; something may have been said meanwhile, so ask again. */
  load(runIds: readonly RunId[]): Promise<void>;
  /** Hears of an event. @returns whether it may move its run into a scope or out of one */
  take(event: MonitorEvent): boolean;
  clear(): void;
}

interface Entry {
  /** `undefined`: the log does not know the run. */
  readonly facts: RunFacts | undefined;
}

/** Runs that are remembered; what is forgotten is read again. */
const MAX_RUNS = 20_000;
const MAX_FORMER = 4;

/** Whether an event says something that a scope asks for. */
export function saysScope(event: MonitorEvent): boolean {
  if (event.run === undefined || !event.type.startsWith('run.')) return false;
  const { sessionId, userId, tags } = event.a as RunFacts;
  return sessionId !== undefined || userId !== undefined || tags !== undefined;
}

/** @param read - reads facts from the log */
export function createRunScopes(read: (runIds: readonly RunId[]) => Promise<ReadonlyMap<RunId, RunFacts>>): RunScopes {
  const entries = new Map<RunId, Entry>();
  const former = new Map<RunId, readonly RunFacts[]>();
  /** Grows with each news of a run: an answer that was asked for before is too old. */
  const ages = new Map<RunId, number>();

  const keep = (runId: RunId, facts: RunFacts | undefined) => {
    if (entries.size >= MAX_RUNS) {
      entries.clear();
      former.clear();
    }
    entries.set(runId, { facts });
  };

  return {
    isKnown: (runId) => entries.has(runId),
    factsOf: (runId) => entries.get(runId)?.facts,
    formerFactsOf: (runId) => former.get(runId) ?? [],
    async load(runIds) {
      const asked = new Map(
        runIds.filter((runId) => !entries.has(runId)).map((runId) => [runId, ages.get(runId) ?? 0]),
      );
      if (asked.size === 0) return;
      const found = await read([...asked.keys()]);
      for (const [runId, age] of asked) if ((ages.get(runId) ?? 0) === age) keep(runId, found.get(runId));
    },
    take(event) {
      if (!saysScope(event)) return false;
      const runId = event.run as RunId;
      if (ages.size >= MAX_RUNS) ages.clear();
      ages.set(runId, (ages.get(runId) ?? 0) + 1);
      const known = entries.get(runId)?.facts;
      if (known) former.set(runId, [known, ...(former.get(runId) ?? [])].slice(0, MAX_FORMER));
      entries.delete(runId);
      return true;
    },
    clear() {
      entries.clear();
      former.clear();
      for (const [runId, age] of ages) ages.set(runId, age + 1);
    },
  };
}
