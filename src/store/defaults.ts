import type { Subscription, Topic } from '../model/wire.ts';
import type { Session, StoreLimits } from './types.ts';

/** Sized so that a day of steady traffic stays under 64 MiB; each can be set by `limits`. */
export const defaultLimits: StoreLimits = {
  runs: 1000,
  spans: 100_000,
  logLines: 5000,
  loggedEvents: 20_000,
  queuedEvents: 100_000,
  bytes: 64 * 1024 * 1024,
};

/** How long a topic that no view needs any more is still asked for, ms. */
export const TOPIC_LINGER_MS = 3000;

/** Every event while the relay is calm; run totals, metrics and what is open while it is busy. */
export const defaultTopics: readonly (Topic | Subscription)[] = [
  { sub: 'overview', filter: { spans: 'auto' } },
  'approvals',
  'alerts',
];

/** A store without a relay: whoever feeds it already has the content. */
export const localSession: Session = {
  who: 'local',
  project: 'default',
  roles: ['developer'],
  can: ['read.shape', 'read.payload'],
};
