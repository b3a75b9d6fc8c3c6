import { randomBytes } from 'node:crypto';
import type { RunId } from '../../model/ids.ts';
import {
  type CloseCode,
  type GapCause,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  parseCursor,
  type ServerFrame,
  type Subscription,
  type Topic,
} from '../../model/wire.ts';
import type { Principal } from '../auth/tokenRegistry.ts';
import { type ViewClass, viewClassOf } from '../projection/projectEvent.ts';
import { asSubscription, type Hello, type RawSubscription, type SubChange } from './clientFrames.ts';
import { createEventFilter, type EventFilter, filterKeys, subscriptionKey } from './eventFilter.ts';
import type { ProjectStream } from './projectStream.ts';
import { FRAME_BYTES, WINDOW_FULL_BYTES, WINDOW_LOW_BYTES, type WireTimings } from './timings.ts';

/** What moves frames to one reader. */
export interface Outlet {
  /** Bytes that were sent and have not left this process. */
  readonly bufferedBytes: number;
  /** @param onSent - called when the bytes left this process */
  send(frame: string | Buffer, onSent: () => void): void;
  ping(): void;
  /** Says goodbye and ends; what does not close is cut. */
  end(code: CloseCode): void;
}

export interface StreamConnectionOptions {
  readonly outlet: Outlet;
  readonly principal: Principal;
  readonly stream: ProjectStream;
  readonly timings: WireTimings;
  readonly ringEvents: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Who the token stands for now; `undefined` when it no longer holds. */
  readonly recheck: () => Principal | undefined;
  readonly onFault: (code: string, cause: unknown) => void;
}

/** One reader: a cursor, its subscriptions and a send window. Nothing is queued for it. */
export interface StreamConnection {
  readonly id: string;
  readonly principal: Principal;
  /** What it was closed with from this side. */
  readonly closeCode: CloseCode | undefined;
  start(hello: Hello): Promise<void>;
  onSubChange(change: SubChange): void;
  onPong(): void;
  /** Called every second or so: heartbeat, ping, drain, authority. */
  tick(): void;
  /** Looks at the token now. */
  recheck(): void;
  bye(code: CloseCode, terms?: ByeTerms): void;
  /** The other side is gone. */
  drop(): void;
}

export interface ByeTerms {
  readonly retryMs?: number | undefined;
  /** Default: the cursor is good after a restart or when the reader was too slow. */
  readonly resume?: boolean | undefined;
}

/** An empty batch only moves a cursor: often enough that no reader takes itself for late (2 s), no more. */
const EMPTY_BATCH_EVERY_MS = 250;

/** Subscriptions of one connection. */
const MAX_SUBS = 256;

/** @returns the highest version both sides speak */
export const negotiateVersion = ([oldest, newest]: readonly [number, number]): number | undefined => {
  const version = Math.min(newest, PROTOCOL_VERSION);
  return version >= Math.max(oldest, OLDEST_PROTOCOL_VERSION) ? version : undefined;
};

