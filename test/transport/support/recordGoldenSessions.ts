import { createRelay, type Relay, type RelayOptions } from 'spanlight/relay';
import { WebSocket } from 'ws';
import { type ServerFrame, SUBPROTOCOL, type Subscription, type Topic } from '../../../src/model/wire.ts';
import type { FanOut } from '../../../src/relay/fan-out/FanOut.ts';
import { createMemoryFanOut } from '../../../src/relay/fan-out/memoryFanOut.ts';
import type { DependencyState } from '../../../src/relay/health/DependencyState.ts';
import { createResumingTransport } from '../../../src/transport/session/createResumingTransport.ts';
import type { Wire } from '../../../src/transport/types.ts';
import { createPollingWire } from '../../../src/transport/wires/createPollingWire.ts';
import { createSseWire } from '../../../src/transport/wires/createSseWire.ts';
import { createWebSocketWire } from '../../../src/transport/wires/createWebSocketWire.ts';
import { createRecordingSink } from './recordingSink.ts';

/** What both sides said over one wire, in order, with what is made at random replaced. */
export interface GoldenSession {
  readonly name: string;
  readonly wire: 'websocket' | 'sse' | 'polling';
  readonly client: readonly unknown[];
  readonly server: readonly ServerFrame[];
}

export const goldenTokens = { ingest: 'i'.repeat(32), developer: 'd'.repeat(32), viewer: 'v'.repeat(32) } as const;
const START_MS = 1_790_000_000_000;
const GOLDEN_EPOCH = '0123456789abcdef0123456789abcdef';
const run = `trace_${'a'.repeat(32)}`;
const call = `span_${'b'.repeat(24)}`;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(2);
}

/** A relay whose clock stands until it is moved. */
async function startGoldenRelay(options: RelayOptions = {}) {
  const clock = { nowMs: START_MS };
  const relay = await createRelay({
    port: 0,
    dashboardDir: false,
    pricing: false,
    labelKey: 'k'.repeat(32),
    roleTokens: goldenTokens,
    now: () => clock.nowMs,
    timings: { rowsMs: 10 },
    ...options,
  });
  const post = async (path: string, body: unknown) => {
    const response = await fetch(relay.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${goldenTokens.ingest}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    await response.arrayBuffer();
  };
  return { relay, clock, post, send: (events: readonly unknown[]) => post('/v1/events', { events }) };
}
let made = 0;
const event = (type: string, fields: Readonly<Record<string, unknown>>) => {
  made += 1;
  return { id: `event-${made}`, type, sv: 1, ts: START_MS + made, prod: { id: 'golden', n: made }, ...fields };
};

/** A run with an agent, a model call with content, a tool that failed, an approval that waits, a score, a log line. */
function firstEvents() {
  const agent = `span_${'c'.repeat(24)}`;
  const tool = `span_${'e'.repeat(24)}`;
  return [
    event('run.start', {
      run,
      a: { name: 'Support', startedAtMs: START_MS, userId: 'mary@example.com', tags: ['beta'] },
    }),
    event('span.start', { run, span: agent, a: { kind: 'agent', name: 'Triage', startedAtMs: START_MS + 1 } }),
    event('span.start', {
      run,
      span: tool,
      parent: agent,
      a: { kind: 'tool', name: 'lookup', startedAtMs: START_MS + 2 },
      detail: { input: { order: 17 } },
    }),
    event('span.end', { run, span: tool, a: { endedAtMs: START_MS + 3, status: 'error', errorCode: 'tool.failed' } }),
    event('span.start', {
      run,
      span: call,
      parent: agent,
      a: { kind: 'llm', name: 'answer', startedAtMs: START_MS + 4 },
    }),
    event('approval.requested', {
      run,
      ref: 'call_17',
      a: { toolName: 'refund' },
      detail: { arguments: { order: 17 } },
    }),
    event('score', { run, span: tool, a: { name: 'grounded', value: 0.4, threshold: 0.5 } }),
    event('log', { run, a: { severity: 'info', loggerName: 'shop' }, detail: { body: 'order 17 was looked up' } }),
  ];
}
const laterEvents = () => [
  event('span.end', {
    run,
    span: call,
    a: {
      endedAtMs: START_MS + 900,
      status: 'ok',
      model: 'gpt-5-mini',
      usage: { scope: 'leaf', inputTokens: 120, outputTokens: 30 },
    },
    detail: { output: 'It is paid.' },
  }),
];

/** A whole client over one wire; what both sides say is noted below its session. */
function openClient(
  relay: Relay,
  kind: GoldenSession['wire'],
  subs: readonly Subscription[],
  { role = 'developer' as 'developer' | 'viewer', deflate = false } = {},
) {
  const client: unknown[] = [];
  const server: ServerFrame[] = [];
  const sockets: WebSocket[] = [];
  const fetchImpl: typeof fetch = (input, init) => {
    client.push(JSON.parse(String(init?.body)));
    return fetch(input, init);
  };
  class NotedSocket extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols);
      sockets.push(this);
    }
    override send(data: string): void {
      client.push(JSON.parse(data));
      super.send(data);
    }
  }
  const makers: Readonly<Record<GoldenSession['wire'], () => Wire>> = {
    websocket: () => createWebSocketWire({ url: relay.url, WebSocketImpl: NotedSocket as never, deflate }),
    sse: () => createSseWire({ url: relay.url, fetchImpl }),
    polling: () => createPollingWire({ url: relay.url, fetchImpl, waitMs: 20_000, pauseMs: 1 }),
  };
  const wire = makers[kind]();
  const transport = createResumingTransport({
    wire: {
      ...wire,
      open: (hello, sink) =>
        wire.open(hello, {
          ...sink,
          onData(text) {
            server.push(...([JSON.parse(text)].flat() as ServerFrame[]));
            sink.onData(text);
          },
        }),
    },
    getToken: () => goldenTokens[role],
    random: () => 0,
    clock: { now: () => START_MS },
  });
  const sink = createRecordingSink();
  transport.setSubs(subs);
  transport.start(sink);
  return {
    session: (name: string): GoldenSession => ({ name, wire: kind, client, server }),
    server,
    transport,
    seen: (holds: (frame: ServerFrame) => boolean, count = 1) => until(() => server.filter(holds).length >= count),
    cut: () => sockets.at(-1)?.terminate(),
  };
}

