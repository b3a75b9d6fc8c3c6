import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createFaultLane, type FaultLane, type LineQuality } from './faultLane.ts';

export type FaultTarget = number | { readonly host?: string; readonly port: number };

export interface FaultProxyOptions {
  /** Where the bytes go: a port on loopback, or host and port. */
  readonly target: FaultTarget;
  /** Port to listen on. Default 0: a free one. */
  readonly port?: number;
}

/** A network between two ends, on loopback, whose faults are asked for one by one. They may be combined. */
export interface FaultProxy {
  readonly port: number;
  /** Connections that stand now. */
  readonly connectionCount: number;
  /** RST on both sides of every connection. New ones go through. */
  cut(): void;
  /** One side of every connection ends its writing (FIN), the other direction stays open. Default: `target` falls silent. */
  halfClose(side?: 'client' | 'target'): void;
  /**
   * Packets vanish silently: what stands stays open on both sides, carries nothing, and neither end hears of the other's
   * close. What was swallowed comes when it heals. With `isForNew`, connections made meanwhile are swallowed, too.
   */
  blackhole(options?: { readonly isForNew?: boolean }): void;
  /** Every byte takes so long each way, ms. 0 ends it. */
  delay(ms: number): void;
  /** At most so many bytes a second, each way of each connection. 0 ends it. */
  drip(bytesPerSec: number): void;
  /** New connections are reset. Those that stand go on. */
  refuse(): void;
  /** Ends every fault: what was held goes on. */
  heal(): void;
  /** New connections go elsewhere: the other end came back on another port. */
  retarget(target: FaultTarget): void;
  close(): Promise<void>;
}

interface Line {
  readonly near: Socket;
  readonly far: Socket;
  readonly up: FaultLane;
  readonly down: FaultLane;
}

/** A TCP proxy of our own for tests. It knows nothing of what it carries. */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  let target = addressOf(options.target);
  const quality: LineQuality = { delayMs: 0, bytesPerSec: 0 };
  let isRefusing = false;
  let isSwallowingNew = false;
  const lines = new Set<Line>();

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    near.on('error', () => undefined); // a close follows
    if (isRefusing) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...target, allowHalfOpen: true, noDelay: true });
    far.on('error', () => undefined);
    const line: Line = {
      near,
      far,
      up: createFaultLane(near, far, quality, isSwallowingNew),
      down: createFaultLane(far, near, quality, isSwallowingNew),
    };
    lines.add(line);
    // one end is gone: the other hears of it as soon as packets pass
    const onClosed = (socket: Socket, other: Socket, lane: FaultLane) =>
      socket.once('close', (hadError) => {
        if (near.destroyed && far.destroyed) lines.delete(line);
        lane.whenPassing(() => (hadError ? other.resetAndDestroy() : other.destroy()));
      });
    onClosed(near, far, line.up);
    onClosed(far, near, line.down);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  const lanes = () => [...lines].flatMap(({ up, down }) => [up, down]);
  const adjust = () => {
    for (const lane of lanes()) lane.pump();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connectionCount() {
      return lines.size;
    },
    cut() {
      for (const { near, far, up, down } of lines) {
        up.end();
        down.end();
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    halfClose(side = 'target') {
      for (const { near, far } of lines) (side === 'target' ? near : far).end();
    },
    blackhole({ isForNew = false } = {}) {
      isSwallowingNew = isForNew;
      for (const lane of lanes()) lane.hold();
    },
    delay(ms) {
      quality.delayMs = ms;
      adjust();
    },
    drip(bytesPerSec) {
      quality.bytesPerSec = bytesPerSec;
      adjust();
    },
    refuse() {
      isRefusing = true;
    },
    heal() {
      isRefusing = false;
      isSwallowingNew = false;
      quality.delayMs = 0;
      quality.bytesPerSec = 0;
      for (const lane of lanes()) lane.release();
    },
    retarget(next) {
      target = addressOf(next);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const { near, far, up, down } of lines) {
        up.end();
        down.end();
        near.destroy();
        far.destroy();
      }
      await closed;
    },
  };
}

const addressOf = (target: FaultTarget) =>
  typeof target === 'number'
    ? { host: '127.0.0.1', port: target }
    : { host: target.host ?? '127.0.0.1', port: target.port };
