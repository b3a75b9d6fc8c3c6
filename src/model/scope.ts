import type { Run } from './run.ts';

/**
 * Which runs a reader may see, or wants to see. What is not named is not limited; everything that is named must hold.
 * An event that belongs to no run (a producer, an alert) is outside of every scope.
 */
export interface Scope {
  /** Session of the run, as its producer named it. */
  readonly session?: string | undefined;
  /** User on whose behalf the agents work. */
  readonly user?: string | undefined;
  /** The run must carry every one of these. */
  readonly tags?: readonly string[] | undefined;
}

/** Something that is asked, and that can be asked within a scope only: `createRelayClient` is one. */
export interface Scopable<Source> {
  /** The same source, narrowed. `undefined`: as it was made. */
  withScope?(scope: Scope | undefined): Source;
}

/** What a run says of itself that a scope asks for. */
export type RunFacts = Pick<Run, 'sessionId' | 'userId' | 'tags'>;

/**
 * Whether a run lies in a scope. The only place that decides it.
 * @param facts - `undefined`: not known (yet), which is outside of every scope
 * @param scope - `undefined`: no limit
 */
export function isInScope(facts: RunFacts | undefined, scope: Scope | undefined): boolean {
  if (scope === undefined) return true;
  if (facts === undefined) return false;
  const { session, user, tags } = scope;
  if (session !== undefined && facts.sessionId !== session) return false;
  if (user !== undefined && facts.userId !== user) return false;
  return tags === undefined || tags.every((tag) => facts.tags?.includes(tag) ?? false);
}

/** The same for scopes that say the same, whatever the order of their fields and tags. */
export const scopeKeyOf = (scope: Scope | undefined): string =>
  scope === undefined
    ? ''
    : JSON.stringify([scope.session ?? null, scope.user ?? null, scope.tags ? [...new Set(scope.tags)].sort() : null]);
