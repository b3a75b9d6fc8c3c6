import type { Transport } from 'spanlight/store';
import {
  createTransport as createAnyTransport,
  createPollingTransport,
  createSseTransport,
  createWebSocketTransport,
  type TokenSource,
} from 'spanlight/transport';

/** The wire that the harness asks a page to take. */
export function createTransport(
  wire: string,
  relay: { readonly url: string; readonly getToken: TokenSource },
): Transport {
  switch (wire) {
    case 'websocket':
      return createWebSocketTransport(relay);
    case 'sse':
      return createSseTransport(relay);
    case 'polling':
      return createPollingTransport(relay);
    default:
      return createAnyTransport(relay);
  }
}
