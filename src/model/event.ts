import type * as z from 'zod/mini';
import type { Detail, DetailRefs } from './detail.ts';
import type { eventSchemas } from './eventSchemas.ts';
import type { RunId, SpanId } from './ids.ts';

/** Every event type the model knows. An unknown type is a counted issue, never a fault. */
export type EventType = keyof typeof eventSchemas;

/** The fields of `a` for an event type. */
export type EventFields<T extends EventType> = z.infer<(typeof eventSchemas)[T]>;

/** Version of an event type's fields that this code writes. */
export const SCHEMA_VERSION = 1;

interface Envelope<T extends EventType> {
  /** UUIDv7 of the producer, or a hash for foreign input. The same id twice is one event. */
  readonly id: string;
  readonly type: T;
  /** Schema version of the type. */
  readonly sv: number;
  /** When it happened by the producer's clock, epoch ms with fraction. Decides merges within a rank. */
  readonly ts: number;
  /** When the relay stored it, epoch ms by the store's clock. Set by the relay alone. */
  readonly rts?: number | undefined;
  /** Place in the log, from 1, gapless. Set by the relay alone. */
  readonly seq?: number | undefined;
  /** The producer and its own gapless counter. */
  readonly prod?: { readonly id: string; readonly n: number } | undefined;
  /** Run; absent only where the entity has none (producers, alerts, some logs). */
  readonly run?: RunId | undefined;
  readonly span?: SpanId | undefined;
  /** Parent of `span`. */
  readonly parent?: SpanId | undefined;
  /** Call id (approvals), alert id (alerts), reservation id (budgets). */
  readonly ref?: string | undefined;
  /** The named fields of this type. */
  readonly a: EventFields<T>;
  /** Content; in files and on ingest only. */
  readonly detail?: Detail | undefined;
  /** What content exists; in streams, in place of `detail`. */
  readonly refs?: DetailRefs | undefined;
}

export type EventOf<T extends EventType> = { [K in T]: Envelope<K> }[T];
/** A fact about one entity. */
export type MonitorEvent = EventOf<EventType>;

export type RunEventType = Extract<EventType, `run.${string}`>;
export type SpanEventType = Extract<EventType, `span.${string}`>;
export type ApprovalEventType = Extract<EventType, `approval.${string}`>;
export type AlertEventType = Extract<EventType, `alert.${string}`>;
export type ProducerEventType = Extract<EventType, `producer.${string}`>;

/** What goes first when a queue is full: `B` may be let go, `A` only when the spool itself is full. Source: wire rule 25. */
export const classOf = (type: EventType): 'A' | 'B' => (type === 'log' || type === 'span.update' ? 'B' : 'A');

/**
 * Rank of an event type within its entity: a field of a higher rank beats one of a lower rank; equal ranks go by `ts`,
 * then by `id`.
 */
export const rankByType = {
  'producer.hello': 0,
  'producer.beat': 1,
  'producer.gap': 1,
  'run.start': 0,
  'run.end': 2,
  'run.fail': 3,
  'span.start': 0,
  'span.update': 1,
  'span.end': 2,
  'span.price': 3,
  log: 0,
  'approval.requested': 0,
  'approval.decided': 2,
  'approval.expired': 2,
  'approval.cancelled': 2,
  score: 0,
  'alert.firing': 0,
  'alert.acknowledged': 1,
  'alert.silenced': 1,
  'alert.resolved': 2,
  'budget.reserved': 0,
  'budget.settled': 2,
  'budget.refused': 2,
  'budget.released': 2,
} as const satisfies Readonly<Record<EventType, number>>;