export function createStreamConnection(options: StreamConnectionOptions): StreamConnection {
  const { outlet, stream, timings, now } = options;
  const id = randomBytes(9).toString('base64url');
  let { principal } = options;
  let view: ViewClass = 'shape';
  let subs: readonly Subscription[] = [];
  let filter: EventFilter = createEventFilter([], view, stream.standIns);
  let epoch = '';
  let cursor = 0;
  let isOpen = true;
  let isStarted = false;
  let isPumping = false;
  let isFull = false;
  /** Frames of a snapshot that are still to be sent, before the tail goes on. */
  let pending: readonly Buffer[] = [];
  /** Changes that came before the tail began. */
  let early: SubChange[] = [];
  let leave: () => void = () => {};
  let lastBatchMs = 0;
  let lastBeatMs = 0;
  let lastCheckMs = now();
  let lastBuffered = 0;
  let lastDrainMs = now();
  let pingSentMs: number | undefined;

  const send = (frame: ServerFrame | Buffer) => {
    if (!isOpen) return;
    const wasEmpty = outlet.bufferedBytes === 0;
    outlet.send(Buffer.isBuffer(frame) ? frame : JSON.stringify(frame), () => {
      if (!isFull || outlet.bufferedBytes > WINDOW_LOW_BYTES) return;
      isFull = false;
      pump();
    });
    if (wasEmpty) lastDrainMs = now();
    if (outlet.bufferedBytes >= WINDOW_FULL_BYTES) isFull = true;
  };

  const finish = () => {
    isOpen = false;
    pending = [];
    leave();
  };

  let closeCode: CloseCode | undefined;
  const bye = (code: CloseCode, { retryMs, resume = code === 1012 || code === 4408 }: ByeTerms = {}) => {
    if (!isOpen) return;
    send({ t: 'bye', code, ...(retryMs !== undefined && { retryMs }), resume });
    closeCode = code;
    finish();
    outlet.end(code);
  };

  const fail = (cause: unknown) => {
    options.onFault('relay.stream-failed', cause);
    bye(1013, { retryMs: 1000 });
  };

  const sendSnapshot = async () => {
    const snapshot = await stream.snapshot(view, filter, undefined);
    epoch = stream.epoch;
    cursor = snapshot.at;
    pending = [...pending, ...snapshot.frames];
  };

  const sendGap = (from: number, to: number, why: GapCause, n?: number) =>
    send({ t: 'gap', epoch: stream.epoch, from, to, why, ...(n !== undefined && { n }) });

  /** The tail cannot go on from the cursor: says what is lost, then everything anew. */
  const recover = async () => {
    const { oldest } = await stream.open();
    sendGap(cursor, Math.max(cursor, oldest - 1), 'retention', Math.max(0, oldest - 1 - cursor));
    await sendSnapshot();
  };

  /** @returns whether there may be more */
  const sendNext = async (): Promise<boolean> => {
    const [part, ...rest] = pending;
    if (part) {
      pending = rest;
      send(part);
      return true;
    }
    if (stream.epoch !== epoch) {
      bye(1012, { retryMs: 0 }); // the numbers began anew: the next welcome says so
      return false;
    }
    let batch = stream.nextBatch(view, filter, cursor);
    if (batch === 'behind') {
      const fromLog = await stream.nextBatchFromLog(view, filter, cursor);
      if (fromLog === 'gone') {
        await recover();
        return true;
      }
      batch = fromLog;
    }
    if (!batch) return false;
    const nowMs = now();
    if (batch.count === 0 && batch.to === stream.head && nowMs - lastBatchMs < EMPTY_BATCH_EVERY_MS) return false;
    lastBatchMs = nowMs;
    cursor = batch.to;
    send(batch.frame);
    return true;
  };

  const run = async () => {
    isPumping = true;
    try {
      while (isOpen && !isFull && (await sendNext()));
    } catch (cause) {
      fail(cause);
    } finally {
      isPumping = false;
    }
  };
  const pump = () => {
    if (!isOpen || !isStarted || isPumping || isFull) return;
    void run();
  };

  const adopt = (next: Principal, nextView: ViewClass) => {
    principal = next;
    view = nextView;
    filter = createEventFilter(subs, view, stream.standIns);
  };

  const recheck = () => {
    lastCheckMs = now();
    const current = options.recheck();
    if (!current) return bye(4401);
    const nextView = viewClassOf(current.can);
    if (!nextView || current.project !== principal.project) return bye(4403);
    const isSame = current.can.join() === principal.can.join() && current.who === principal.who;
    if (isSame) principal = current;
    else bye(1012, { retryMs: 0, resume: false }); // another authority sees other events: it starts from a snapshot of its own
  };

  /** Keeps what can be served; says no to the rest by name. */
  const takeSubs = (raw: readonly RawSubscription[]): readonly Subscription[] =>
    raw.flatMap((one) => {
      const sub = asSubscription(one);
      const isFilterKnown = Object.keys(one.filter ?? {}).every((key) => filterKeys.some((known) => known === key));
      if (sub && isFilterKnown) return sub;
      send({ t: 'err', ref: one.sub.slice(0, 100), code: sub ? 'stream.unknown-filter' : 'stream.unknown-topic' });
      return [];
    });

  const sendScoped = async (added: Subscription) => {
    const own = createEventFilter([added], view, stream.standIns);
    const isOneRun = added.sub.startsWith('run:') && view === 'names';
    const scope = {
      topics: [added.sub] satisfies Topic[],
      ...(isOneRun && { runId: added.sub.slice('run:'.length) as RunId }),
    };
    const { frames } = await stream.snapshot(view, own, scope);
    pending = [...pending, ...frames];
    pump();
  };

  const takeChange = (change: SubChange) => {
    const keys = new Set(change.subs.flatMap((one) => asSubscription(one) ?? []).map(subscriptionKey));
    if (change.t === 'unsub') {
      subs = subs.filter((sub) => !keys.has(subscriptionKey(sub)));
      filter = createEventFilter(subs, view, stream.standIns);
      return;
    }
    const known = new Set(subs.map(subscriptionKey));
    const added = takeSubs(change.subs).filter((sub) => !known.has(subscriptionKey(sub)));
    if (subs.length + added.length > MAX_SUBS) return bye(1008);
    const sawEverything = filter.isEverything;
    subs = [...subs, ...added];
    filter = createEventFilter(subs, view, stream.standIns);
    if (!sawEverything) for (const sub of added) sendScoped(sub).catch(fail);
  };

  return {
    id,
    get principal() {
      return principal;
    },
    get closeCode() {
      return closeCode;
    },
    async start(hello) {
      try {
        const version = negotiateVersion(hello.v);
        if (version === undefined) return bye(4426);
        const granted = viewClassOf(principal.can);
        if (!granted) return bye(4403);
        adopt(principal, granted);
        const { oldest } = await stream.open();
        if (!isOpen) return;
        epoch = stream.epoch;
        const { head } = stream;
        const given = hello.cursor === undefined ? undefined : parseCursor(hello.cursor);
        const canResume = given?.epoch === epoch && given.seq >= oldest - 1 && given.seq <= head;
        send({
          t: 'welcome',
          v: version,
          conn: id,
          who: principal.who,
          project: principal.project,
          roles: principal.roles,
          can: principal.can,
          epoch,
          head,
          oldest,
          now: now(),
          hb: timings.heartbeatMs,
          limits: { frameBytes: FRAME_BYTES, ringEvents: options.ringEvents },
          resume: canResume ? 'ok' : 'snapshot',
        });
        subs = takeSubs(hello.subs);
        filter = createEventFilter(subs, view, stream.standIns);
        if (canResume) {
          cursor = given.seq;
        } else {
          if (given && given.epoch !== epoch) sendGap(0, 0, 'epoch');
          else if (given && given.seq > head) sendGap(head, head, 'store');
          else if (given) sendGap(given.seq, oldest - 1, 'retention', oldest - 1 - given.seq);
          await sendSnapshot();
        }
        if (!isOpen) return;
        lastBeatMs = now();
        leave = stream.join({ pump });
        isStarted = true;
        // a reader that comes back may ask for more than before: what it asks for by name it gets whole
        if (canResume && !filter.isEverything) {
          for (const sub of subs) if (sub.sub.includes(':')) await sendScoped(sub);
        }
        for (const change of early) takeChange(change);
        early = [];
        pump();
      } catch (cause) {
        fail(cause);
      }
    },
    onSubChange(change) {
      if (!isOpen) return;
      if (!isStarted) {
        early.push(change);
        return;
      }
      takeChange(change);
    },
    onPong() {
      pingSentMs = undefined;
    },
    tick() {
      if (!isOpen || !isStarted) return;
      const nowMs = now();
      const buffered = outlet.bufferedBytes;
      if (buffered < lastBuffered || buffered === 0) lastDrainMs = nowMs;
      lastBuffered = buffered;
      if (isFull && nowMs - lastDrainMs >= timings.drainMs) return bye(4408, { retryMs: 1000 });
      // a reader that does not drain cannot answer either: the rule above decides about it
      if (!isFull && pingSentMs !== undefined && nowMs - pingSentMs >= timings.pongMs) return bye(1001);
      if (nowMs - lastCheckMs >= timings.recheckMs) recheck();
      if (!isFull && nowMs - lastBeatMs >= timings.heartbeatMs) {
        lastBeatMs = nowMs;
        send({ t: 'hb', epoch: stream.epoch, head: stream.head, now: nowMs });
        pingSentMs ??= nowMs;
        outlet.ping();
      }
      pump();
    },
    recheck,
    bye,
    drop: finish,
  };
}
