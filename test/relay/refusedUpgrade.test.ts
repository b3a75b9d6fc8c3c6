import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { onEnd, startRelay } from './support.ts';

it('a refused upgrade whose client never closes is cut, and holds up no stop of the relay', async () => {
  const relay = await startRelay();
  const client = connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true });
  onEnd(() => client.destroy());
  client.on('error', () => undefined);
  client.write(
    `GET /v1/elsewhere HTTP/1.1\r\nhost: 127.0.0.1:${relay.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  );
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
  await relay.close(); // without end before
  expect(client.writableEnded).toBe(false);
});
