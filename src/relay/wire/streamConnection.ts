import { randomBytes } from 'node:crypto';
import { scopeKeyOf } from '../../model/scope.ts';
import {
  type CloseCode,
  type Degradation,
  type GapCause,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  parseCursor,
  type ServerFrame,
} from '../../model/wire.ts';
import type { Principal } from '../auth/Principal.ts';
import type { Lens } from '../projection/createLens.ts';
import { createTurns } from '../turns.ts';
import type { Hello, SubChange } from './clientFrames.ts';
import { asSubscription } from './clientFrames.ts';
import { resolveDetail } from './detailChoice.ts';
import { subscriptionKey } from './eventFilter.ts';
import type { Lane, LaneMember } from './lanes.ts';
import { createLiveFeed } from './liveFeed.ts';
import type { ProjectStream, ReadyBatch, StreamSeat } from './projectStream.ts';
import { createReadyFrame, frameOf, type ReadyFrame } from './readyFrame.ts';
import type { RowReader, RowsSince } from './rowStream.ts';
import { createSendWindow } from './sendWindow.ts';
import { createSnapshotFeed, type SnapshotFeed } from './snapshotFeed.ts';
import { createSubscriptionSet, type SubscriptionSet } from './subscriptionSet.ts';
import { BATCH_EVENTS, EMPTY_BATCH_EVERY_MS, FRAME_BYTES, type WireTimings } from './timings.ts';

export type WireName = 'websocket' | 'sse' | 'polling';

/** As the streams of Node call it. */
export type OnSent = (error?: Error | null) => void;

/** What moves frames to one reader. */
export interface Outlet {
  readonly wire: WireName;
  /** Bytes that were sent and have not left this process. */
  readonly bufferedBytes: number;
  /**
   * @param onSent - called when the bytes left this process, or never will; the same for every frame of a reader
   * @returns whether little enough is buffered that nobody need look
   */
  send(frame: ReadyFrame, onSent: OnSent): boolean;
  /** Asks whether the other side is there; not every wire can. */
  ping?(): void;
  /** Events that still have room. Absent: any number. */
  readonly eventRoom?: number | undefined;
  /** All that there is was sent. */
  onIdle?(): void;
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
  /** Who somebody is now; `undefined` when the token no longer holds. */
  readonly recheck: (known: Principal) => Principal | undefined;
  readonly onFault: (code: string, cause: unknown) => void;
  /** What of the relay does not work now. */
  readonly degraded: () => Degradation | undefined;
}

interface ByeTerms {
  readonly retryMs?: number | undefined;
  /** Default: the cursor is good after a restart or when the reader was too slow. */
  readonly resume?: boolean | undefined;
}

/** One reader: a cursor, its subscriptions and a send window. Nothing is queued for it. */
export interface StreamConnection {
  readonly id: string;
  readonly principal: Principal;
  readonly wire: WireName;
  /** It does not take what it was sent. */
  readonly isStalled: boolean;
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
  /** Says at once what does not work, or that all is well again. */
  tellDegraded(): void;
  /** There may be more to send, or the outlet wants to know that there is none. */
  pump(): void;
  /** Ends with a heartbeat, without a goodbye: one answer of a reader that asks again. */
  finish(): void;
  /** The other side is gone. */
  drop(): void;
}

/** @returns the highest version both sides speak */
const negotiateVersion = ([oldest, newest]: readonly [number, number]): number | undefined => {
  const version = Math.min(newest, PROTOCOL_VERSION);
  return version >= Math.max(oldest, OLDEST_PROTOCOL_VERSION) ? version : undefined;
};

