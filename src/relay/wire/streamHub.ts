import { setTimeout as sleep } from 'node:timers/promises';
import type { Degradation } from '../../model/wire.ts';
import type { Authority } from '../auth/authority.ts';
import type { Principal } from '../auth/Principal.ts';
import { createRateLimit } from '../auth/rateLimit.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import type { Outlet, WireName } from './Outlet.ts';
import type { ProjectStream } from './projectStream.ts';
import type { ReturnLine } from './returnLine.ts';
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
  readonly log: RelayLogger;
  readonly degraded: () => Degradation | undefined;
  readonly onOpen: (connection: StreamConnection) => void;
  readonly onClose: (connection: StreamConnection) => void;
}

/** Why somebody does not get in; `retryMs` where waiting helps. */
export interface StreamRefusal {
  readonly code:
    | 'relay.closing'
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
  readonly figures: {
    readonly byWire: Readonly<Record<WireName, number>>;
    readonly stalled: number;
    readonly bufferedBytes: number;
  };
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
   * Longest that a long poll may wait now, ms. Its reader hears how the relay stands with the whole answer: who was between two
   * questions when that changed gets an answer at once, and while something does not work nobody waits for long.
   */
  readonly longestPollMs: number;
  /** Ends one answer of a reader that asks again; with its place in the line, once there is one. */
  finishPoll(connection: StreamConnection): void;
  /**
   * Gives every reader that polls its place, at once. It may be between two questions, so it must still find somebody.
   * @returns when all had the time to ask
   */
  dismissPolls(line: ReturnLine): Promise<void>;
  /**
   * Says goodbye to everybody, to each at its place in the line or with the wait until there. Nobody new is admitted.
   * @param serveMs - how long they are served while they wait; 0: all are told at once
   * @returns when the last one was told
   */
  sayGoodbye(line: ReturnLine, serveMs: number): Promise<void>;
}

const BUSY_RETRY_MS = 5000;
/** A long poll waits this long at most while something does not work, and for a while after that changed. */
const UNSETTLED_POLL_MS = 2000;
const UNSETTLED_FOR_MS = 5000;
/** Who polls asks again within this time, ms: twice what a client of ours waits at most. */
const POLL_AGAIN_MS = 1000;

export function createStreamHub(options: StreamHubOptions): StreamHub {
  const { authority, timings, now, log } = options;
  const seats = new Map<StreamConnection, { readonly seat: StreamSeat; readonly tokenHash: string }>();
  const byAddress = createCounter();
  const byToken = createCounter();
  const opens = createRateLimit(OPENS_PER_MINUTE, () => performance.now());
  let seatCount = 0;
  let toldDegradedMs = Number.NEGATIVE_INFINITY;
  let lastPollMs = Number.NEGATIVE_INFINITY;
  /** While the relay closes. */
  let leaving: ReturnLine | undefined;
  /** `shut`: nobody is admitted; `empty`: who was and says hello only now is not opened either. */
  let door: 'open' | 'shut' | 'empty' = 'open';
  const closing = (): StreamRefusal => ({ code: 'relay.closing', retryMs: leaving?.take() ?? BUSY_RETRY_MS });
  const bye = (connection: StreamConnection, { againMs }: ReturnLine, retryMs: number) =>
    connection.bye(1012, { retryMs: Math.round(retryMs), ...(againMs > 0 && { againMs }) });
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
      let bufferedBytes = 0;
      for (const connection of seats.keys()) {
        byWire[connection.wire] += 1;
        bufferedBytes += connection.bufferedBytes();
        if (connection.isStalled()) stalled += 1;
      }
      return { byWire, stalled, bufferedBytes };
    },
    admit(address) {
      if (door !== 'open') return closing();
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
      if (door === 'empty') return closing();
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
      if (leaving) return 0;
      const sinceMs = performance.now() - toldDegradedMs;
      if (sinceMs < POLL_AGAIN_MS) return 0;
      const isSettled = !options.degraded() && sinceMs > UNSETTLED_FOR_MS;
      return isSettled ? Number.POSITIVE_INFINITY : UNSETTLED_POLL_MS;
    },
    tellDegraded() {
      toldDegradedMs = performance.now();
      for (const connection of seats.keys()) connection.tellDegraded();
    },
    recheckAll() {
      for (const connection of seats.keys()) connection.recheck();
    },
    finishPoll(connection) {
      if (leaving) return bye(connection, leaving, leaving.take());
      lastPollMs = performance.now();
      connection.finish();
    },
    async dismissPolls(line) {
      leaving = line;
      for (const connection of seats.keys()) {
        if (connection.wire === 'polling') bye(connection, line, line.take());
      }
      const dueMs = lastPollMs + POLL_AGAIN_MS - performance.now();
      if (dueMs > 0) await sleep(dueMs);
    },
    async sayGoodbye(line, serveMs) {
      leaving = line;
      door = 'shut';
      const endMs = performance.now() + serveMs;
      // also those that say hello meanwhile: a map gives what is added to it while it is walked through
      for (const connection of seats.keys()) {
        if (connection.closeCode !== undefined) continue;
        const placeMs = line.take();
        const servedMs = Math.min(placeMs, Math.max(0, endMs - performance.now()));
        if (servedMs > 0) await sleep(servedMs);
        bye(connection, line, placeMs - servedMs);
      }
      door = 'empty';
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
