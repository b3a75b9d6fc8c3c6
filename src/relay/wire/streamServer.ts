import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { SUBPROTOCOL } from '../../model/wire.ts';
import type { Authority } from '../auth/authority.ts';
import { createRateLimit } from '../auth/rateLimit.ts';
import type { RequestGuard } from '../auth/requestGuard.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import { MAX_CLIENT_FRAME_BYTES, MAX_HELLO_BYTES, parseHello, parseSubChange } from './clientFrames.ts';
import { refuseUpgrade } from './refuseUpgrade.ts';
import type { StreamConnection } from './streamConnection.ts';
import { isRefusal, type StreamHub, type StreamSeat } from './streamHub.ts';
import type { WireTimings } from './timings.ts';
import { createWebSocketOutlet, endSocket } from './webSocketOutlet.ts';

/** Connections of one address that have not said hello: one of a hundred that it may have, and no fewer than this. */
const LEAST_PENDING_PER_ADDRESS = 10;
const MAX_FRAGMENTS = 16;
const MAX_BEHIND_HELLO = 16;
/** Client frames a minute: somebody who walks through a list with the arrow keys opens and closes some views a second. */
const FRAMES_PER_MINUTE = 1200;

export interface StreamServerOptions {
  readonly hub: StreamHub;
  readonly authority: Authority;
  readonly guard: () => RequestGuard;
  readonly timings: WireTimings;
  /** Many: a proxy, whose readers come back together. */
  readonly maxConnectionsPerAddress: number;
  readonly log: RelayLogger;
}

/** `GET /v1/stream`: takes upgrades, hears the hello, hands over to a connection. */
export interface StreamServer {
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes nobody any more and ends every socket. */
  close(): Promise<void>;
}

export function createStreamServer({ hub, authority, timings, log, ...options }: StreamServerOptions): StreamServer {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: 64,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const clientFrames = createRateLimit(FRAMES_PER_MINUTE, () => performance.now());
  const maxPending = Math.max(LEAST_PENDING_PER_ADDRESS, Math.floor(options.maxConnectionsPerAddress / 100));
  const pendingByAddress = new Map<string, number>();
  let isClosing = false;

  const addPending = (address: string, change: 1 | -1) => {
    const count = (pendingByAddress.get(address) ?? 0) + change;
    if (count > 0) pendingByAddress.set(address, count);
    else pendingByAddress.delete(address);
  };

  const awaitHello = (socket: WebSocket, raw: Duplex, seat: StreamSeat) => {
    let connection: StreamConnection | undefined;
    let isPending = true;
    /** What came behind a hello while its token was looked at. */
    const behindHello: string[] = [];
    addPending(seat.address, 1);
    const settlePending = () => {
      if (!isPending) return;
      isPending = false;
      clearTimeout(timer);
      addPending(seat.address, -1);
    };
    const refuse = (code: 4400 | 4401 | 4403 | 4409 | 1013, retryMs?: number) => {
      settlePending();
      socket.send(JSON.stringify({ t: 'bye', code, ...(retryMs !== undefined && { retryMs }), resume: code === 1013 }));
      endSocket(socket, code);
      log('info', 'stream.refused', { code });
    };
    const timer = setTimeout(() => refuse(4409), timings.helloMs);

    const onFrame = (text: string) => {
      if (!connection) return;
      if (clientFrames.take(connection.id) > 0) return connection.bye(1013, { retryMs: 5000, resume: true });
      const change = parseSubChange(text);
      if (change === 'bad') connection.bye(4400);
      else if (change) connection.onSubChange(change);
    };

    const onHello = async (text: string) => {
      const hello = parseHello(text);
      if (!hello) return refuse(4400);
      settlePending();
      const found = await authority.authenticate(hello.token, seat.address);
      if (isClosing || socket.readyState !== socket.OPEN) return endSocket(socket, 1012);
      if ('refused' in found) return refuse(found.refused === 'rate' ? 1013 : 4401);
      const { principal } = found;
      if (!principal.can.includes('read.shape')) return refuse(4403);
      const opened = hub.open(seat, principal, createWebSocketOutlet(socket, raw, hello.deflate ?? false));
      if (isRefusal(opened)) return refuse(1013, opened.retryMs);
      connection = opened;
      void connection.start(hello);
      for (const frame of behindHello.splice(0)) onFrame(frame);
    };

    socket.on('message', (data: RawData, isBinary: boolean) => {
      const bytes = data as Buffer; // one Buffer: the receiver joins fragments
      if (isBinary) return connection ? connection.bye(4400) : refuse(4400);
      if (!connection) {
        if (!isPending) return void (behindHello.length < MAX_BEHIND_HELLO && behindHello.push(bytes.toString('utf8')));
        if (bytes.length > MAX_HELLO_BYTES) return refuse(4400);
        return void onHello(bytes.toString('utf8')).catch(() => socket.terminate());
      }
      onFrame(bytes.toString('utf8'));
    });
    socket.on('pong', () => connection?.onPong());
    socket.on('error', (cause) => log('info', 'stream.broken', { cause: codeOf(cause) })); // ws closes it by itself
    socket.on('close', () => {
      settlePending();
      seat.leave();
      if (connection) hub.close(connection);
    });
  };

  return {
    onUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const { host, origin } = request.headers;
      const address = request.socket.remoteAddress ?? '';
      const guard = options.guard();
      const path = request.url?.split('?', 1)[0];
      if (path !== '/v1/stream') return refuseUpgrade(socket, 404, 'http.not-found');
      if (isClosing) return refuseUpgrade(socket, 503, 'relay.closing');
      if (!guard.isHostAllowed(host)) return refuseUpgrade(socket, 421, 'http.host-not-allowed');
      if (!guard.isOriginAllowed(origin, host)) return refuseUpgrade(socket, 403, 'http.origin-not-allowed');
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (!offered.includes(SUBPROTOCOL)) return refuseUpgrade(socket, 400, 'stream.subprotocol-required');
      if ((pendingByAddress.get(address) ?? 0) >= maxPending) {
        return refuseUpgrade(socket, 429, 'stream.too-many-pending');
      }
      const seat = hub.admit(address);
      if (isRefusal(seat)) return refuseUpgrade(socket, seat.code.startsWith('relay.') ? 503 : 429, seat.code);
      socket.once('close', () => seat.leave()); // also when the handshake fails
      server.handleUpgrade(request, socket, head, (webSocket) => awaitHello(webSocket, socket, seat));
    },
    async close() {
      isClosing = true;
      const closed = [...server.clients].map((client) => new Promise((resolve) => client.once('close', resolve)));
      for (const client of server.clients) endSocket(client, 1012);
      await Promise.all(closed);
      server.close();
    },
  };
}
