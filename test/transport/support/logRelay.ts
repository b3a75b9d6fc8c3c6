import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { ClientFrame, HelloFrame, ServerFrame } from '../../../src/model/wire.ts';
import type { TransportKind } from '../../../src/transport/types.ts';
import { createFaultProxy, type FaultProxy } from '../../support/faultProxy.ts';
import type { LogServer, Reader, Seat } from './logServer.ts';

/** A small real relay: the log server behind every wire there is, with a network that can be hurt before it. */
export interface LogRelay {
  readonly url: string;
  readonly server: LogServer;
  readonly proxy: FaultProxy;
  /** Method and address of all requests: no token may stand there. */
  readonly addresses: string[];
  /** Which wire brought each hello. */
  readonly kinds: TransportKind[];
  /** Wires that do not get through. */
  readonly refused: Set<TransportKind>;
  /** Text past the server's rules, to everybody who reads now or asks next. */
  sendText(text: string): void;
  stop(): Promise<void>;
}

interface Line extends Reader {
  sendText(text: string): void;
}
const isNews = (frame: ServerFrame) => frame.t !== 'welcome' && frame.t !== 'hb';

export async function startLogRelay(server: LogServer): Promise<LogRelay> {
  const addresses: string[] = [];
  const kinds: TransportKind[] = [];
  const refused = new Set<TransportKind>();
  const lines = new Set<Line>();
  const tickets = new Map<string, HelloFrame>();
  let waitingTexts: string[] = [];

  const http = createServer((request, response) => void answer(request, response));
  const wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'spanlight.v1' });
  http.on('upgrade', (request, socket, head) => {
    addresses.push(`${request.method} ${request.url}`);
    if (refused.has('websocket')) socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    else wss.handleUpgrade(request, socket, head, (ws) => wss.emit('connection', ws));
  });
  wss.on('connection', (ws) => {
    let seat: Seat | undefined;
    const line: Line = {
      send: (frames) => frames.forEach((frame) => ws.send(JSON.stringify(frame))),
      sendText: (text) => ws.send(text),
      close: (code) => ws.close(code),
    };
    lines.add(line);
    ws.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as ClientFrame;
      if (frame.t === 'hello') kinds.push('websocket');
      seat = server.take(seat, line, frame);
    });
    ws.on('error', () => undefined);
    ws.on('close', () => {
      server.leave(seat);
      lines.delete(line);
    });
  });

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    addresses.push(`${request.method} ${request.url}`);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const url = new URL(request.url ?? '', 'http://relay');
    const posted = request.method === 'POST' ? { ...(JSON.parse(body) as HelloFrame & Poll), token } : undefined;
    if (url.pathname.endsWith('/ticket') && posted) {
      if (!server.knows(token)) {
        server.hellos.push(posted);
        return refuse(response);
      }
      const ticket = `t${tickets.size}`;
      tickets.set(ticket, posted);
      response.end(JSON.stringify({ ticket }));
      return;
    }
    const ticket = url.searchParams.get('ticket') ?? '';
    const hello: (HelloFrame & Poll) | undefined = posted ?? tickets.get(ticket);
    tickets.delete(ticket);
    const kind = posted && request.headers.accept === 'application/json' ? 'polling' : 'sse';
    if (!hello || refused.has(kind)) {
      response.writeHead(hello ? 502 : 401).end('<html>');
      return;
    }
    kinds.push(kind);
    if (!server.knows(hello.token)) {
      server.hellos.push(hello);
      return refuse(response);
    }
    const line = kind === 'sse' ? streamLine(response) : pollLine(response, hello.wait ?? 20_000);
    lines.add(line);
    const seat = server.take(undefined, line, hello);
    response.once('close', () => {
      server.leave(seat);
      lines.delete(line);
    });
    for (const text of waitingTexts.splice(0)) line.sendText(text);
  };

  const streamLine = (response: ServerResponse): Line => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const sendText = (text: string) => void response.write(`data: ${text}\n\n`);
    return {
      sendText,
      send: (frames) => frames.forEach((frame) => sendText(JSON.stringify(frame))),
      close: () => response.end(),
    };
  };

  /** Ends at the first news, at once when it may not wait. */
  const pollLine = (response: ServerResponse, waitMs: number): Line => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const texts: string[] = [];
    let isEnding = false;
    const end = (): void => {
      if (isEnding) return;
      isEnding = true;
      clearTimeout(timer);
      lines.delete(line);
      setImmediate(() => {
        texts.push(JSON.stringify(server.heartbeat()));
        response.end(`[${texts.join(',')}]`);
      });
    };
    const line: Line = {
      send(frames) {
        texts.push(...frames.map((frame) => JSON.stringify(frame)));
        if (frames.some(isNews) || waitMs === 0) end();
      },
      sendText(text) {
        texts.push(text);
        end();
      },
      close: end,
    };
    const timer = setTimeout(end, waitMs);
    return line;
  };

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const proxy = await createFaultProxy({ target: (http.address() as AddressInfo).port });
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    server,
    proxy,
    addresses,
    kinds,
    refused,
    sendText(text) {
      if (lines.size === 0) waitingTexts = [...waitingTexts, text];
      for (const line of lines) line.sendText(text);
    },
    async stop() {
      await proxy.close();
      for (const ws of wss.clients) ws.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

interface Poll {
  readonly wait?: number;
}

const refuse = (response: ServerResponse): void => {
  response.writeHead(401, { 'content-type': 'application/json' });
  response.end('{"error":{"code":"auth.bad-token","message":""}}');
};
