import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { CloseCode } from '../../model/wire.ts';
import { closeCodes } from '../../model/wire.ts';
import type { Outlet } from './Outlet.ts';
import { writePieces } from './writePieces.ts';

/** What has not closed by then is cut, ms. */
const CUT_AFTER_MS = 1000;

/**
 * Whole messages go straight to the TCP socket, so that one buffer serves every reader and one write a reader is enough.
 * The library writes what it sends (ping, close) at once and whole, too: nothing can come between the parts of a message.
 * @param raw - the socket that was upgraded
 */
export function createWebSocketOutlet(socket: WebSocket, raw: Duplex, isDeflating: boolean): Outlet {
  const form = isDeflating ? 'deflatedMessage' : 'message';
  return {
    wire: 'websocket',
    line: { socket: raw, form },
    bufferedBytes: () => raw.writableLength,
    send(frame, onSent) {
      if (socket.readyState !== WebSocket.OPEN) return true;
      return writePieces(raw, frame[form], onSent);
    },
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    end(code) {
      endSocket(socket, code);
    },
  };
}

export function endSocket(socket: WebSocket, code: CloseCode): void {
  if (socket.readyState === WebSocket.CLOSED) return;
  socket.close(code, closeCodes[code].name);
  const timer = setTimeout(() => socket.terminate(), CUT_AFTER_MS);
  socket.once('close', () => clearTimeout(timer));
}
