import { WebSocket } from 'ws';
import { type ServerFrame, SUBPROTOCOL, type Subscription } from '../../../src/model/wire.ts';
import type { TortureContext } from './types.ts';
import type { ReaderWire } from './wires.ts';

export interface RawHello {
  readonly token: string;
  readonly cursor?: string;
  readonly subs: readonly Subscription[];
}

/** A reader without a session: says hello once and keeps each frame. */
export interface RawReader {
  readonly frames: readonly ServerFrame[];
  /** HTTP status, or the close code of a socket; `undefined` while it stands. */
  readonly ended: number | undefined;
  close(): void;
}

export function openRawReader(
  context: Pick<TortureContext, 'onEnd'>,
  wire: ReaderWire,
  url: string,
  hello: RawHello,
): RawReader {
  const reader = openers[wire](url, hello);
  context.onEnd(() => reader.close());
  return reader;
}

const openers: Readonly<Record<ReaderWire, (url: string, hello: RawHello) => RawReader>> = {
  websocket(url, hello) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
    const frames: ServerFrame[] = [];
    let ended: number | undefined;
    socket.on('error', () => undefined);
    socket.on('open', () => socket.send(JSON.stringify({ t: 'hello', v: [1, 1], ...hello })));
    socket.on('message', (data: Buffer) => void frames.push(JSON.parse(data.toString('utf8')) as ServerFrame));
    socket.on('close', (code) => {
      ended = code;
    });
    return {
      frames,
      get ended() {
        return ended;
      },
      close: () => socket.terminate(),
    };
  },
};
