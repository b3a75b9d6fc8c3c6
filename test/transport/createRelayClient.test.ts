import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asRunId, asSpanId, spanKeyOf } from 'spanlight/store';
import { createRelayClient } from 'spanlight/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const key = spanKeyOf(asRunId('run/1 ä'), asSpanId('s?x'));
let server: Server;
let url: string;
let seen: { readonly path: string; readonly token: string | undefined }[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let tokens: string[];

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};
const client = (more: { timeoutMs?: number } = {}) =>
  createRelayClient({ url, getToken: () => (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? '', ...more });

beforeEach(async () => {
  seen = [];
  tokens = ['good'];
  server = createServer((request, response) => {
    seen.push({ path: request.url ?? '', token: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('content of a span', () => {
  it('is read with the token in a header and the ids escaped', async () => {
    answer = (_, response) => json(response, 200, { detail: { input: 'hello' } });
    await expect(client().loadDetail(key)).resolves.toEqual({ input: 'hello' });
    expect(seen).toEqual([
      { path: `/v1/runs/${encodeURIComponent('run/1 ä')}/spans/s%3Fx/payload`, token: 'Bearer good' },
    ]);
  });

  it('of runs, approvals and events has its own address', async () => {
    answer = (_, response) => json(response, 200, { detail: {} });
    const run = asRunId('r');
    await Promise.all([
      client().loadRunDetail(run),
      client().loadApprovalDetail(run, 'call/1'),
      client().loadEventDetail('e 1'),
    ]);
    expect(seen.map(({ path }) => path).sort()).toEqual([
      '/v1/events/e%201/payload',
      '/v1/runs/r/approvals/call%2F1/payload',
      '/v1/runs/r/payload',
    ]);
  });

  it('asks for a fresh token once when one is refused', async () => {
    tokens = ['old', 'new'];
    answer = (request, response) =>
      request.headers.authorization === 'Bearer new'
        ? json(response, 200, { detail: {} })
        : json(response, 401, { error: { code: 'auth.bad-token', message: '' } });
    await expect(client().loadDetail(key)).resolves.toEqual({});
    expect(seen.map(({ token }) => token)).toEqual(['Bearer old', 'Bearer new']);
  });

  it.each([
    [401, 'detail.forbidden', 2],
    [403, 'detail.forbidden', 1],
    [404, 'detail.not-found', 1],
    [429, 'detail.unreachable', 1],
    [500, 'detail.unreachable', 1],
  ])('status %i is %s', async (status, code, requests) => {
    answer = (_, response) => json(response, status, { error: { code: 'x', message: 'secret' } });
    const failed = client().loadDetail(key);
    await expect(failed).rejects.toMatchObject({ code });
    await expect(failed).rejects.not.toThrow(/secret/);
    expect(seen).toHaveLength(requests);
  });

  it.each([{}, { detail: null }, { detail: 'text' }, null, 7])(
    'an answer without content is none: %j',
    async (body) => {
      answer = (_, response) => json(response, 200, body);
      await expect(client().loadDetail(key)).rejects.toMatchObject({ code: 'detail.not-found' });
    },
  );

  it('that is cut off, late or no JSON is unreachable', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"detail":');
      response.destroy();
    };
    await expect(client().loadDetail(key)).rejects.toMatchObject({ code: 'detail.unreachable' });
    answer = (_, response) => {
      response.writeHead(200);
      response.write('{"detail":'); // and never more
    };
    await expect(client({ timeoutMs: 50 }).loadDetail(key)).rejects.toMatchObject({ code: 'detail.unreachable' });
    answer = (_, response) => response.end('<html>');
    await expect(client().loadDetail(key)).rejects.toMatchObject({ code: 'detail.unreachable' });
  });

  it('from nobody is unreachable', async () => {
    const gone = createRelayClient({ url: 'http://127.0.0.1:9', getToken: () => 'x' });
    await expect(gone.loadDetail(key)).rejects.toMatchObject({ code: 'detail.unreachable' });
  });
});

describe('workflow', () => {
  const workflow = { version: 1, title: 't', nodes: [], edges: [] };
  it.each([
    [{ workflow }, workflow],
    [{ workflow: null }, undefined],
    [{ workflow: { nodes: 7 } }, undefined],
  ])('%j', async (body, expected) => {
    answer = (_, response) => json(response, 200, body);
    await expect(client().loadWorkflow()).resolves.toEqual(expected);
  });

  it('is none where the relay knows no such route', async () => {
    answer = (_, response) => json(response, 404, {});
    await expect(client().loadWorkflow()).resolves.toBeUndefined();
  });
});
