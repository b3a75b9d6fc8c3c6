import { request } from 'node:http';
import { inflateRawSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { type ServerFrame, SUBPROTOCOL, type Subscription, type Topic } from '../../../src/model/wire.ts';
import type { TortureContext } from './types.ts';

export interface RawHello {
  readonly token: string;
  readonly cursor?: string;
  readonly subs: readonly Subscription[];
  /** With a cursor: what is held up to it. */
  readonly whole?: readonly Topic[];
  /** WebSocket: frames may come deflated. */
  readonly deflate?: boolean;
}

/** A reader without a session: says hello once and keeps each frame. */
export interface RawReader {
  readonly frames: readonly ServerFrame[];
  /** When each frame came, ms of `performance.now`. */
  readonly receivedAtMs: readonly number[];
  /** HTTP status of a refusal, else the close code; 0: it just ended; `undefined` while it stands. */
  readonly ended: number | undefined;
  /** Lines of an event stream that no frame of ours has. */
  readonly strayLines: readonly string[];
  /** Stops taking bytes off the socket. */
  stall(): void;
  close(): void;
}

export const rawWires = ['websocket', 'sse', 'polling'] as const;
export type RawWire = (typeof rawWires)[number];

export function openRawReader(
  context: Pick<TortureContext, 'onEnd'>,
  wire: RawWire,
  url: string,
  hello: RawHello,
): RawReader {
  const reader = wire === 'websocket' ? openSocket(url, hello) : openPost(url, hello, wire);
  context.onEnd(() => reader.close());
  return reader;
}

function openSocket(url: string, hello: RawHello): RawReader {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
  const frames: ServerFrame[] = [];
  const receivedAtMs: number[] = [];
  let ended: number | undefined;
  socket.on('error', () => undefined);
  socket.on('open', () => socket.send(JSON.stringify({ t: 'hello', v: [1, 1], ...hello })));
  socket.on('message', (data: Buffer, isBinary) => {
    const text = (isBinary ? inflateRawSync(data) : data).toString('utf8');
    frames.push(JSON.parse(text) as ServerFrame);
    receivedAtMs.push(performance.now());
  });
  socket.on('close', (code) => {
    ended = code;
  });
  return {
    frames,
    receivedAtMs,
    strayLines: [],
    get ended() {
      return ended;
    },
    stall: () => socket.pause(),
    close: () => socket.terminate(),
  };
}

function openPost(url: string, { token, ...hello }: RawHello, wire: 'sse' | 'polling'): RawReader {
  const frames: ServerFrame[] = [];
  const receivedAtMs: number[] = [];
  const strayLines: string[] = [];
  let ended: number | undefined;
  let rest = '';
  let isStalled = false;
  const add = (text: string) => {
    const value = JSON.parse(text) as ServerFrame | ServerFrame[];
    for (const frame of Array.isArray(value) ? value : [value]) {
      frames.push(frame);
      receivedAtMs.push(performance.now());
    }
  };
  const takeLines = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: {')) add(line.slice('data: '.length));
      else if (line !== '' && !line.startsWith(':') && !/^id: [0-9a-f]+\.\d+$/.test(line)) strayLines.push(line);
    }
  };
  const posted = request(`${url}/v1/stream`, {
    method: 'POST',
    headers: {
      accept: wire === 'sse' ? 'text/event-stream' : 'application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    },
  });
  posted.on('error', () => {
    ended ??= 0;
  });
  posted.on('response', (answer) => {
    answer.setEncoding('utf8');
    if (answer.statusCode !== 200) ended = answer.statusCode ?? 0;
    if (isStalled) answer.pause();
    else
      answer.on('data', (text: string) => {
        if (ended !== undefined) return;
        if (wire === 'sse') takeLines(text);
        else rest += text;
      });
    answer.on('error', () => undefined);
    answer.on('close', () => {
      if (ended === undefined && wire === 'polling' && answer.complete) add(rest);
      ended ??= 0;
    });
  });
  posted.end(JSON.stringify({ t: 'hello', v: [1, 1], ...hello, ...(wire === 'polling' && { wait: 500 }) }));
  return {
    frames,
    receivedAtMs,
    strayLines,
    get ended() {
      return ended;
    },
    stall() {
      isStalled = true;
      posted.socket?.pause();
    },
    close: () => posted.destroy(),
  };
}
