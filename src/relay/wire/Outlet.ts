import type { CloseCode } from '../../model/wire.ts';
import type { ReadyFrame } from './readyFrame.ts';

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
