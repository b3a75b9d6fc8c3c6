import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP balancer on loopback: each new connection goes to the next target that takes it. */
export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

export async function createBalancer(ports: readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const join = (near: Socket, triesLeft: number) => {
    if (triesLeft === 0) return near.destroy();
    turn += 1;
    const far = connect({ port: ports[turn % ports.length] ?? 0, host: '127.0.0.1', noDelay: true });
    far.once('error', () => join(near, triesLeft - 1));
    far.once('connect', () => {
      far.removeAllListeners('error');
      far.on('error', () => near.destroy());
      far.once('close', () => near.destroy());
      near.once('close', () => far.destroy());
      near.pipe(far).pipe(near);
    });
  };
  const server = createServer({ noDelay: true }, (near) => {
    open.add(near);
    near.once('close', () => open.delete(near));
    near.on('error', () => near.destroy());
    join(near, ports.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