/** Says these frames over a bare socket. @param isDone - with the answer so far */
async function exchange(
  name: string,
  relay: Relay,
  client: readonly unknown[],
  isDone: (server: readonly ServerFrame[]) => boolean,
): Promise<GoldenSession> {
  const server: ServerFrame[] = [];
  const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
  socket.on('message', (data: Buffer) => void server.push(JSON.parse(data.toString('utf8')) as ServerFrame));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  for (const frame of client) socket.send(JSON.stringify(frame));
  await until(() => isDone(server));
  socket.terminate();
  return { name, wire: 'websocket', client, server };
}

const isKind =
  (kind: ServerFrame['t']) =>
  ({ t }: ServerFrame) =>
    t === kind;
const isWholeSnap = (frame: ServerFrame) => frame.t === 'snap' && frame.part === frame.parts;
const hello = (fields: Readonly<Record<string, unknown>> = {}) => ({
  t: 'hello',
  v: [1, 1],
  token: goldenTokens.developer,
  subs: [{ sub: 'overview' }, { sub: 'logs' }],
  ...fields,
});
const openRun: Topic = `run:${run}`;

/** Snapshot, tail, one run opened and closed again with the text of its running call, heartbeat, resume, goodbye. */
async function recordLongSession(): Promise<GoldenSession> {
  const { relay, clock, post, send } = await startGoldenRelay();
  await send(firstEvents());
  const client = openClient(relay, 'websocket', [{ sub: 'overview' }, { sub: 'logs' }], { deflate: true });
  await client.seen(isWholeSnap);
  client.transport.setSubs([{ sub: 'overview' }, { sub: 'logs' }, { sub: openRun }]);
  await wait(50);
  await post('/v1/live', { texts: [{ run, span: call, offset: 0, text: 'It is' }] });
  await client.seen(isKind('live'));
  client.cut();
  await client.seen(isKind('welcome'), 2);
  await wait(50);
  await send(laterEvents());
  await client.seen(isKind('batch'));
  client.transport.setSubs([{ sub: 'overview' }, { sub: 'logs' }]);
  await wait(50);
  clock.nowMs += 10_000;
  await client.seen(isKind('hb'));
  await relay.close();
  await client.seen(isKind('bye'));
  client.transport.stop();
  return client.session('developer-long');
}

/** What a viewer gets, over a wire that posts its hello. */
async function recordViewer(wire: 'sse' | 'polling'): Promise<GoldenSession> {
  const { relay, send } = await startGoldenRelay();
  await send(firstEvents());
  const client = openClient(relay, wire, [{ sub: 'overview' }], { role: 'viewer' });
  await client.seen(isWholeSnap);
  await wait(100);
  await send(laterEvents());
  await client.seen((frame) => frame.t === 'batch' && frame.ev.length > 0);
  client.transport.stop();
  await relay.close();
  return client.session(`viewer-${wire}`);
}

