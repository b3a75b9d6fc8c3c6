import { setTimeout as sleep } from 'node:timers/promises';
import type { Degradation } from '../../model/wire.ts';
import type { Authority } from '../auth/authority.ts';
import type { Principal } from '../auth/Principal.ts';
import { createRateLimit } from '../auth/rateLimit.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import type { Outlet, WireName } from './Outlet.ts';
import type { ProjectStream } from './projectStream.ts';
import { createStreamConnection, type StreamConnection } from './streamConnection.ts';
import type { WireTimings } from './timings.ts';

/** Openings a minute and token, over all wires: a reader that polls opens several times a second while much happens. */
const OPENS_PER_MINUTE = 12_000;

export interface StreamHubOptions {
  readonly authority: Authority;
  readonly streamOf: (project: string) => ProjectStream;
  readonly timings: WireTimings;
  readonly ringEvents: number;
  /** Connections of all wires, those included that have not said who they are. */
  readonly maxConnections: number;
  readonly maxConnectionsPerToken: number;
  readonly maxConnectionsPerAddress: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: RelayLogger;
  readonly degraded: () => Degradation | undefined;
  readonly onOpen: (connection: StreamConnection) => void;
  readonly onClose: (connection: StreamConnection) => void;
}

/** Why somebody does not get in; `retryMs` where waiting helps. */
export interface StreamRefusal {
  readonly code:
    | 'relay.too-many-connections'
    | 'stream.too-many-of-address'
    | 'stream.too-many-of-token'
    | 'limit.rate';
  readonly retryMs: number;
}

/** The right to one connection, held from the first byte on. */
export interface StreamSeat {
  readonly address: string;
  /** Gives it back; safe to call twice. */
  leave(): void;
}

/** All readers of all wires: who gets in, what beats for them, how they are let go. */
export interface StreamHub {
  readonly connectionCount: number;
  readonly figures: { readonly byWire: Readonly<Record<WireName, number>>; readonly stalled: number };
  /** Before it is known who it is. */
  admit(address: string): StreamSeat | StreamRefusal;
  /** The connection leaves its seat with `close`. */
  open(seat: StreamSeat, principal: Principal, outlet: Outlet): StreamConnection | StreamRefusal;
  /** The other side is gone. */
  close(connection: StreamConnection): void;
  /** Looks at every token now. */
  recheckAll(): void;
  /** Tells every reader how the relay stands, now. */
  tellDegraded(): void;
  /**
   * Longest that a long poll may wait now, ms. It hears how the relay stands in its welcome, which its reader gets with the
   * whole answer: an answer that begins while that changes must not be held back.
   */
  readonly longestPollMs: number;
  /**
   * Says goodbye to everybody, to each with a wait of its own.
   * @param terms - `overMs`: sends them away one after the other in this time, each served until then; 0: all at once
   * @returns when the last one was told
   */
  sayGoodbye(terms: { readonly overMs: number; readonly retryMs: readonly [number, number] }): Promise<void>;
}

const BUSY_RETRY_MS = 5000;
/** A long poll waits this long at most while something does not work, and for a while after that changed. */
const UNSETTLED_POLL_MS = 2000;
const UNSETTLED_FOR_MS = 5000;

export function createStreamHub(options: StreamHubOptions): StreamHub {
  const { authority, timings, now, log } = options;
  const seats = new Map<StreamConnection, { readonly seat: StreamSeat; readonly tokenHash: string }>();
  const byAddress = createCounter();
  const byToken = createCounter();
  const opens = createRateLimit(OPENS_PER_MINUTE, () => performance.now());
  let seatCount = 0;
  let toldDegradedMs = Number.NEGATIVE_INFINITY;
  const ticker = setInterval(
    () => {
      for (const connection of seats.keys()) connection.tick();
    },
    Math.min(1000, timings.heartbeatMs / 4),
  );
  ticker.unref();

  return {
    get connectionCount() {
      return seats.size;
    },
    get figures() {
      const byWire = { websocket: 0, sse: 0, polling: 0 };
      let stalled = 0;
      for (const { wire, isStalled } of seats.keys()) {
        byWire[wire] += 1;
        if (isStalled) stalled += 1;
      }
      return { byWire, stalled };
    },
    admit(address) {
      if (seatCount >= options.maxConnections) return { code: 'relay.too-many-connections', retryMs: BUSY_RETRY_MS };
      if (byAddress.of(address) >= options.maxConnectionsPerAddress) {
        return { code: 'stream.too-many-of-address', retryMs: BUSY_RETRY_MS };
      }
      let isHeld = true;
      seatCount += 1;
      byAddress.add(address, 1);
      return {
        address,
        leave() {
          if (!isHeld) return;
          isHeld = false;
          seatCount -= 1;
          byAddress.add(address, -1);
        },
      };
    },
    open(seat, principal, outlet) {
      const { tokenHash } = principal;
      const waitMs = opens.take(tokenHash);
      if (waitMs > 0) return { code: 'limit.rate', retryMs: waitMs };
      if (byToken.of(tokenHash) >= options.maxConnectionsPerToken) {
        return { code: 'stream.too-many-of-token', retryMs: BUSY_RETRY_MS };
      }
      const connection = createStreamConnection({
        outlet,
        principal,
        stream: options.streamOf(principal.project),
        timings,
        ringEvents: options.ringEvents,
        now,
        recheck: (known) => authority.recheck(known),
        degraded: options.degraded,
        onFault: (code, cause) => log('error', code, { cause: codeOf(cause) }),
      });
      byToken.add(tokenHash, 1);
      seats.set(connection, { seat, tokenHash });
      options.onOpen(connection);
      return connection;
    },
    close(connection) {
      const held = seats.get(connection);
      if (!held) return;
      connection.drop();
      seats.delete(connection);
      byToken.add(held.tokenHash, -1);
      held.seat.leave();
      options.onClose(connection);
    },
    get longestPollMs() {
      const isSettled = !options.degraded() && performance.now() - toldDegradedMs > UNSETTLED_FOR_MS;
      return isSettled ? Number.POSITIVE_INFINITY : UNSETTLED_POLL_MS;
    },
    tellDegraded() {
      toldDegradedMs = performance.now();
      for (const connection of seats.keys()) connection.tellDegraded();
    },
    recheckAll() {
      for (const connection of seats.keys()) connection.recheck();
    },
    async sayGoodbye({ overMs, retryMs: [least, greatest] }) {
      const leaving = [...seats.keys()];
      const stepMs = overMs / Math.max(1, leaving.length);
      const startMs = performance.now();
      for (const [index, connection] of leaving.entries()) {
        const waitMs = startMs + index * stepMs - performance.now();
        if (waitMs > 0) await sleep(waitMs);
        connection.bye(1012, { retryMs: Math.round(least + options.random() * (greatest - least)) });
      }
      for (const connection of seats.keys()) connection.bye(1012, { retryMs: greatest }); // who said hello meanwhile
      clearInterval(ticker);
    },
  };
}

export const isRefusal = (given: StreamSeat | StreamConnection | StreamRefusal): given is StreamRefusal =>
  'code' in given;

function createCounter() {
  const counts = new Map<string, number>();
  return {
    of: (key: string) => counts.get(key) ?? 0,
    add(key: string, change: 1 | -1) {
      const count = (counts.get(key) ?? 0) + change;
      if (count > 0) counts.set(key, count);
      else counts.delete(key);
    },
  };
}
