import type { Capability, Role } from './capabilities.ts';
import type { MonitorEvent } from './event.ts';
import type { RunId, SpanId } from './ids.ts';
import type { MetricBucket } from './metricBucket.ts';
import type { ChargeDimension, ChargeLine, Run } from './run.ts';
import type { Scope } from './scope.ts';

/** Protocol versions this code speaks: the relay takes the highest common one. */
export const PROTOCOL_VERSION = 1;
export const OLDEST_PROTOCOL_VERSION = 1;
/** WebSocket subprotocol. */
export const SUBPROTOCOL = 'spanlight.v1';

/** HTTP header with a {@link Scope} as URL-encoded JSON: a request that asks for less than the token allows. */
export const SCOPE_HEADER = 'spanlight-scope';

/** Where a reader stands in a project's log: `epoch.seq`. Not secret, carries no authority. */
export type Cursor = `${string}.${number}`;
export const formatCursor = (epoch: string, seq: number): Cursor => `${epoch}.${seq}`;
export function parseCursor(cursor: string): { epoch: string; seq: number } | undefined {
  const match = /^([0-9a-f]{1,64})\.(\d{1,16})$/.exec(cursor);
  return match ? { epoch: match[1] ?? '', seq: Number(match[2]) } : undefined;
}

/** What a subscription asks for: a topic. `run:ID` and `agent:ID` carry an id. */
export type Topic =
  | 'overview'
  | 'runs'
  | `run:${string}`
  | `agent:${string}`
  | 'logs'
  | 'approvals'
  | 'alerts'
  | 'metrics';

/** A topic that a reader asks for. */
export interface Subscription {
  readonly sub: Topic;
  readonly filter?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Only runs in this scope, on top of what the token and the hello allow. Values as this reader sees them. */
  readonly scope?: Scope | undefined;
}

/** First client frame on every wire. The token never stands in a URL. */
export interface HelloFrame {
  readonly t: 'hello';
  /** Oldest and newest protocol version the client speaks. */
  readonly v: readonly [number, number];
  readonly token: string;
  readonly cursor?: Cursor | undefined;
  readonly subs: readonly Subscription[];
  /** With a cursor: topics of `subs` that the reader holds whole up to it, so that they need not be sent anew. */
  readonly whole?: readonly Topic[] | undefined;
  /** Only runs in this scope. It narrows what the token allows, never widens it. Values as this reader sees them. */
  readonly scope?: Scope | undefined;
  /** `at` of the last `rows` frame. */
  readonly rows?: string | undefined;
  /** How far the reader has the text of running calls, newest last. */
  readonly live?: readonly LiveMark[] | undefined;
  /** WebSocket: frames that gain by it may come deflated (raw), as binary messages. */
  readonly deflate?: boolean | undefined;
}
export interface SubFrame {
  readonly t: 'sub' | 'unsub';
  readonly subs: readonly Subscription[];
}
export type ClientFrame = HelloFrame | SubFrame;

export interface WireLimits {
  readonly frameBytes: number;
  readonly ringEvents: number;
}

/**
 * Parts of the relay that do not work, while the relay goes on. What readers have stays true; it can come seconds late.
 * `causes`: `fan-out` (news of other relays), `log`, `redis-events` (the input channel); a reader takes others as they are.
 */
export interface Degradation {
  readonly causes: readonly string[];
  /** By the relay's clock, epoch ms. */
  readonly sinceMs: number;
}

export interface WelcomeFrame {
  readonly t: 'welcome';
  readonly v: number;
  /** Connection id, for support. */
  readonly conn: string;
  /** Name of the token: who this is. */
  readonly who: string;
  readonly project: string;
  readonly roles: readonly Role[];
  readonly can: readonly Capability[];
  /** Opaque: equal for connections that see the same, another for another role, project or scope. */
  readonly lens?: string | undefined;
  readonly epoch: string;
  /** Newest and oldest sequence number held. `oldest` is `head + 1` while the log is empty. */
  readonly head: number;
  readonly oldest: number;
  /** The relay's clock, epoch ms. */
  readonly now: number;
  /** Heartbeat interval, ms. */
  readonly hb: number;
  readonly limits: WireLimits;
  /** `ok`: the tail goes on from the cursor. `snapshot`: a snapshot follows. */
  readonly resume: 'ok' | 'snapshot';
  /** Absent: all is well. */
  readonly degraded?: Degradation | undefined;
}

/** Who reads, and as what: connections of the same see the same. */
export const identityOf = ({
  who,
  project,
  roles,
  can,
  lens,
}: Pick<WelcomeFrame, 'who' | 'project' | 'roles' | 'can' | 'lens'>): string =>
  JSON.stringify([who, project, [...roles].sort(), [...can].sort(), lens]);

/** Covers `(from, to]` completely for this connection's subscriptions and role; `ev` may be sparse or empty. */
export interface BatchFrame {
  readonly t: 'batch';
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly ev: readonly MonitorEvent[];
}

