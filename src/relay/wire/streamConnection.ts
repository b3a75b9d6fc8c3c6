import { randomBytes } from 'node:crypto';
import { scopeKeyOf } from '../../model/scope.ts';
import { type CloseCode, type Degradation, parseCursor, type ServerFrame } from '../../model/wire.ts';
import type { Principal } from '../auth/Principal.ts';
import type { Lens } from '../projection/createLens.ts';
import type { LogHead } from '../run-log/RunLog.ts';
import type { Hello, SubChange } from './clientFrames.ts';
import { negotiateVersion, startOf } from './greeting.ts';
import type { Outlet, WireName } from './Outlet.ts';
import type { ProjectStream } from './projectStream.ts';
import { createReaderTail, type ReaderTail } from './readerTail.ts';
import { createReaderTopics, type ReaderTopics } from './readerTopics.ts';
import { createReadyFrame, frameOf, type ReadyFrame } from './readyFrame.ts';
import { createSendWindow } from './sendWindow.ts';
import { createSnapshotFeed, type SnapshotFeed } from './snapshotFeed.ts';
import { FRAME_BYTES, type WireTimings } from './timings.ts';

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
  readonly againMs?: number | undefined;
  /** Default: the cursor is good after a restart or when the reader was too slow. */
  readonly resume?: boolean | undefined;
}

