import type { Transport } from 'spanlight/store';
import { createWebSocketTransport, type TokenSource } from 'spanlight/transport';

/** The wire that the harness asks a page to take. */
export function createTransport(
  wire: string,
  relay: { readonly url: string; readonly getToken: TokenSource },
): Transport {
  switch (wire) {
    case 'websocket':
      return createWebSocketTransport(relay);
    default:
      throw new Error(`no wire ${wire}`);
  }
}