/** Merged facts as events, so that one reducer serves snapshot and tail. It replaces its scope at `part === parts`. */
export interface SnapFrame {
  readonly t: 'snap';
  readonly epoch: string;
  readonly at: number;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
  readonly ev: readonly MonitorEvent[];
  /**
   * What it replaces: these topics, e.g. one `run:ID` that was just subscribed to. Without it: everything that is held,
   * and the cursor moves to `at`. With it the cursor stays where it is.
   */
  readonly scope?: readonly Topic[] | undefined;
}

/** Why events are missing. */
export const gapCauses = ['retention', 'epoch', 'producer', 'store'] as const;
/** Why events are missing. */
export type GapCause = (typeof gapCauses)[number];

/** Events in `(from, to]` that will not come. */
export interface GapFrame {
  readonly t: 'gap';
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly why: GapCause;
  /** How many events, where it is known. */
  readonly n?: number | undefined;
  /** Producer that lost them, for `why: "producer"`. */
  readonly producerId?: string | undefined;
}

/**
 * Run totals and metric buckets, derived by the relay with the same fold, for runs whose spans are not sent. No sequence number.
 * A count that is not there is 0.
 */
export interface RowsFrame {
  readonly t: 'rows';
  /** Opaque: said again in a hello, so that only what changed since is sent. */
  readonly at?: string | undefined;
  readonly runs: readonly RunRow[];
  readonly buckets?: readonly MetricBucket[] | undefined;
}
/** A run without its spans. */
export interface RunRow {
  readonly run: Run;
  readonly lines?: Readonly<Partial<Record<ChargeDimension, readonly ChargeLine[]>>> | undefined;
}

/** How far a reader has the text of a running model call: it goes on at `offset`. */
export type LiveMark = Omit<LiveText, 'text'>;

/** A piece of what a running model call writes. */
export interface LiveText {
  readonly run: RunId;
  readonly span: SpanId;
  /** Characters (UTF-16 units) before `text`. */
  readonly offset: number;
  readonly text: string;
}

/** Text of a running model call for who has its run open and may read payloads. Never logged, no sequence number. */
export interface LiveFrame extends LiveText {
  readonly t: 'live';
}

export interface HeartbeatFrame {
  readonly t: 'hb';
  readonly epoch: string;
  readonly head: number;
  readonly now: number;
  /** Absent: all is well. Sent at once when it changes, with the next heartbeat in any case. */
  readonly degraded?: Degradation | undefined;
}
export interface ErrorFrame {
  readonly t: 'err';
  readonly ref?: string | undefined;
  readonly code: string;
}
export interface ByeFrame {
  readonly t: 'bye';
  readonly code: CloseCode;
  /** Wait at least this long before the next try, ms. */
  readonly retryMs?: number | undefined;
  /**
   * The reader has a place in a line: it comes back after exactly `retryMs`, and where it finds nobody, again each time this long
   * after that, ms.
   */
  readonly againMs?: number | undefined;
  /** Whether the cursor is still good. */
  readonly resume: boolean;
}

export type ServerFrame =
  | WelcomeFrame
  | BatchFrame
  | SnapFrame
  | GapFrame
  | RowsFrame
  | LiveFrame
  | HeartbeatFrame
  | ErrorFrame
  | ByeFrame;

/** Close codes of the stream, written once, here. 4xxx are ours. */
export const closeCodes = {
  1000: { name: 'normal', canRetry: false },
  1001: { name: 'going-away', canRetry: true },
  1008: { name: 'policy', canRetry: false },
  1009: { name: 'too-big', canRetry: true },
  1012: { name: 'restart', canRetry: true },
  1013: { name: 'overloaded', canRetry: true },
  4400: { name: 'bad-frame', canRetry: true },
  4401: { name: 'unauthenticated', canRetry: false },
  4403: { name: 'forbidden', canRetry: false },
  4408: { name: 'too-slow', canRetry: true },
  4409: { name: 'hello-timeout', canRetry: true },
  4426: { name: 'version', canRetry: false },
} as const;
export type CloseCode = keyof typeof closeCodes;

/** Answer of `POST /v1/events`, one verdict an event. */
export interface IngestVerdict {
  readonly id: string | null;
  readonly st: 'ok' | 'dup' | 'bad';
  readonly seq?: number | undefined;
  readonly code?: string | undefined;
  readonly path?: string | undefined;
  readonly reason?: string | undefined;
}
/** How well an accepted event is kept. */
export type Durability = 'disk' | 'process' | 'memory';
export interface IngestAnswer {
  readonly durable: Durability;
  readonly events: readonly IngestVerdict[];
}

/** Body of every HTTP error. */
export interface HttpErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** The parameter of the query that is wrong. */
    readonly param?: string | undefined;
  };
}
