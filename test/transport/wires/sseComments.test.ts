import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSseTransport, type Transport } from 'spanlight/transport';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRecordingSink, type RecordingSink } from '../support/recordingSink.ts';

const welcome = {
  t: 'welcome',
  v: 1,
  who: 'someone',
  project: 'default',
  roles: ['viewer'],
  can: [],
  epoch: 'e',
  head: 0,
  now: 0,
  resume: 'ok',
};

let server: Server;
let sink: RecordingSink;
let transport: Transport;
/** What a proxy sends at once, before it sends comments for ever. */
let first: string;

beforeEach(async () => {
  first = '';
  sink = createRecordingSink();
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(first);
    const pulse = setInterval(() => response.write(': the line is open\n\n'), 20);
    response.on('close', () => clearInterval(pulse));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  transport = createSseTransport({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    getToken: () => 'token',
    times: { silenceMs: 200, welcomeMs: 200, backoff: { minMs: 1, maxMs: 5 } },
  });
});
afterEach(async () => {
  transport.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Why it was given up, once it was. */
const givenUpFor = () =>
  vi.waitFor(
    () => {
      const given = sink.connections.find(({ phase }) => phase === 'reconnecting');
      return given && 'code' in given ? given.code : expect.unreachable();
    },
    { timeout: 8000, interval: 10 },
  );

it('does not take the comments of a proxy for a relay that is about to welcome it', async () => {
  transport.start(sink);
  expect(await givenUpFor()).toBe('transport.no-welcome');
});

it('does not take the comments of a proxy for a relay that is still there', async () => {
  first = `data: ${JSON.stringify(welcome)}\n\n`;
  transport.start(sink);
  expect(await givenUpFor()).toBe('transport.silent');
});
