import type { Socket } from 'node:net';

/** How good the line is at the moment; 0 = no fault. */
export interface LineQuality {
  delayMs: number;
  bytesPerSec: number;
}

/** One direction of a connection. */
export interface FaultLane {
  /** Nothing passes, silently. */
  hold(): void;
  release(): void;
  /** Looks again whether something may pass. */
  pump(): void;
  /** Runs it now, or as soon as packets pass again. */
  whenPassing(act: () => void): void;
  end(): void;
}

/** What a held or slow lane takes in before it stops reading, bytes: about what two socket buffers hold. */
const LANE_BYTES = 256 * 1024;
const DRIP_EVERY_MS = 20;

/** Moves bytes from one socket to another as the line allows. */
export function createFaultLane(from: Socket, to: Socket, quality: LineQuality, isHeldAtFirst: boolean): FaultLane {
  let queue: { readonly chunk: Buffer; readonly dueMs: number }[] = [];
  let queuedBytes = 0;
  let isHeld = isHeldAtFirst;
  let isEnding = false;
  let isOver = false;
  let isFull = false;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  const later = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      pump();
    }, ms);
  };

  const write = (bytes: Buffer) => {
    queuedBytes -= bytes.length;
    if (to.destroyed || to.writableEnded) return;
    if (to.write(bytes)) return;
    isFull = true;
    to.once('drain', () => {
      isFull = false;
      pump();
    });
  };

  const pump = () => {
    if (isHeld || isOver || isFull || timer) return;
    const nowMs = performance.now();
    let budget =
      quality.bytesPerSec > 0 ? Math.max(1, Math.ceil((quality.bytesPerSec * DRIP_EVERY_MS) / 1000)) : Infinity;
    while (queue[0] && !isFull && budget > 0) {
      const [{ chunk, dueMs }] = queue as [(typeof queue)[0]];
      if (dueMs > nowMs) return later(dueMs - nowMs);
      const part = chunk.length > budget ? chunk.subarray(0, budget) : chunk;
      if (part === chunk) queue.shift();
      else queue[0] = { chunk: chunk.subarray(part.length), dueMs };
      budget -= part.length;
      write(part);
    }
    if (queuedBytes < LANE_BYTES && from.isPaused()) from.resume();
    if (queue.length > 0) {
      if (!isFull) later(DRIP_EVERY_MS);
    } else if (isEnding) {
      to.end();
    }
  };

  from.on('data', (chunk) => {
    queue.push({ chunk, dueMs: performance.now() + quality.delayMs });
    queuedBytes += chunk.length;
    if (queuedBytes >= LANE_BYTES) from.pause();
    pump();
  });
  from.on('end', () => {
    isEnding = true;
    pump();
  });

  return {
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      if (timer) clearTimeout(timer);
      timer = undefined;
      queue = queue.map(({ chunk }) => ({ chunk, dueMs: 0 }));
      pump();
      for (const act of waiting.splice(0)) act();
    },
    pump,
    whenPassing(act) {
      if (isHeld && !isOver) waiting.push(act);
      else act();
    },
    end() {
      isOver = true;
      queue = [];
      if (timer) clearTimeout(timer);
      for (const act of waiting.splice(0)) act();
    },
  };
}
