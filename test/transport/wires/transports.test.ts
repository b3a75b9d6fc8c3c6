import {
  createEventSourceTransport,
  createPollingTransport,
  createSseTransport,
  createTransport,
  createWebSocketTransport,
} from 'spanlight/transport';
import { WebSocket } from 'ws';
import { FetchEventSource } from '../support/fetchEventSource.ts';
import { describeTransport } from './transportContract.ts';

const poll = { waitMs: 100, pauseMs: 10 };

describeTransport('websocket', (options) => createWebSocketTransport({ ...options, WebSocketImpl: WebSocket }));
describeTransport('sse', createSseTransport, { hearsBytes: true });
describeTransport('event source', (options) =>
  createEventSourceTransport({ ...options, EventSourceImpl: FetchEventSource }),
);
describeTransport('polling', (options) => createPollingTransport({ ...options, ...poll }), {
  isPolling: true,
  hearsBytes: true,
});
describeTransport('whatever gets through', (options) =>
  createTransport({ ...options, ...poll, WebSocketImpl: WebSocket }),
);