export function createStreamConnection(options: StreamConnectionOptions): StreamConnection {
  const { outlet, stream, timings, now } = options;
  const id = randomBytes(9).toString('base64url');
  let { principal } = options;
  let epoch = '';
  let cursor = 0;
  let state: 'greeting' | 'reading' | 'closed' = 'greeting';
  let isPumping = false;
  /** There may be more since the pump last looked. */
  let isAskedAgain = false;
  /** Snapshots that are sent before the tail goes on. */
  let feed: SnapshotFeed | undefined;
  /** Changes that came before the tail began. */
  let early: readonly SubChange[] = [];
  /** Text of running calls; only for who may read payloads, asked for each piece. */
  const live = createLiveFeed(
    stream.live,
    (runId) => lens.view === 'names' && principal.can.includes('read.payload') && lens.hasRun(runId),
    stream.projection.redactor,
  );
  let rows: RowReader | undefined;
  let seat: StreamSeat | undefined;
  /** It gets what is new with others; the cursor is that of the lane. */
  let lane: Lane | undefined;
  let closeCode: CloseCode | undefined;
  let lastBatchMs = 0;
  let lastBeatMs = 0;
  let lastCheckMs = now();
  let pingSentMs: number | undefined;
  const window = createSendWindow({
    outlet,
    drainMs: timings.drainMs,
    now,
    onFull: () => goAlone(),
    onDrained: () => pump(),
  });

  const send = (frame: ServerFrame | ReadyFrame) => {
    if (state !== 'closed') window.send('t' in frame ? frameOf(frame) : frame);
  };
  /** Set by the hello. */
  let lens: Lens;
  let wanted: SubscriptionSet;

  const drop = () => {
    state = 'closed';
    feed?.close();
    rows?.leave();
    lane?.leave(member);
    lane = undefined;
    seat?.leave();
  };

  const bye = (code: CloseCode, { retryMs, resume = code === 1012 || code === 4408 }: ByeTerms = {}) => {
    if (state === 'closed') return;
    send({ t: 'bye', code, ...(retryMs !== undefined && { retryMs }), resume });
    closeCode = code;
    drop();
    outlet.end(code);
  };

  const fail = (cause: unknown) => {
    options.onFault('relay.stream-failed', cause);
    bye(1013, { retryMs: 1000 });
  };

  const sendSnapshot = async () => {
    const snapshot = await stream.snapshot(lens, wanted.filter, undefined);
    epoch = stream.epoch;
    cursor = snapshot.at;
    feed?.put(snapshot);
  };

  const sendGap = (from: number, to: number, why: GapCause, n?: number) =>
    send({ t: 'gap', epoch: stream.epoch, from, to, why, ...(n !== undefined && { n }) });

  /** The tail cannot go on from the cursor: says what is lost, then everything anew. */
  const recover = async () => {
    const { oldest } = await stream.open();
    sendGap(cursor, Math.max(cursor, oldest - 1), 'retention', Math.max(0, oldest - 1 - cursor));
    await sendSnapshot();
  };

  /** What has no place in the log comes when the tail has nothing. @returns whether there may be more */
  const sendBeside = (): boolean => {
    const piece = live.next() ?? rows?.next(wanted.rowFilter);
    if (piece) send(piece);
    return piece !== undefined;
  };

  /** @returns whether there may be more */
  const sendNext = async (): Promise<boolean> => {
    const part = feed?.next();
    if (part) {
      send(part);
      return true;
    }
    if (stream.epoch !== epoch) {
      bye(1012, { retryMs: 0 }); // the numbers began anew: the next welcome says so
      return false;
    }
    if (principal.expiresAtMs !== undefined && now() >= principal.expiresAtMs) {
      recheck();
      return false;
    }
    const room = outlet.eventRoom;
    if (room === 0) return false;
    let batch = stream.nextBatch(lens, wanted.filter, cursor, room);
    if (batch === 'unprepared') {
      await stream.prepare(lens, cursor);
      return true;
    }
    if (batch === 'behind') {
      const fromLog = await stream.nextBatchFromLog(lens, wanted.filter, cursor, room);
      if (fromLog === 'gone') {
        await recover();
        return true;
      }
      batch = fromLog;
    }
    const nowMs = now();
    if (
      !batch ||
      (batch.frame.eventCount === 0 &&
        batch.moved.length === 0 &&
        batch.to === stream.head &&
        nowMs - lastBatchMs < EMPTY_BATCH_EVERY_MS)
    ) {
      return sendBeside();
    }
    sendBatch(batch, nowMs);
    return true;
  };

  const sendBatch = (batch: ReadyBatch, nowMs: number) => {
    lastBatchMs = nowMs;
    cursor = batch.to;
    send(batch.frame);
    stream.noteSent(batch, 1);
    feed?.askRuns(batch.moved, batch.to);
  };

  const member: LaneMember = {
    send: (frame) => window.send(frame),
    onScatter(at) {
      cursor = at;
      lane = undefined;
      seat?.goAlone();
    },
  };
  const goAlone = () => {
    if (!lane) return;
    lane.leave(member);
    member.onScatter(lane.at);
  };
  /** It has everything: from here on it goes with all who see the same. */
  const joinLane = () => {
    const isAlone = state === 'reading' && !lane && !window.isFull && !feed?.isBusy && !outlet.onIdle;
    if (!isAlone || stream.epoch !== epoch) return;
    const { expiresAtMs } = principal;
    lane = seat?.joinLane(member, { lens, filter: wanted.filter, at: cursor, expiresAtMs });
  };

  /**
   * What is often so: some events came, and nothing else waits for this reader. Then it needs no turn of its own, which would
   * cost more than the sending. @returns whether there is nothing more to do
   */
  const sendAtOnce = (): boolean => {
    if (!feed || feed.isBusy || outlet.onIdle || stream.epoch !== epoch || stream.head - cursor > BATCH_EVENTS)
      return false;
    const nowMs = now();
    if (principal.expiresAtMs !== undefined && nowMs >= principal.expiresAtMs) return false;
    const batch = stream.nextBatch(lens, wanted.filter, cursor);
    if (!batch) return !sendBeside();
    if (typeof batch === 'string' || batch.to !== stream.head || batch.frame.eventCount === 0) return false;
    sendBatch(batch, nowMs);
    return !feed.isBusy && !sendBeside();
  };

  const run = async () => {
    isPumping = true;
    try {
      const turns = createTurns();
      do {
        isAskedAgain = false;
        const othersGo = turns.giveWay(); // a narrow subscription that is far behind has much to look through
        if (othersGo) await othersGo;
      } while (state === 'reading' && !window.isFull && ((await sendNext()) || isAskedAgain));
      if (state === 'reading' && !window.isFull && !feed?.isBusy) outlet.onIdle?.();
      joinLane();
    } catch (cause) {
      fail(cause);
    } finally {
      isPumping = false;
    }
  };
  const pump = () => {
    if (state !== 'reading' || window.isFull) return;
    if (isPumping) {
      isAskedAgain = true;
      return;
    }
    goAlone();
    try {
      if (sendAtOnce()) return joinLane();
    } catch (cause) {
      return fail(cause);
    }
    void run();
  };

  /** @param since - of a reader that comes back */
  const followRows = (since?: RowsSince) => {
    if (wanted.rowFilter.isNothing) {
      rows?.leave();
      rows = undefined;
    } else if (rows) {
      rows.rewind();
    } else {
      rows = stream.rows.join(lens, since);
    }
  };

  const askForOverview = () => feed?.ask(wanted.resolved.filter(({ sub }) => sub === 'overview'));

  /** A reader of a scope gets few events, however busy the others are. */
  const isBusy = () => stream.load.isBusy && !lens.isScoped;

  /** Who leaves it to the relay gets every event while the project is calm, rows while it is busy. */
  const followLoad = () => {
    if (!wanted.leavesChoice || wanted.isBusy === isBusy()) return;
    goAlone();
    wanted.setBusy(!wanted.isBusy);
    followRows();
    if (!wanted.isBusy) askForOverview(); // what it was not sent
  };

  const takeChange = ({ t, subs }: SubChange) => {
    goAlone();
    if (t === 'unsub') {
      const known = subs.map(asSubscription).filter((sub) => sub !== undefined);
      feed?.forget(new Set(known.map(subscriptionKey)));
      const { key } = wanted.rowFilter;
      wanted.remove(subs);
      if (wanted.rowFilter.key !== key) followRows();
      return live.setSubs(wanted.subs);
    }
    const hadEverything = wanted.filter.isEverything;
    const { key } = wanted.rowFilter;
    const added = wanted.add(subs);
    if (added === 'too-many') return bye(1008);
    live.setSubs(wanted.subs);
    if (wanted.rowFilter.key !== key) followRows();
    if (added.length === 0) return;
    if (!hadEverything) feed?.ask(resolveDetail(added, wanted.isBusy)); // what is asked for later comes whole; the cursor stays
    pump();
  };

  const recheck = () => {
    lastCheckMs = now();
    const current = options.recheck(principal);
    if (!current) return bye(4401);
    if (!current.can.includes('read.shape') || current.project !== principal.project) return bye(4403);
    const isSame =
      current.can.join() === principal.can.join() &&
      current.who === principal.who &&
      scopeKeyOf(current.scope) === scopeKeyOf(principal.scope);
    if (isSame) {
      if (current.expiresAtMs !== principal.expiresAtMs) goAlone();
      principal = current;
    } else bye(1012, { retryMs: 0, resume: false }); // another authority sees other events: it starts from a snapshot of its own
  };

  const greet = async (hello: Hello) => {
    const version = negotiateVersion(hello.v);
    if (version === undefined) return bye(4426);
    const granted = stream.projection.lensOf(principal, hello.scope);
    if (!granted) return bye(4403);
    lens = granted;
    wanted = createSubscriptionSet(lens, send);
    feed = createSnapshotFeed({
      stream,
      lens,
      wanted: () => wanted.filter,
      onReady: pump,
      onFault: fail,
      letGo: () => bye(4408, { retryMs: 5000 }),
    });
    const { oldest } = await stream.open();
    const given = hello.cursor === undefined ? undefined : parseCursor(hello.cursor);
    // another relay on this log may have told the reader more than was heard of here
    if (given?.epoch === stream.epoch && given.seq > stream.head) await stream.poll();
    epoch = stream.epoch;
    const { head } = stream;
    const degraded = options.degraded();
    const canResume = given?.epoch === epoch && given.seq >= oldest - 1 && given.seq <= head;
    send({
      t: 'welcome',
      v: version,
      conn: id,
      who: principal.who,
      project: principal.project,
      roles: principal.roles,
      can: principal.can,
      lens: lens.key,
      epoch,
      head,
      oldest,
      now: now(),
      hb: timings.heartbeatMs,
      limits: { frameBytes: FRAME_BYTES, ringEvents: options.ringEvents },
      resume: canResume ? 'ok' : 'snapshot',
      degraded,
    });
    wanted.setBusy(isBusy());
    if (wanted.add(hello.subs) === 'too-many') return bye(1008);
    live.setSubs(wanted.subs);
    if (canResume) {
      cursor = given.seq;
    } else {
      if (given && given.epoch !== epoch) sendGap(0, 0, 'epoch');
      else if (given && given.seq > head) sendGap(head, head, 'store');
      else if (given) sendGap(given.seq, oldest - 1, 'retention', oldest - 1 - given.seq);
      await sendSnapshot();
    }
    if (state === 'closed') return;
    lastBeatMs = now();
    seat = stream.join({ pump });
    state = 'reading';
    followRows(canResume ? { cursorSeq: given.seq, at: hello.rows } : undefined);
    if (canResume) live.setMarks(hello.live ?? []);
    // a reader that comes back may ask for more than before: what it asks for by name it gets whole
    if (canResume && !wanted.filter.isEverything) {
      const whole = new Set(hello.whole);
      feed.ask(wanted.subs.filter(({ sub, filter }) => sub.includes(':') && (filter || !whole.has(sub))));
    }
    // it had rows while the project was busy: what it was not sent, it gets now that it is calm
    if (canResume && wanted.leavesChoice && !wanted.isBusy && !hello.whole?.includes('overview')) askForOverview();
    for (const change of early) takeChange(change);
    early = [];
    if (options.degraded() !== degraded) tellDegraded(); // it changed while this reader was greeted
    pump();
  };

  const heartbeat = (): ServerFrame => ({
    t: 'hb',
    epoch: stream.epoch,
    head: stream.head,
    now: now(),
    degraded: options.degraded(),
  });

  const tellDegraded = () => {
    lastBeatMs = Number.NEGATIVE_INFINITY; // a full window hears it as soon as it has drained
    if (state !== 'reading' || window.isFull) return;
    lastBeatMs = now();
    send(createReadyFrame(JSON.stringify(heartbeat()), { isNews: true })); // ends a long poll
    pump();
  };

  const beat = () => {
    lastBeatMs = now();
    send(heartbeat());
    if (!outlet.ping) return;
    pingSentMs ??= lastBeatMs;
    outlet.ping();
  };

  return {
    id,
    get principal() {
      return principal;
    },
    wire: outlet.wire,
    get isStalled() {
      return window.isFull;
    },
    get closeCode() {
      return closeCode;
    },
    start: (hello) => greet(hello).catch(fail),
    onSubChange(change) {
      if (state === 'greeting') early = [...early, change];
      else if (state === 'reading') takeChange(change);
    },
    onPong() {
      pingSentMs = undefined;
    },
    tick() {
      if (state !== 'reading') return;
      if (window.isStuck()) return bye(4408, { retryMs: 1000 });
      const nowMs = now();
      const isOver = principal.expiresAtMs !== undefined && nowMs >= principal.expiresAtMs;
      if (isOver || nowMs - lastCheckMs >= timings.recheckMs) recheck();
      followLoad();
      if (!window.isFull) {
        // a full window holds back the ping too: whether that reader is alive, the rule above decides
        if (pingSentMs !== undefined && nowMs - pingSentMs >= timings.pongMs) return bye(1001);
        if (nowMs - lastBeatMs >= timings.heartbeatMs) beat();
      }
      if (lane) lane.flush();
      else pump();
    },
    recheck,
    bye,
    tellDegraded,
    pump,
    finish() {
      if (state === 'closed') return;
      send(heartbeat());
      drop();
      outlet.end(1000);
    },
    drop,
  };
}
