import { formatCursor, type ServerFrame } from '../../../src/model/wire.ts';
import { openRawReader, type RawHello, type RawReader } from './rawReader.ts';
import type { TortureContext } from './types.ts';
import { pause } from './waitUntil.ts';

/** Polls again and again from where it stands, and keeps each frame, as a reader over another wire does. */
export function openPollingReader(
  context: Pick<TortureContext, 'onEnd'>,
  url: string,
  hello: RawHello,
): Pick<RawReader, 'frames' | 'receivedAtMs' | 'ended' | 'close'> {
  const frames: ServerFrame[] = [];
  const receivedAtMs: number[] = [];
  let ended: number | undefined;
  let cursor = hello.cursor;
  let current: RawReader | undefined;
  const run = async () => {
    while (ended === undefined) {
      const place = cursor !== undefined && { cursor, whole: hello.subs.map(({ sub }) => sub) };
      const poll = openRawReader(context, 'polling', url, { ...hello, ...place });
      current = poll;
      while (poll.ended === undefined) await pause(2);
      frames.push(...poll.frames);
      receivedAtMs.push(...poll.receivedAtMs);
      for (const frame of poll.frames) {
        if (frame.t === 'snap' && frame.part === frame.parts) cursor = formatCursor(frame.epoch, frame.at);
        if (frame.t === 'batch') cursor = formatCursor(frame.epoch, frame.to);
      }
      if (poll.ended !== 0) ended ??= poll.ended;
    }
  };
  void run();
  return {
    frames,
    receivedAtMs,
    get ended() {
      return ended;
    },
    close() {
      ended ??= 0;
      current?.close();
    },
  };
}