/** Totals in place of spans, then one run whole. */
async function recordRows(): Promise<GoldenSession> {
  const { relay, send } = await startGoldenRelay();
  await send([...firstEvents(), ...laterEvents()]);
  const client = openClient(relay, 'websocket', [{ sub: 'runs' }, { sub: 'metrics' }]);
  await client.seen((frame) => frame.t === 'rows' && frame.runs.length > 0);
  client.transport.setSubs([{ sub: 'runs' }, { sub: 'metrics' }, { sub: openRun }]);
  await client.seen((frame) => frame.t === 'snap' && frame.scope !== undefined && frame.part === frame.parts);
  client.cut();
  await client.seen(isKind('welcome'), 2);
  await wait(50);
  client.transport.stop();
  await relay.close();
  return client.session('rows-and-one-run');
}

/** Less than the token allows. */
async function recordScope(): Promise<GoldenSession> {
  const { relay, send } = await startGoldenRelay();
  await send(firstEvents());
  const asked = hello({
    scope: { tags: ['beta'] },
    subs: [{ sub: 'overview', filter: { status: ['running', 'failed'] } }],
  });
  const session = await exchange('scope-and-filter', relay, [asked], (server) => server.some(isWholeSnap));
  await relay.close();
  return session;
}

/** Cursors that are not good any more, one after the other. */
async function recordGaps(): Promise<GoldenSession[]> {
  const { relay, send } = await startGoldenRelay({ retentionEvents: 16, ringEvents: 16 });
  for (let round = 0; round < 6; round += 1) await send(firstEvents());
  const first = await exchange('first', relay, [hello()], (server) => server.some(isKind('welcome')));
  const epoch = first.server.flatMap((frame) => (frame.t === 'welcome' ? frame.epoch : []))[0];
  const hasSnap = (server: readonly ServerFrame[]) => server.some(isWholeSnap);
  const sessions = [
    await exchange('gap-retention', relay, [hello({ cursor: `${epoch}.1` })], hasSnap),
    await exchange('gap-epoch', relay, [hello({ cursor: 'ab.5' })], hasSnap),
    await exchange('gap-store', relay, [hello({ cursor: `${epoch}.900` })], hasSnap),
  ];
  await relay.close();
  return sessions;
}

async function recordDegraded(): Promise<GoldenSession> {
  const listeners = new Set<(state: DependencyState) => void>();
  let state: DependencyState = { isUp: true, sinceMs: START_MS };
  const fanOut: FanOut = {
    ...createMemoryFanOut(),
    isShared: true,
    get state() {
      return state;
    },
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const { relay } = await startGoldenRelay({ fanOut, stopSeconds: 0 });
  const turn = (next: DependencyState) => {
    state = next;
    for (const listener of listeners) listener(next);
  };
  const client = openClient(relay, 'websocket', [{ sub: 'overview' }]);
  await client.seen(isWholeSnap);
  turn({ isUp: false, code: 'redis.silent', sinceMs: START_MS });
  await client.seen(isKind('hb'));
  client.cut();
  await client.seen(isKind('welcome'), 2);
  await wait(50);
  turn({ isUp: true, sinceMs: START_MS });
  await client.seen(isKind('hb'), 2);
  client.transport.stop();
  await relay.close();
  return client.session('degraded');
}

async function recordRefusals(): Promise<GoldenSession[]> {
  const { relay } = await startGoldenRelay();
  const hasBye = (server: readonly ServerFrame[]) => server.some(isKind('bye'));
  const sessions = [
    await exchange('refused-token', relay, [hello({ token: 'x'.repeat(40) })], hasBye),
    await exchange('refused-role', relay, [hello({ token: goldenTokens.ingest })], hasBye),
    await exchange('refused-version', relay, [hello({ v: [7, 9] })], hasBye),
    await exchange('refused-frame', relay, [{ t: 'hello', v: 'one' }], hasBye),
    await exchange('unknown-topic', relay, [hello({ subs: [{ sub: 'novelty' }] })], (server) =>
      server.some(isKind('err')),
    ),
  ];
  await relay.close();
  return sessions;
}

/** Every session, anew, from the relay and the client of now. */
export async function recordGoldenSessions(): Promise<GoldenSession[]> {
  made = 0;
  const sessions = [
    await recordLongSession(),
    await recordViewer('sse'),
    await recordViewer('polling'),
    await recordRows(),
    await recordScope(),
    ...(await recordGaps()),
    await recordDegraded(),
    ...(await recordRefusals()),
  ];
  return sessions.map(withoutChance);
}

/** Epochs, connection ids and marks of rows are random: the same in every recording. */
function withoutChance(session: GoldenSession): GoldenSession {
  const welcomes = session.server.filter((frame) => frame.t === 'welcome');
  let text = JSON.stringify(session);
  for (const { epoch } of welcomes) text = text.replaceAll(epoch, GOLDEN_EPOCH);
  for (const [index, { conn }] of welcomes.entries()) text = text.replaceAll(conn, `connection-${index + 1}`);
  return JSON.parse(text.replaceAll(/"(at|rows)":"[0-9a-f]+\.(\d+)"/g, '"$1":"abcdef012345.$2"')) as GoldenSession;
}
