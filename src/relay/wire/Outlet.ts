import type { Writable } from 'node:stream';
import type { CloseCode } from '../../model/wire.ts';
import type { FrameForm, ReadyFrame } from './readyFrame.ts';

export type WireName = 'websocket' | 'sse' | 'polling';

/** As the streams of Node call it. */
export type OnSent = (error?: Error | null) => void;

/** Where whole frames go as they are. It is writable as long as its reader is to be sent anything. */
export interface Line {
  readonly socket: Writable;
  readonly form: FrameForm;
}

/**
 * What moves frames to one reader. Of this and of all that is made for each reader: no accessor in an object that is made for one
 * reader, since each would give it a hash table of its own, as large as all its functions.
 */
export interface Outlet {
  readonly wire: WireName;
  /** Absent: frames have to go through {@link send}. */
  readonly line?: Line | undefined;
  /** Bytes that were sent and have not left this process. */
  bufferedBytes(): number;
  /**
   * @param onSent - called when the bytes left this process, or never will; the same for every frame of a reader. Absent: nobody asks
   * @returns whether little enough is buffered that nobody need look
   */
  send(frame: ReadyFrame, onSent: OnSent | undefined): boolean;
  /** Asks whether the other side is there; not every wire can. */
  ping?(): void;
  /** Events that still have room. Absent: any number. */
  readonly eventRoom?: number | undefined;
  /** All that there is was sent. */
  onIdle?(): void;
  /** Says goodbye and ends; what does not close is cut. */
  end(code: CloseCode): void;
}
