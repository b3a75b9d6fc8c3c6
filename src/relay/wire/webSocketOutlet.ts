import { WebSocket } from 'ws';
import type { CloseCode } from '../../model/wire.ts';
import { closeCodes } from '../../model/wire.ts';
import type { Outlet } from './streamConnection.ts';

/** What has not closed by then is cut, ms. */
const CUT_AFTER_MS = 1000;

export function createWebSocketOutlet(socket: WebSocket): Outlet {
  return {
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send(frame, onSent) {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(frame, { binary: false }, (error) => {
        if (!error) onSent();
      });
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
