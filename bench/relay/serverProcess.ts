import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { createRelay } from 'spanlight/relay';
import { type WebSocket, WebSocketServer } from 'ws';
import { benchRunId } from '../generate.ts';
import type { Blast, ServerReply, ServerRequest } from './protocol.ts';

/** Longer than a tick of the relay, so that each flush stands alone. */
const TICK_MS = 20;
const token = 'developer-token-of-the-bench-with-32-characters';

let made = 0;
/** What a span's end looks like; its `ts` says when it was made, in ms of this machine. */
function createEvent(): Record<string, unknown> {
  made += 1;
  return {
    id: `0199d3f0-0000-7000-8000-${made.toString(16).padStart(12, '0')}`,
    type: 'span.end',
    sv: 1,
    ts: performance.timeOrigin + performance.now(),
    run: benchRunId,
    span: `span_${(made % 200).toString(16).padStart(24, '0')}`,
    a: {
      kind: 'llm',
      name: 'chat gpt-4.1',
      endedAtMs: 1_760_000_000_000 + made,
      status: 'ok',
      model: 'gpt-4.1-mini',
      usage: { scope: 'leaf', inputTokens: made % 4000, outputTokens: made % 900 },
    },
  };
}

const sockets = new Set<Socket>();
const webSockets = new Set<WebSocket>();
let send: (events: readonly Record<string, unknown>[]) => unknown = () => undefined;

async function open({ kind, fleet }: Extract<ServerRequest, { op: 'open' }>): Promise<ServerReply> {
  if (kind === 'relay') {
    const own = await createRelay({
      ...fleet,
      port: 0,
      dashboardDir: false,
      pricing: false,
      roleTokens: { developer: token },
      maxConnections: 20_000,
      timings: { heartbeatMs: 3_600_000 }, // the clients of the bench answer no ping
      maxConnectionsPerToken: 20_000,
      maxConnectionsPerAddress: 20_000,
    });
    send = (events) => own.ingest(events);
    await send([createEvent()]);
    return { port: own.port, token };
  }
  const server = kind === 'raw' ? createNetServer({ noDelay: true }) : createHttpServer();
  if (kind === 'raw') {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.resume();
    });
    send = (events) => {
      for (const event of events) {
        const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
        for (const socket of sockets) socket.write(bytes);
      }
    };
  } else {
    const wss = new WebSocketServer({
      server: server as ReturnType<typeof createHttpServer>,
      perMessageDeflate: false,
    });
    wss.on('connection', (socket) => {
      webSockets.add(socket);
      socket.once('message', () => socket.send('{}')); // its welcome
    });
    send = (events) => {
      for (const event of events) for (const socket of webSockets) socket.send(JSON.stringify(event));
    };
  }
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return { port: (server.address() as AddressInfo).port, token };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function blast({ ticks, eventsPerTick }: Blast): Promise<ServerReply> {
  const before = process.cpuUsage();
  for (let tick = 0; tick < ticks; tick += 1) {
    await send(Array.from({ length: eventsPerTick }, createEvent));
    await pause(TICK_MS);
  }
  await pause(100); // the last flush
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: user + system };
}

let lastCpu = process.cpuUsage();
async function answer(request: ServerRequest): Promise<ServerReply> {
  switch (request.op) {
    case 'open':
      return open(request);
    case 'spent': {
      const { user, system } = process.cpuUsage(lastCpu);
      lastCpu = process.cpuUsage();
      return { cpuUs: user + system };
    }
    case 'memory':
      (globalThis as { gc?: () => void }).gc?.();
      await pause(200);
      return { rssBytes: process.memoryUsage().rss };
    case 'idle':
    case 'blast':
      return blast(request.blast);
  }
}

process.on('message', (request: ServerRequest) => {
  void answer(request).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));
