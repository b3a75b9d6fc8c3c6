import type { Writable } from 'node:stream';
import type { Line } from './Outlet.ts';
import type { FrameForm, ReadyFrame } from './readyFrame.ts';
import { WINDOW_LOW_BYTES } from './timings.ts';

/** Somebody to send frames to. */
export interface LineReader {
  /** Where a small frame may be written at once while nothing waits there; absent: always through `send`. */
  readonly line?: Line | undefined;
  send(frame: ReadyFrame): void;
}

/**
 * The readers of a lane, as their sockets stand: to send a small frame to a reader for whom nothing waits, no more of its memory
 * is touched than that of its socket. That costs as much as all the rest, beside the system call.
 */
export interface LaneLines<Reader extends LineReader> {
  readonly size: number;
  add(reader: Reader): void;
  remove(reader: Reader): void;
  /** @returns who was there */
  clear(): readonly Reader[];
  send(frame: ReadyFrame): void;
}

export function createLaneLines<Reader extends LineReader>(): LaneLines<Reader> {
  const sockets: Readonly<Record<FrameForm, Map<Reader, Writable>>> = {
    message: new Map(),
    deflatedMessage: new Map(),
    serverSentEvent: new Map(),
  };
  const forms = Object.keys(sockets) as FrameForm[];
  /** Those without a line. */
  const others = new Set<Reader>();

  const sendAll = (frame: ReadyFrame, form: FrameForm) => {
    const pieces = frame[form];
    const bytes = pieces[0];
    // a large one may fill a window, which then has to hear when it has drained
    if (!bytes || pieces.length > 1 || frame.sizeBytes >= WINDOW_LOW_BYTES) {
      for (const reader of sockets[form].keys()) reader.send(frame);
      return;
    }
    for (const [reader, socket] of sockets[form]) {
      if (socket.writableLength === 0 && socket.writable) socket.write(bytes);
      else reader.send(frame);
    }
  };

  return {
    get size() {
      return forms.reduce((sum, form) => sum + sockets[form].size, others.size);
    },
    add(reader) {
      if (reader.line) sockets[reader.line.form].set(reader, reader.line.socket);
      else others.add(reader);
    },
    remove(reader) {
      if (reader.line) sockets[reader.line.form].delete(reader);
      else others.delete(reader);
    },
    clear() {
      const all = [...forms.flatMap((form) => [...sockets[form].keys()]), ...others];
      for (const form of forms) sockets[form].clear();
      others.clear();
      return all;
    },
    send(frame) {
      for (const form of forms) if (sockets[form].size > 0) sendAll(frame, form);
      for (const reader of others) reader.send(frame);
    },
  };
}
