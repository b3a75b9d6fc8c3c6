import { randomBytes } from 'node:crypto';
import type { Principal } from '../auth/Principal.ts';
import { sha256Hex } from '../auth/tokenRegistry.ts';
import type { PostedHello } from './clientFrames.ts';

/** What a ticket stands for: who asked for it, and the hello that was posted with it. */
export interface TicketTerms {
  readonly principal: Principal;
  readonly hello: PostedHello;
}

/**
 * Tickets for clients that cannot send a header, i.e. the `EventSource` of the platform: each opens one stream, once, within
 * 30 s, with the authority that its token has at that moment. Only digests are kept.
 */
export interface StreamTickets {
  /** @returns `undefined` while this token has too many that were not used */
  issue(terms: TicketTerms): { readonly ticket: string; readonly expiresAtMs: number } | undefined;
  /** Uses it up, whatever comes of it. */
  redeem(ticket: string): TicketTerms | undefined;
}

const TICKET_FOR_MS = 30_000;
const MAX_PER_TOKEN = 100;
const MAX_TICKETS = 10_000;

/** @param now - epoch ms */
export function createStreamTickets(now: () => number): StreamTickets {
  /** By digest, oldest first. */
  const issued = new Map<string, TicketTerms & { readonly expiresAtMs: number }>();
  const dropExpired = () => {
    const nowMs = now();
    for (const [digest, { expiresAtMs }] of issued) {
      if (expiresAtMs > nowMs) break;
      issued.delete(digest);
    }
  };
  return {
    issue({ principal, hello }) {
      dropExpired();
      let own = 0;
      for (const other of issued.values()) if (other.principal.tokenHash === principal.tokenHash) own += 1;
      if (own >= MAX_PER_TOKEN || issued.size >= MAX_TICKETS) return undefined;
      const ticket = randomBytes(32).toString('base64url');
      const expiresAtMs = now() + TICKET_FOR_MS;
      issued.set(sha256Hex(ticket), { principal, hello, expiresAtMs });
      return { ticket, expiresAtMs };
    },
    redeem(ticket) {
      dropExpired();
      if (ticket.length > 100) return undefined;
      const digest = sha256Hex(ticket);
      const terms = issued.get(digest);
      issued.delete(digest);
      return terms;
    },
  };
}
