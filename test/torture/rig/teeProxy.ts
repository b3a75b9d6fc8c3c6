import { type AddressInfo, connect, createServer } from 'node:net';
import type { TortureContext } from './types.ts';

export interface TeeProxy {
  readonly url: string;
  /** Every byte that came from the relay, connection by connection. */
  received(): readonly Buffer[];
}

/** Passes everything on and keeps what the relay sent, as the wire carried it. */
export async function startTeeProxy(context: Pick<TortureContext, 'onEnd'>, targetPort: number): Promise<TeeProxy> {
  const chunks: Buffer[][] = [];
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    const own: Buffer[] = [];
    chunks.push(own);
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    far.on('data', (chunk) => void own.push(chunk));
    near.pipe(far).pipe(near);
    context.onEnd(() => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.onEnd(() => server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => chunks.map((own) => Buffer.concat(own)),
  };
}
