import { createWebSocketTransport } from 'spanlight/transport';
import { WebSocket } from 'ws';
import { startWebSocketRelay } from './support/webSocketRelay.ts';
import { describeTransport } from './transportContract.ts';

describeTransport('websocket', startWebSocketRelay, (options) =>
  createWebSocketTransport({ ...options, WebSocketImpl: WebSocket }),
);
