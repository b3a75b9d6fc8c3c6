import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy between browser and relay that knows no WebSocket: connections that ask for one are reset, others pass. */
export interface UpgradeCutter {
  readonly port: number;
  /** How many WebSockets were asked for. */
  readonly cuts: number;
  close(): Promise<void>;
}

const asksForUpgrade = /^upgrade:\s*websocket/im;

export async function startUpgradeCutter(targetPort: number): Promise<UpgradeCutter> {
  const open = new Set<Socket>();
  let cuts = 0;
  const server = createServer((near) => {
    const keep = (socket: Socket) => {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => open.delete(socket));
    };
    keep(near);
    near.once('data', (first: Buffer) => {
      if (asksForUpgrade.test(first.toString('latin1'))) {
        cuts += 1;
        near.resetAndDestroy();
        return;
      }
      const far = connect(targetPort, '127.0.0.1');
      keep(far);
      far.write(first);
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