/** One reader: a cursor, its subscriptions and a send window. Nothing is queued for it. */
export interface StreamConnection {
  readonly id: string;
  readonly principal: Principal;
  readonly wire: WireName;
  /** It does not take what it was sent. */
  isStalled(): boolean;
  /** Bytes that were sent and have not left this process. */
  bufferedBytes(): number;
  /** What it was closed with from this side. */
  readonly closeCode?: CloseCode | undefined;
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

/** What of a reader begins with its hello. */
interface Reading {
  readonly topics: ReaderTopics;
  readonly feed: SnapshotFeed;
  readonly tail: ReaderTail;
}

export function createStreamConnection(options: StreamConnectionOptions): StreamConnection {
  const { outlet, stream, timings, now } = options;
  const id = randomBytes(9).toString('base64url');
  let state: 'greeting' | 'reading' | 'closed' = 'greeting';
  let reading: Reading | undefined;
  /** Changes that came before the tail began. */
  let early: readonly SubChange[] = [];
  let lastBeatMs = 0;
  let lastCheckMs = now();
  /** What it was told of how the relay stands. */
  let told: Degradation | undefined;
  let pingSentMs: number | undefined;
  /** What it was to be sent is held no longer: see `lapse`. */
  let isLapsed = false;
  const window = createSendWindow({
    outlet,
    drainMs: timings.drainMs,
    now,
    onFull: () => reading?.tail.goAlone(),
    onDrained: () => (isLapsed ? endLapsed() : reading?.tail.pump()),
  });

  const send = (frame: ServerFrame | ReadyFrame) => {
    if (state !== 'closed') window.send('t' in frame ? frameOf(frame) : frame);
  };

  const drop = () => {
    state = 'closed';
    reading?.feed.close();
    reading?.topics.close();
    reading?.tail.close();
  };

  const bye = (code: CloseCode, { resume = code === 1012 || code === 4408, ...wait }: ByeTerms = {}) => {
    if (state === 'closed') return;
    send({ t: 'bye', code, ...wait, resume });
    self.closeCode = code;
    drop();
    outlet.end(code);
  };

  const endLapsed = () => bye(4408, { retryMs: 1000 });

  /**
   * Lets go of its snapshot, not of the reader: who takes nothing hears it when it takes something again. Cut at once it would
   * come again at once, for a newer snapshot that is held for it once more.
   */
  const lapse = () => {
    if (isLapsed) return;
    isLapsed = true;
    reading?.feed.close();
    if (!window.isFull()) endLapsed();
  };

  const fail = (cause: unknown) => {
    options.onFault('relay.stream-failed', cause);
    bye(1013, { retryMs: 1000 });
  };

  const takeChange = ({ topics, tail }: Reading, change: SubChange) => {
    tail.goAlone();
    const changed = topics.change(change);
    if (changed === 'too-many') bye(1008);
    else if (changed) tail.pump();
  };

  const recheck = () => {
    lastCheckMs = now();
    const { principal } = self;
    const current = options.recheck(principal);
    if (!current) return bye(4401);
    if (!current.can.includes('read.shape') || current.project !== principal.project) return bye(4403);
    if (!isSameAuthority(current, principal)) return bye(1012, { retryMs: 0, resume: false }); // it sees other events: it starts anew
    if (current.expiresAtMs !== principal.expiresAtMs) reading?.tail.goAlone();
    self.principal = current;
  };

  const createReading = (lens: Lens): Reading => {
    const feed = createSnapshotFeed({
      stream,
      lens,
      wanted: () => topics.filter(),
      onReady: () => tail.pump(),
      onFault: fail,
      letGo: lapse,
    });
    const topics = createReaderTopics({
      stream,
      lens,
      feed,
      mayReadPayload: () => self.principal.can.includes('read.payload'),
      refuse: send,
    });
    const tail = createReaderTail({
      stream,
      outlet,
      window,
      lens,
      topics,
      feed,
      now,
      send,
      expiresAtMs: () => self.principal.expiresAtMs,
      onExpired: recheck,
      onNewEpoch: () => bye(1012, { retryMs: 0 }), // the next welcome says so
      onFault: fail,
    });
    return { topics, feed, tail };
  };

  /** @returns where the log stands, as far as the reader may have been told of it */
  const openFor = async ({ cursor }: Hello): Promise<LogHead> => {
    const { oldest } = await stream.headSoon();
    const given = cursor === undefined ? undefined : parseCursor(cursor);
    // another relay on this log may have told the reader more than was heard of here
    if (given?.epoch === stream.epoch && given.seq > stream.head) await stream.poll();
    return { epoch: stream.epoch, head: stream.head, oldest };
  };

  const greet = async (hello: Hello) => {
    const version = negotiateVersion(hello.v);
    if (version === undefined) return bye(4426);
    const { principal } = self;
    const lens = stream.projection.lensOf(principal, hello.scope);
    if (!lens) return bye(4403);
    const log = await openFor(hello);
    if (isClosed()) return;
    const { topics, tail } = (reading = createReading(lens));
    const start = startOf(hello.cursor, log);
    told = options.degraded();
    send({
      t: 'welcome',
      v: version,
      conn: id,
      who: principal.who,
      project: principal.project,
      roles: principal.roles,
      can: principal.can,
      lens: lens.key,
      ...log,
      now: now(),
      hb: timings.heartbeatMs,
      limits: { frameBytes: FRAME_BYTES, ringEvents: options.ringEvents },
      resume: start.from === 'cursor' ? 'ok' : 'snapshot',
      degraded: told,
    });
    if (topics.begin(hello.subs) === 'too-many') return bye(1008);
    if (start.from === 'cursor') {
      tail.setCursor(start.seq);
    } else {
      if (start.lost) send(start.lost);
      await tail.sendSnapshot();
    }
    if (isClosed()) return;
    lastBeatMs = now();
    tail.join();
    state = 'reading';
    topics.follow(hello, start.from === 'cursor' ? start.seq : undefined);
    for (const change of early) takeChange(reading, change);
    early = [];
    if (options.degraded() !== told) tellDegraded(); // its window was full when that changed
    tail.pump();
  };
  /** It may end while something is waited for. */
  const isClosed = () => state === 'closed';

  const heartbeat = (): ServerFrame => {
    told = options.degraded();
    return { t: 'hb', epoch: stream.epoch, head: stream.head, now: now(), degraded: told };
  };

  const tellDegraded = () => {
    lastBeatMs = Number.NEGATIVE_INFINITY; // a full window hears it as soon as it has drained
    if (!reading || state === 'closed' || window.isFull()) return; // who waits for a snapshot has been greeted and hears it, too
    lastBeatMs = now();
    send(createReadyFrame(JSON.stringify(heartbeat()), { isNews: true })); // ends a long poll
    reading.tail.pump();
  };

  const beat = () => {
    lastBeatMs = now();
    send(heartbeat());
    if (!outlet.ping) return;
    pingSentMs ??= lastBeatMs;
    outlet.ping();
  };

  const self: { -readonly [Key in keyof StreamConnection]: StreamConnection[Key] } = {
    id,
    principal: options.principal,
    wire: outlet.wire,
    closeCode: undefined,
    isStalled: () => window.isFull(),
    bufferedBytes: () => outlet.bufferedBytes(),
    start: (hello) => greet(hello).catch(fail),
    onSubChange(change) {
      if (state === 'greeting') early = [...early, change];
      else if (state === 'reading' && reading) takeChange(reading, change);
    },
    onPong() {
      pingSentMs = undefined;
    },
    tick() {
      if (state !== 'reading' || !reading) return;
      const pace = window.look(reading.feed.patienceMs());
      if (pace === 'stuck') return bye(4408, { retryMs: 1000 });
      if (pace === 'idle') lapse();
      const nowMs = now();
      const { expiresAtMs } = self.principal;
      const isOver = expiresAtMs !== undefined && nowMs >= expiresAtMs;
      if (isOver || nowMs - lastCheckMs >= timings.recheckMs) recheck();
      const { topics, tail } = reading;
      if (topics.followLoad()) tail.goAlone();
      if (!window.isFull()) {
        // a full window holds back the ping too: whether that reader is alive, the rule above decides
        if (pingSentMs !== undefined && nowMs - pingSentMs >= timings.pongMs) return bye(1001);
        if (nowMs - lastBeatMs >= timings.heartbeatMs) beat();
      }
      tail.tick();
    },
    recheck,
    bye,
    tellDegraded,
    pump: () => reading?.tail.pump(),
    finish() {
      if (state === 'closed') return;
      send(heartbeat());
      drop();
      outlet.end(1000);
    },
    drop,
  };
  return self;
}

/** Whether both see the same. */
const isSameAuthority = (a: Principal, b: Principal): boolean =>
  a.can.join() === b.can.join() && a.who === b.who && scopeKeyOf(a.scope) === scopeKeyOf(b.scope);
