import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRelay, type Relay, type RelayOptions } from 'spanlight/relay';
import { afterEach, expect } from 'vitest';
import { WebSocket } from 'ws';
import type { Role } from '../../src/model/capabilities.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { type IngestAnswer, type ServerFrame, SUBPROTOCOL, type Subscription } from '../../src/model/wire.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
export const onEnd = (cleanup: () => unknown) => void cleanups.push(cleanup);

/** A relay on a free port, with quick timers and no price table unless asked. Closed after the test. */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  const relay = await createRelay({
    port: 0,
    dashboardDir: false,
    pricing: false,
    readsPerMinute: 10_000,
    ...options,
    timings: { restartMs: [0, 0], ...options.timings },
  });
  onEnd(() => relay.close());
  return relay;
}

export const tokenOf = (relay: Relay, role: Role): string => {
  const token = relay.tokens[role];
  if (token === undefined) throw new Error(`no token for ${role}`);
  return token;
};

export function post(
  relay: Relay,
  path: string,
  body: BodyInit | Buffer,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(relay.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${tokenOf(relay, 'ingest')}`,
      ...headers,
    },
    body: body as BodyInit,
    duplex: 'half',
  } as RequestInit);
}

export async function send(relay: Relay, events: readonly unknown[]): Promise<IngestAnswer> {
  const response = await post(relay, '/v1/events', JSON.stringify({ events }));
  expect(response.status).toBe(200);
  return (await response.json()) as IngestAnswer;
}

export const get = (relay: Relay, path: string, role: Role): Promise<Response> =>
  fetch(relay.url + path, { headers: { authorization: `Bearer ${tokenOf(relay, role)}` } });

/** Code of an answer that says no. */
export const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { code: string } }).error.code;

let counter = 0;
/** A valid event of a span; fields replace the defaults. */
export function spanEvent(fields: Record<string, unknown> = {}): Record<string, unknown> {
  counter += 1;
  return {
    id: randomUUID(),
    type: 'span.start',
    sv: 1,
    ts: 1_790_000_000_000 + counter,
    run: `trace_${'a'.repeat(31)}1`,
    span: `span_${counter.toString(16).padStart(24, '0')}`,
    a: { kind: 'tool', name: 'search_docs', startedAtMs: 1_790_000_000_000 + counter, status: 'running' },
    ...fields,
  };
}

export interface Reader {
  readonly socket: WebSocket;
  readonly frames: ServerFrame[];
  /** Everything that came over the socket, as bytes. */
  raw(): Buffer;
  /** Every event so far, in the order it came. */
  events(): MonitorEvent[];
  /** Waits until a frame of a kind is there, after those already asked for. */
  next<T extends ServerFrame['t']>(kind: T): Promise<Extract<ServerFrame, { t: T }>>;
  waitFor(condition: () => boolean): Promise<void>;
  sendFrame(frame: unknown): void;
  closed: Promise<number>;
}

export interface ReadOptions {
  readonly role?: Role;
  readonly token?: string;
  readonly cursor?: string | undefined;
  readonly subs?: readonly Subscription[];
  readonly v?: readonly [number, number];
  readonly headers?: Record<string, string>;
  readonly hello?: unknown;
  readonly isSilent?: boolean;
}

/** A real WebSocket client that says hello. Closed after the test. */
export async function read(relay: Relay, options: ReadOptions = {}): Promise<Reader> {
  const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL, {
    headers: options.headers,
  });
  const frames: ServerFrame[] = [];
  const bytes: Buffer[] = [];
  const watchers = new Set<() => void>();
  const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
  const failed = new Promise<never>((_resolve, reject) => socket.once('error', reject));
  failed.catch(() => {}); // a socket that breaks later closes, too
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    bytes.push(data);
    frames.push(JSON.parse(data.toString('utf8')) as ServerFrame);
    for (const watcher of watchers) watcher();
  });
  onEnd(() => socket.terminate());
  await Promise.race([
    once(socket, 'open'),
    failed,
    closed.then((code) => {
      throw new Error(`closed with ${code}`);
    }),
  ]);
  if (!options.isSilent) {
    socket.send(
      JSON.stringify(
        options.hello ?? {
          t: 'hello',
          v: options.v ?? [1, 1],
          token: options.token ?? tokenOf(relay, options.role ?? 'viewer'),
          cursor: options.cursor,
          subs: options.subs ?? [{ sub: 'overview' }],
        },
      ),
    );
  }
  const waitFor = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        watchers.delete(check);
        resolve();
      };
      watchers.add(check);
      check();
    });
  const taken = new Map<string, number>();
  return {
    socket,
    frames,
    raw: () => Buffer.concat(bytes),
    events: () => frames.flatMap((frame) => ('ev' in frame ? frame.ev : [])),
    async next(kind) {
      const before = taken.get(kind) ?? 0;
      const ofKind = () => frames.filter((frame) => frame.t === kind);
      await waitFor(() => ofKind().length > before);
      taken.set(kind, before + 1);
      return ofKind()[before] as never;
    },
    waitFor,
    sendFrame: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    closed,
  };
}
