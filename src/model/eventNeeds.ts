import type { EventType } from './event.ts';

/** Which ids of the envelope an event type cannot do without. */
export interface EventNeeds {
  readonly run: boolean;
  readonly span: boolean;
  readonly ref: boolean;
  readonly prod: boolean;
}

const nothing: EventNeeds = { run: false, span: false, ref: false, prod: false };

const needsByGroup: Readonly<Record<string, EventNeeds>> = {
  producer: { ...nothing, prod: true },
  run: { ...nothing, run: true },
  span: { ...nothing, run: true, span: true },
  log: nothing,
  approval: { ...nothing, run: true, ref: true },
  score: { ...nothing, run: true },
  alert: { ...nothing, ref: true },
  budget: { ...nothing, ref: true },
};

const known = new Map<EventType, EventNeeds>();

/** The group is what stands before the dot. */
export function needsOf(type: EventType): EventNeeds {
  const needs = known.get(type) ?? needsByGroup[type.split('.', 1)[0] ?? ''] ?? nothing;
  known.set(type, needs);
  return needs;
}
