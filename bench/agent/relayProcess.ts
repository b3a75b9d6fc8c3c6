import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A relay in a process of its own, so that its work is not taken for the agent's: it takes everything, or never answers. */
const isSlow = process.argv[2] === 'slow';
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    if (!isSlow) response.end('{"durable":"memory","events":[]}');
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
