import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFaultProxy, type FaultProxy } from './faultProxy.ts';

/** A busy machine is no fault. */
const patience = { timeout: 10_000 };
vi.setConfig({ testTimeout: 20_000 });

let server: Server;
let proxy: FaultProxy;
let far: Socket[];
const sockets: Socket[] = [];

const dial = async (): Promise<{ near: Socket; text(): string }> => {
  const near = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  near.on('error', () => undefined);
  sockets.push(near);
  let text = '';
  near.on('data', (chunk) => {
    text += chunk.toString();
  });
  await once(near, 'connect');
  return { near, text: () => text };
};

/** Answers everything in capitals. */
beforeEach(async () => {
  far = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    far.push(socket);
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.write(chunk.toString().toUpperCase()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await createFaultProxy({ target: (server.address() as AddressInfo).port });
});
afterEach(async () => {
  await proxy.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe('a fault proxy', () => {
  it('carries bytes both ways', async () => {
    const { near, text } = await dial();
    near.write('hello');
    await expect.poll(text, patience).toBe('HELLO');
  });

  it('cuts both ends with a reset', async () => {
    const { near } = await dial();
    near.write('x');
    await once(near, 'data');
    const seen: string[] = [];
    near.on('error', (cause: NodeJS.ErrnoException) => seen.push(cause.code ?? ''));
    far[0]?.on('error', (cause: NodeJS.ErrnoException) => seen.push(cause.code ?? ''));
    proxy.cut();
    await expect.poll(() => seen, patience).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('ends one direction only', async () => {
    const { near } = await dial();
    near.write('x');
    await once(near, 'data');
    proxy.halfClose();
    await once(near, 'end');
    near.write('still');
    await expect.poll(() => far[0]?.bytesRead, patience).toBe(6);
  });

  it('swallows silently, hides the close, and gives everything back when it heals', async () => {
    const { near, text } = await dial();
    near.write('a');
    await expect.poll(text, patience).toBe('A');
    proxy.blackhole();
    near.write('b');
    const other = await dial();
    other.near.write('c');
    await expect.poll(other.text, patience).toBe('C');
    expect(text()).toBe('A');
    expect(far[0]?.readableEnded).toBe(false);
    proxy.heal();
    await expect.poll(text, patience).toBe('AB');
  });

  it('swallows new connections, too, when asked', async () => {
    proxy.blackhole({ isForNew: true });
    const { near, text } = await dial();
    near.write('late');
    await expect.poll(() => far.length, patience).toBe(1);
    expect(far[0]?.bytesRead).toBe(0);
    proxy.heal();
    await expect.poll(text, patience).toBe('LATE');
  });

  it('delays and drips, and keeps every byte', async () => {
    proxy.delay(30);
    const { near, text } = await dial();
    const startMs = performance.now();
    near.write('x');
    await once(near, 'data');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(59);
    proxy.delay(0);
    proxy.drip(5000);
    const sent = 'y'.repeat(1500);
    const dripStartMs = performance.now();
    near.write(sent);
    await expect.poll(() => text().length, { timeout: 5000 }).toBe(1501);
    expect(performance.now() - dripStartMs).toBeGreaterThan(200);
    expect(text()).toBe(`X${sent.toUpperCase()}`);
  });

  it('refuses and finds a new target', async () => {
    proxy.refuse();
    const near = connect({ port: proxy.port, host: '127.0.0.1' });
    const isClosed = new Promise((resolve) => near.once('close', resolve));
    near.on('error', () => undefined);
    await isClosed;
    proxy.heal();
    proxy.retarget((server.address() as AddressInfo).port);
    const { near: second, text } = await dial();
    second.write('ok');
    await expect.poll(text, patience).toBe('OK');
  });
});
