import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between two ends that can be cut, half-closed, swallowed and slowed. */
export interface TcpProxy {
  readonly port: number;
  /** RST on both sides of every connection. */
  cut(): void;
  /** Every open connection stays open and carries nothing any more. */
  blackHole(): void;
  /** The far side ends its writing. */
  halfClose(): void;
  /** New connections are refused, or let through again. */
  setDown(isDown: boolean): void;
  /** New connections go to another port: the relay came back elsewhere. */
  retarget(port: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isDown = false;
  let port = targetPort;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    near.on('error', () => undefined);
    if (isDown) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    far.on('error', () => near.resetAndDestroy());
    near.on('close', () => {
      pairs.delete(pair);
      far.destroy();
    });
    far.on('close', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const each = (act: (near: Socket, far: Socket) => void) => {
    for (const [near, far] of pairs) act(near, far);
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () =>
      each((near, far) => {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }),
    blackHole: () =>
      each((near, far) => {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }),
    halfClose: () => each((near) => near.end()),
    setDown(next) {
      isDown = next;
    },
    retarget(next) {
      port = next;
    },
    async close() {
      each((near, far) => {
        near.destroy();
        far.destroy();
      });
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
