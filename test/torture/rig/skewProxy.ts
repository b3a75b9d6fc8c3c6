import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import { WebSocket, WebSocketServer } from 'ws';
import { SUBPROTOCOL } from '../../../src/model/wire.ts';
import { type AnyFrame, type Skew, skews } from './skews.ts';
import type { TortureContext } from './types.ts';

/** The stream of a relay as one of another release would carry it, over all wires. @returns its address */
export async function startSkewProxy(
  context: Pick<TortureContext, 'onEnd'>,
  targetPort: number,
  skew: Skew,
): Promise<string> {
  const { toRelay, toReader } = skews[skew];
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });

  const join = (near: WebSocket, far: WebSocket) => {
    near.on('message', (data: Buffer) => far.send(JSON.stringify(toRelay(JSON.parse(data.toString()) as AnyFrame))));
    far.on('message', (data: Buffer, isBinary) => {
      const text = (isBinary ? inflateRawSync(data) : data).toString();
      for (const frame of toReader(JSON.parse(text) as AnyFrame)) near.send(JSON.stringify(frame));
    });
    const closeWith = (other: WebSocket) => (code: number) =>
      code === 1005 || code === 1006 ? other.terminate() : other.close(code);
    near.on('close', closeWith(far));
    far.on('close', closeWith(near));
    for (const socket of [near, far]) socket.on('error', () => undefined);
  };
  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    const far = new WebSocket(`ws://127.0.0.1:${targetPort}${incoming.url}`, SUBPROTOCOL);
    far.once('error', () => socket.destroy());
    far.once('open', () => sockets.handleUpgrade(incoming, socket, head, (near) => join(near, far)));
  };

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse, hello: string) => {
    const asked = request(
      { host: '127.0.0.1', port: targetPort, path: incoming.url, method: 'POST', headers: withLength(incoming, hello) },
      (answer) => {
        const { 'content-length': _ours, ...headers } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, headers);
        answer.setEncoding('utf8');
        const isStream = headers['content-type']?.startsWith('text/event-stream') ?? false;
        let rest = '';
        answer.on('data', (text: string) => {
          rest += text;
          if (!isStream) return;
          const blocks = rest.split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) outgoing.write(changeBlock(block, toReader));
        });
        answer.on('error', () => outgoing.destroy());
        answer.on('end', () => {
          const isFrames = !isStream && answer.statusCode === 200;
          outgoing.end(isFrames ? JSON.stringify((JSON.parse(rest) as AnyFrame[]).flatMap(toReader)) : rest);
        });
      },
    );
    asked.on('error', () => outgoing.destroy());
    outgoing.on('close', () => asked.destroy());
    asked.end(hello);
  };

  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('error', () => undefined);
    incoming.on('data', (text: string) => {
      body += text;
    });
    incoming.on('end', () => pass(incoming, outgoing, JSON.stringify(toRelay(JSON.parse(body) as AnyFrame))));
  });
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.onEnd(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const withLength = ({ headers }: IncomingMessage, body: string) => {
  const { host: _host, connection: _connection, ...kept } = headers;
  return { ...kept, 'content-length': String(Buffer.byteLength(body)) };
};

/** One event of an event stream: the frame in it, and what else is said with it. */
function changeBlock(block: string, toReader: (frame: AnyFrame) => readonly AnyFrame[]): string {
  const lines = block.split('\n');
  const at = lines.findIndex((line) => line.startsWith('data: '));
  if (at < 0) return `${block}\n\n`;
  const head = lines.slice(0, at).map((line) => `${line}\n`);
  const frames = toReader(JSON.parse((lines[at] as string).slice('data: '.length)) as AnyFrame);
  return frames.map((frame, index) => `${index === 0 ? head.join('') : ''}data: ${JSON.stringify(frame)}\n\n`).join('');
}
