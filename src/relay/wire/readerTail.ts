import type { ServerFrame } from '../../model/wire.ts';
import type { Lens } from '../projection/createLens.ts';
import { createTurns } from '../turns.ts';
import type { ReadyBatch } from './batchMaker.ts';
import { retentionGap } from './greeting.ts';
import type { Lane, LaneMember } from './lanes.ts';
import type { Outlet } from './Outlet.ts';
import type { ProjectStream, StreamSeat } from './projectStream.ts';
import type { ReaderTopics } from './readerTopics.ts';
import type { ReadyFrame } from './readyFrame.ts';
import type { SendWindow } from './sendWindow.ts';
import type { SnapshotFeed } from './snapshotFeed.ts';
import { BATCH_EVENTS, EMPTY_BATCH_EVERY_MS } from './timings.ts';

/** One reader's way through the log: its cursor, moved by itself or, once it has everything, with others in a lane. */
export interface ReaderTail {
  /** It stands here. Call it, or {@link sendSnapshot}, before anything else. */
  setCursor(seq: number): void;
  /** Everything anew, and the cursor after it. */
  sendSnapshot(): Promise<void>;
  /** Takes its place among the readers. */
  join(): void;
  /** There may be more to send, or the outlet wants to know that there is none. */
  pump(): void;
  /** Leaves its lane: something is different for it alone. */
  goAlone(): void;
  /** Looks whether news was missed. */
  tick(): void;
  close(): void;
}

export interface ReaderTailOptions {
  readonly stream: ProjectStream;
  readonly outlet: Outlet;
  readonly window: SendWindow;
  readonly lens: Lens;
  readonly topics: ReaderTopics;
  readonly feed: SnapshotFeed;
  /** Epoch ms. */
  readonly now: () => number;
  readonly send: (frame: ServerFrame | ReadyFrame) => void;
  /** When its authority ends, epoch ms. */
  readonly expiresAtMs: () => number | undefined;
  readonly onExpired: () => void;
  /** The numbers of the log began anew. */
  readonly onNewEpoch: () => void;
  readonly onFault: (cause: unknown) => void;
}

export function createReaderTail(options: ReaderTailOptions): ReaderTail {
  const { stream, outlet, window, lens, topics, feed, now, send } = options;
  const { epoch } = stream;
  let cursor = 0;
  let isClosed = false;
  let isPumping = false;
  /** There may be more since the pump last looked. */
  let isAskedAgain = false;
  let lastBatchMs = 0;
  let seat: StreamSeat | undefined;
  /** It gets what is new with others; the cursor is that of the lane. */
  let lane: Lane | undefined;

  const isExpired = (nowMs: number) => nowMs >= (options.expiresAtMs() ?? Number.POSITIVE_INFINITY);

  const sendSnapshot = async () => {
    const snapshot = await stream.snapshot(lens, topics.filter(), undefined);
    cursor = snapshot.at;
    feed.put(snapshot);
  };

  /** The tail cannot go on from the cursor: says what is lost, then everything anew. */
  const recover = async () => {
    const { oldest } = await stream.open();
    send(retentionGap(stream.epoch, cursor, oldest));
    await sendSnapshot();
  };

  /** What has no place in the log comes when the tail has nothing. @returns whether there may be more */
  const sendBeside = (): boolean => {
    const piece = topics.next();
    if (piece) send(piece);
    return piece !== undefined;
  };

  const sendBatch = (batch: ReadyBatch, nowMs: number) => {
    lastBatchMs = nowMs;
    cursor = batch.to;
    send(batch.frame);
    stream.noteSent(batch, 1);
    feed.askRuns(batch.moved, batch.to);
  };

  /** It moves a cursor and says nothing: soon enough with the next. */
  const canWait = ({ frame, moved, to }: ReadyBatch, nowMs: number) =>
    frame.eventCount === 0 && moved.length === 0 && to === stream.head && nowMs - lastBatchMs < EMPTY_BATCH_EVERY_MS;

  /** @returns whether there may be more */
  const sendNext = async (): Promise<boolean> => {
    const part = feed.next();
    if (part) {
      send(part);
      return true;
    }
    if (stream.epoch !== epoch) {
      options.onNewEpoch();
      return false;
    }
    if (isExpired(now())) {
      options.onExpired();
      return false;
    }
    const room = outlet.eventRoom;
    if (room === 0) return false;
    let batch = stream.nextBatch(lens, topics.filter(), cursor, room);
    if (batch === 'unprepared') {
      await stream.prepare(lens, cursor);
      return true;
    }
    if (batch === 'behind') {
      const fromLog = await stream.nextBatchFromLog(lens, topics.filter(), cursor, room);
      if (fromLog === 'gone') {
        await recover();
        return true;
      }
      batch = fromLog;
    }
    const nowMs = now();
    if (!batch || canWait(batch, nowMs)) return sendBeside();
    sendBatch(batch, nowMs);
    return true;
  };

  /**
   * What is often so: some events came, and nothing else waits for this reader. Then it needs no turn of its own, which would
   * cost more than the sending. @returns whether there is nothing more to do
   */
  const sendAtOnce = (): boolean => {
    if (feed.isBusy() || outlet.onIdle || stream.epoch !== epoch || stream.head - cursor > BATCH_EVENTS) return false;
    const nowMs = now();
    if (isExpired(nowMs)) return false;
    const batch = stream.nextBatch(lens, topics.filter(), cursor);
    if (!batch) return !sendBeside();
    if (typeof batch === 'string' || batch.to !== stream.head || batch.frame.eventCount === 0) return false;
    sendBatch(batch, nowMs);
    return !feed.isBusy() && !sendBeside();
  };

  const member: LaneMember = {
    line: outlet.line,
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
    const isAlone = !isClosed && !lane && !window.isFull() && !feed.isBusy() && !outlet.onIdle;
    if (!isAlone || stream.epoch !== epoch) return;
    lane = seat?.joinLane(member, { lens, filter: topics.filter(), at: cursor, expiresAtMs: options.expiresAtMs() });
  };

  const run = async () => {
    isPumping = true;
    try {
      const turns = createTurns();
      do {
        isAskedAgain = false;
        const othersGo = turns.giveWay(); // a narrow subscription that is far behind has much to look through
        if (othersGo) await othersGo;
      } while (!isClosed && !window.isFull() && ((await sendNext()) || isAskedAgain));
      if (!isClosed && !window.isFull() && !feed.isBusy()) outlet.onIdle?.();
      joinLane();
    } catch (cause) {
      options.onFault(cause);
    } finally {
      isPumping = false;
    }
  };

  const pump = () => {
    if (isClosed || !seat || window.isFull()) return;
    if (isPumping) {
      isAskedAgain = true;
      return;
    }
    goAlone();
    try {
      if (sendAtOnce()) return joinLane();
    } catch (cause) {
      return options.onFault(cause);
    }
    void run();
  };

  return {
    setCursor(seq) {
      cursor = seq;
    },
    sendSnapshot,
    join() {
      seat = stream.join({ pump });
    },
    pump,
    goAlone,
    tick() {
      if (lane) lane.flush();
      else pump();
    },
    close() {
      isClosed = true;
      lane?.leave(member);
      lane = undefined;
      seat?.leave();
    },
  };
}
