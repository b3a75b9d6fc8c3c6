import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ClientFrame } from '../../../src/model/wire.ts';
import type { LogServer, Reader, Seat } from './logServer.ts';

/** A small real relay: the log server behind real sockets, with the faults of a network. */
export interface WebSocketRelay {
  readonly url: string;
  readonly server: LogServer;
  readonly connections: number;
  /** URLs and headers of all upgrades: no token may stand there. */
  readonly upgrades: string[];
  /** RST on every socket. */
  cut(): void;
  /** Nothing passes any more in either direction, no end is closed. */
  blackHole(): void;
  /** Ends our side only, without a close frame. */
  halfClose(): void;
  sendText(text: string): void;
  stop(): Promise<void>;
}

export async function startWebSocketRelay(server: LogServer): Promise<WebSocketRelay> {
  const upgrades: string[] = [];
  const sockets = new Map<WebSocket, Socket>();
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'spanlight.v1' });
  await new Promise<void>((resolve) => wss.once('listening', resolve));
  wss.on('connection', (ws, request) => {
    upgrades.push(`${request.url} ${JSON.stringify(request.headers)}`);
    sockets.set(ws, request.socket);
    let seat: Seat | undefined;
    let isDead = false;
    request.socket.once('spanlight-dead', () => {
      isDead = true;
    });
    const reader: Reader = {
      send(frames) {
        if (!isDead) for (const frame of frames) ws.send(JSON.stringify(frame));
      },
      close: (code) => ws.close(code),
    };
    ws.on('message', (data: Buffer) => {
      if (!isDead) seat = server.take(seat, reader, JSON.parse(data.toString('utf8')) as ClientFrame);
    });
    ws.on('error', () => undefined);
    ws.on('close', () => {
      server.leave(seat);
      sockets.delete(ws);
    });
  });
  const address = wss.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    upgrades,
    get connections() {
      return sockets.size;
    },
    cut() {
      for (const socket of sockets.values()) socket.resetAndDestroy();
    },
    blackHole() {
      for (const socket of sockets.values()) {
        socket.pause();
        socket.emit('spanlight-dead');
      }
    },
    halfClose() {
      for (const socket of sockets.values()) socket.end();
    },
    sendText(text) {
      for (const ws of sockets.keys()) ws.send(text);
    },
    async stop() {
      for (const ws of sockets.keys()) ws.terminate();
      await new Promise((resolve) => wss.close(resolve));
    },
  };
}
