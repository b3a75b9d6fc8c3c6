import type { OnSent, Outlet } from './Outlet.ts';
import type { ReadyFrame } from './readyFrame.ts';
import { WINDOW_FULL_BYTES, WINDOW_LOW_BYTES } from './timings.ts';

/** How much a reader may have outstanding: above the window nothing more is pulled for it. */
export interface SendWindow {
  /** Nothing more until it has drained. */
  isFull(): boolean;
  send(frame: ReadyFrame): void;
  /**
   * Looks at what drained since the last look.
   * @param patienceMs - how long it may be full without draining before it is idle; after `drainMs` it is stuck
   */
  look(patienceMs: number): 'moving' | 'idle' | 'stuck';
}

export interface SendWindowOptions {
  readonly outlet: Outlet;
  readonly drainMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onFull: () => void;
  readonly onDrained: () => void;
}

const LEAST_LOOKS = 2;

export function createSendWindow({ outlet, drainMs, now, onFull, onDrained }: SendWindowOptions): SendWindow {
  let isFull = false;
  let lastBuffered = 0;
  let lastDrainMs = now();
  let looksSinceDrain = 0;

  /**
   * Asked for where the window may become full: by a large frame, or by one behind others that wait. Else the socket takes what it
   * gets at once, and to be told so would cost a third of what the sending costs.
   */
  const onSent: OnSent = (error) => {
    if (error || !isFull || outlet.bufferedBytes() > WINDOW_LOW_BYTES) return;
    isFull = false;
    onDrained();
  };

  return {
    isFull: () => isFull,
    send(frame) {
      const mayFill = frame.sizeBytes >= WINDOW_LOW_BYTES || outlet.bufferedBytes() > 0;
      const isTaken = outlet.send(frame, mayFill ? onSent : undefined);
      if (isTaken || isFull || outlet.bufferedBytes() < WINDOW_FULL_BYTES) return;
      isFull = true;
      lastDrainMs = now();
      looksSinceDrain = 0;
      onFull();
    },
    look(patienceMs) {
      const buffered = outlet.bufferedBytes();
      looksSinceDrain += 1;
      if (buffered < lastBuffered || buffered === 0) {
        lastDrainMs = now();
        looksSinceDrain = 0;
      }
      lastBuffered = buffered;
      if (!isFull) return 'moving';
      const idleMs = now() - lastDrainMs;
      if (idleMs >= drainMs) return 'stuck';
      // a process that was held up itself looks before it hears what drained meanwhile: one look more
      return idleMs >= patienceMs && looksSinceDrain >= LEAST_LOOKS ? 'idle' : 'moving';
    },
  };
}
