import { systemTimers } from '../model/platform.ts';
import type { FrameScheduler, Timers } from './types.ts';

/** A frame at 60 Hz, for places without frames. */
const FRAME_MS = 16;
/** A hidden tab shows nothing: it only has to keep the queue short. */
const HIDDEN_MS = 250;

export interface FramePlatform {
  readonly timers?: Timers | undefined;
  readonly requestFrame?: ((callback: () => void) => number) | undefined;
  readonly cancelFrame?: ((frame: number) => void) | undefined;
  /** `undefined`: there is no page. */
  readonly isHidden?: (() => boolean) | undefined;
}

const browser = (): FramePlatform =>
  typeof document === 'undefined' || typeof requestAnimationFrame === 'undefined'
    ? {}
    : {
        requestFrame: (callback) => requestAnimationFrame(callback),
        cancelFrame: (frame) => cancelAnimationFrame(frame),
        isHidden: () => document.visibilityState === 'hidden',
      };

/**
 * One flush a frame. A visible page uses `requestAnimationFrame` with a timer behind it: frames stop the moment a tab is
 * hidden, and a flush that was asked for just before must still run.
 */
export function createFrameScheduler(platform: FramePlatform = browser()): FrameScheduler {
  const { timers = systemTimers, requestFrame, cancelFrame, isHidden } = platform;
  let frame: number | undefined;
  let timer: unknown;
  let isAsked = false;

  const cancel = () => {
    isAsked = false;
    if (frame !== undefined) cancelFrame?.(frame);
    if (timer !== undefined) timers.clearTimeout(timer);
    frame = undefined;
    timer = undefined;
  };

  return {
    request(flush) {
      if (isAsked) return;
      isAsked = true;
      const run = () => {
        cancel();
        flush();
      };
      const hasFrames = requestFrame !== undefined && !isHidden?.();
      if (hasFrames) frame = requestFrame(run);
      timer = timers.setTimeout(run, requestFrame === undefined ? FRAME_MS : HIDDEN_MS);
    },
    cancel,
  };
}
