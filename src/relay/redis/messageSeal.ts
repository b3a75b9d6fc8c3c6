import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Signs what relays tell each other, so that nobody else who reaches Redis can put events before a reader. */
export interface MessageSeal {
  seal(channel: string, body: string): string;
  /** @returns the body; `undefined` when it was not sealed with this key for this channel */
  open(channel: string, message: string): string | undefined;
}

const MAC_LENGTH = 43; // SHA-256 as base64url

/** @param secret - what all relays share; the key of the seal is derived from it, it is not used itself */
export function createMessageSeal(secret: string): MessageSeal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'spanlight relay news', 32));
  const macOf = (channel: string, body: string) =>
    createHmac('sha256', key).update(`${channel.length}:${channel}`).update(body).digest('base64url');
  return {
    seal: (channel, body) => macOf(channel, body) + body,
    open(channel, message) {
      if (message.length < MAC_LENGTH) return undefined;
      const body = message.slice(MAC_LENGTH);
      const given = Buffer.from(message.slice(0, MAC_LENGTH), 'latin1');
      const right = Buffer.from(macOf(channel, body), 'latin1');
      return timingSafeEqual(given, right) ? body : undefined;
    },
  };
}
