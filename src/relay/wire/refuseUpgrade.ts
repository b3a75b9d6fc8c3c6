import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '../http/httpErrors.ts';

/** Whoever does not close by then is cut, ms: the HTTP server has let go of this socket, and nobody else would ever end it. */
const CUT_AFTER_MS = 1000;

/** Answers an upgrade that is not taken, as any HTTP error is answered. */
export function refuseUpgrade(socket: Duplex, status: number, code: string): void {
  const body = JSON.stringify({ error: { code, message: messageOf(code) } });
  const retry = status === 429 || status === 503 ? 'retry-after: 5\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\nconnection: close\r\ncontent-type: application/json\r\n${retry}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const timer = setTimeout(() => socket.destroy(), CUT_AFTER_MS);
  socket.once('close', () => clearTimeout(timer));
}
