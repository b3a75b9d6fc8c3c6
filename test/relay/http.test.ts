import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RelayLogLine } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { capabilitiesByRole, type Role, roles } from '../../src/model/capabilities.ts';
import { codeOf, get, onEnd, post, read, send, spanEvent, startRelay, tokenOf } from './support.ts';

const run = `trace_${'a1'.repeat(16)}`;
const span = `span_${'a2'.repeat(12)}`;
const pathOf = (pattern: string) =>
  pattern
    .replace(':runId', run)
    .replace(':spanId', span)
    .replace(':callId', 'call_1')
    .replace(':eventId', 'event-1')
    .replace('*', '');

describe('each route for each role', () => {
  it('needs what is written here, so that a change of it is meant', async () => {
    const relay = await startRelay();
    expect(relay.routes.map(({ method, path, needs }) => `${method} ${path} ${needs ?? '-'}`)).toEqual([
      'GET /health -',
      'GET /health/live -',
      'GET /health/ready -',
      'GET /metrics -',
      'POST /v1/events ingest',
      'POST /v1/traces/ingest ingest',
      'POST /v1/messages ingest',
      'POST /v1/traces ingest',
      'POST /v1/logs ingest',
      'POST /v1/live ingest',
      'GET /v1/stream -',
      'POST /v1/stream read.shape',
      'POST /v1/stream/ticket read.shape',
      'GET /v1/workflow read.shape',
      'GET /v1/runs read.shape',
      'GET /v1/runs/:runId read.shape',
      'GET /v1/logs read.shape',
      'GET /v1/approvals read.shape',
      'GET /v1/scores read.shape',
      'GET /v1/alerts read.shape',
      'GET /v1/errors read.shape',
      'GET /v1/metrics read.shape',
      'GET /v1/export read.shape',
      'GET /v1/runs/:runId/payload read.payload',
      'GET /v1/runs/:runId/spans/:spanId/payload read.payload',
      'GET /v1/runs/:runId/approvals/:callId/payload read.payload',
      'GET /v1/events/:eventId/payload read.payload',
      'GET /* -',
    ]);
  });

  it('lets in whom its capability names, and nobody else', async () => {
    const relay = await startRelay();
    let cells = 0;
    for (const { method, path, needs } of relay.routes) {
      if (needs === undefined) continue;
      const ask = (authorization: string | undefined) =>
        fetch(relay.url + pathOf(path), {
          method,
          headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
          ...(method === 'POST' && {
            body: '{"events":[],"data":[],"texts":[],"messages":[],"resourceSpans":[],"resourceLogs":[]}',
          }),
        });
      for (const role of roles) {
        const response = await ask(`Bearer ${tokenOf(relay, role)}`);
        const mayPass = (capabilitiesByRole[role] as readonly string[]).includes(needs);
        const code = response.status === 200 ? undefined : await codeOf(response);
        const allowed = mayPass
          ? [undefined, 'detail.not-found', 'stream.bad-hello', 'history.not-found', 'query.missing-parameter']
          : ['auth.forbidden'];
        expect(allowed.map((one) => [role, path, one])).toContainEqual([role, path, code]);
        cells += 1;
      }
      for (const wrong of [undefined, '', 'Bearer', 'Bearer ', `Bearer ${'x'.repeat(40)}`, 'Basic dXNlcjpwdw==']) {
        const response = await ask(wrong);
        expect([wrong, path, response.status]).toEqual([wrong, path, 401]);
        expect(response.headers.get('www-authenticate')).toContain('Bearer');
        cells += 1;
      }
    }
    expect(cells).toBeGreaterThanOrEqual(84);
  });

  it('slows down who guesses tokens', async () => {
    const relay = await startRelay();
    const statuses: number[] = [];
    for (let index = 0; index < 70; index += 1) {
      const headers = { authorization: `Bearer guess-${index}-${'x'.repeat(40)}` };
      statuses.push((await fetch(`${relay.url}/v1/workflow`, { headers })).status);
    }
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    expect((await get(relay, '/v1/workflow', 'viewer')).status).toBe(200);
  });

  it('limits reads by token', async () => {
    const relay = await startRelay({ readsPerMinute: 5 });
    for (let index = 0; index < 5; index += 1) expect((await get(relay, '/v1/workflow', 'viewer')).status).toBe(200);
    const over = await get(relay, '/v1/workflow', 'viewer');
    expect([over.status, await codeOf(over)]).toEqual([429, 'limit.rate']);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await get(relay, '/v1/workflow', 'operator')).status).toBe(200);
  });
});

describe('content', () => {
  it('is merged part by part over the events of a span, whatever their order', async () => {
    const relay = await startRelay();
    const base = { run, span };
    await send(relay, [
      spanEvent({
        ...base,
        type: 'span.end',
        ts: 20,
        a: { kind: 'tool', name: 't' },
        detail: { output: { ok: true } },
      }),
      spanEvent({
        ...base,
        type: 'span.start',
        ts: 10,
        a: { kind: 'tool', name: 't' },
        detail: { input: 'first', output: 'early' },
      }),
    ]);
    const response = await get(relay, `/v1/runs/${run}/spans/${span}/payload`, 'developer');
    expect(await response.json()).toEqual({ detail: { input: 'first', output: { ok: true } } });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('is reached for runs, approvals and lone events too', async () => {
    const relay = await startRelay();
    await send(relay, [
      { id: 'r', type: 'run.start', ts: 1, run, a: { name: 'w' }, detail: { metadata: { customer: 'x' } } },
      {
        id: 'a',
        type: 'approval.requested',
        ts: 2,
        run,
        ref: 'call_1',
        a: { toolName: 'refund' },
        detail: { arguments: { cents: 5 } },
      },
      { id: 'l', type: 'log', ts: 3, run, a: { level: 'info' }, detail: { message: 'hello' } },
    ]);
    const load = async (path: string) => (await get(relay, path, 'developer')).json();
    expect(await load(`/v1/runs/${run}/payload`)).toEqual({ detail: { metadata: { customer: 'x' } } });
    expect(await load(`/v1/runs/${run}/approvals/call_1/payload`)).toEqual({ detail: { arguments: { cents: 5 } } });
    expect(await load('/v1/events/l/payload')).toEqual({ detail: { message: 'hello' } });
  });

  it('that is not held is a coded 404', async () => {
    const relay = await startRelay({ detailBytes: 2000 });
    const keep = (n: number) => spanEvent({ run, span: `span_${n}`, detail: { output: 'y'.repeat(400) } });
    await send(relay, [keep(1), keep(2), keep(3), keep(4), keep(5)]);
    const old = await get(relay, `/v1/runs/${run}/spans/span_1/payload`, 'developer');
    expect([old.status, await codeOf(old)]).toEqual([404, 'detail.not-found']);
    expect((await get(relay, `/v1/runs/${run}/spans/span_5/payload`, 'developer')).status).toBe(200);
  });

  it('stands in a stream as its kind and size only, for every role', async () => {
    const relay = await startRelay();
    const reader = await read(relay, { role: 'admin' });
    await reader.next('snap');
    await send(relay, [spanEvent({ detail: { input: [{ role: 'user', content: 'héllo' }], output: 'text' } })]);
    const batch = await reader.next('batch');
    const text = JSON.stringify([{ role: 'user', content: 'héllo' }]);
    expect(batch.ev[0]).not.toHaveProperty('detail');
    expect(batch.ev[0]?.refs).toEqual({
      input: { kind: 'messages', sizeBytes: Buffer.byteLength(text), count: 1 },
      output: { kind: 'text', sizeBytes: 6 },
    });
  });
});

describe('ingest', () => {
  it('numbers events without a hole and knows repeats', async () => {
    const relay = await startRelay();
    const [first, second] = [spanEvent(), spanEvent()];
    expect(await send(relay, [first, second])).toEqual({
      durable: 'memory',
      events: [
        { id: first?.['id'], st: 'ok', seq: 1 },
        { id: second?.['id'], st: 'ok', seq: 2 },
      ],
    });
    const third = spanEvent();
    const again = await send(relay, [second, third, third]);
    expect(again.events.map(({ st, seq }) => [st, seq])).toEqual([
      ['dup', 2],
      ['ok', 3],
      ['dup', 3],
    ]);
  });

  it('sets seq and the time of receipt itself', async () => {
    const relay = await startRelay({ now: () => 1_800_000_000_000 });
    const reader = await read(relay);
    await reader.next('snap');
    await send(relay, [spanEvent({ seq: 99, rts: 5 })]);
    expect((await reader.next('batch')).ev[0]).toMatchObject({ seq: 1, rts: 1_800_000_000_000 });
  });

  it('records holes in a producer’s numbers, and none that are filled in time', async () => {
    const relay = await startRelay({ timings: { holeMs: 60 } });
    const reader = await read(relay);
    await reader.next('snap');
    const numbered = (n: number, id = 'prod-a0000001') => spanEvent({ prod: { id, n } });
    await send(relay, [numbered(1), numbered(5), numbered(3)]);
    await send(relay, [numbered(1, 'prod-a0000002'), numbered(3, 'prod-a0000002'), numbered(2, 'prod-a0000002')]);
    await reader.waitFor(() => reader.events().filter((event) => event.type === 'producer.gap').length === 2);
    const gaps = reader.events().filter((event) => event.type === 'producer.gap');
    expect(gaps.map(({ prod, a }) => [prod?.id, a.holeEvents, a.missingEvents])).toEqual([
      ['prod-a0000001', 1, 1],
      ['prod-a0000001', 1, 2],
    ]);
  });

  it('counts a refused event as heard: it is not missing', async () => {
    const relay = await startRelay({ timings: { holeMs: 30 } });
    const reader = await read(relay);
    const prod = (n: number) => ({ prod: { id: 'prod-a0000003', n } });
    await send(relay, [spanEvent(prod(1)), spanEvent({ ...prod(2), ts: 'never' }), spanEvent(prod(3))]);
    await send(relay, [
      spanEvent({ prod: { id: 'prod-a0000004', n: 1 } }),
      spanEvent({ prod: { id: 'prod-a0000004', n: 3 } }),
    ]);
    await reader.waitFor(() => reader.events().some((event) => event.type === 'producer.gap'));
    const gaps = reader.events().filter((event) => event.type === 'producer.gap');
    expect(gaps.map((event) => event.prod?.id)).toEqual(['prod-a0000004']);
  });

  it('takes gzip and refuses other encodings', async () => {
    const relay = await startRelay();
    const body = gzipSync(JSON.stringify({ events: [spanEvent()] }));
    expect((await post(relay, '/v1/events', body, { 'content-encoding': 'gzip' })).status).toBe(200);
    const brotli = await post(relay, '/v1/events', body, { 'content-encoding': 'br' });
    expect([brotli.status, await codeOf(brotli)]).toEqual([415, 'ingest.content-encoding']);
  });

  it('tells plugins of stored events without content', async () => {
    const heard: unknown[] = [];
    const relay = await startRelay({
      plugins: [
        {
          name: 'broken',
          onEvents: () => {
            throw new Error('boom');
          },
        },
        {
          name: 'ears',
          onEvents: ({ project, events }) => heard.push([project, events.map((event) => [event.seq, event.detail])]),
        },
      ],
    });
    await send(relay, [spanEvent({ detail: { input: 'secret' } })]);
    expect(heard).toEqual([['default', [[1, undefined]]]]);
  });

  it('prices finished calls once, and leaves what the source itself said', async () => {
    const relay = await startRelay({ pricing: undefined, labelKey: 'k'.repeat(32) });
    const reader = await read(relay);
    await reader.next('snap');
    const call = (fields: object, type = 'span.end', at = span) => ({
      ...spanEvent({ run, span: at, type }),
      a: { kind: 'llm', name: 'call', model: 'gpt-4o', provider: 'openai', startedAtMs: 1_760_000_000_000, ...fields },
    });
    const usage = { scope: 'leaf', inputTokens: 1000, outputTokens: 100, totalTokens: 1100 };
    await send(relay, [call({ status: 'running' }, 'span.start')]);
    await send(relay, [call({ status: 'ok', endedAtMs: 1_760_000_001_000, usage })]);
    await send(relay, [call({ status: 'ok', endedAtMs: 1_760_000_001_000, usage })]);
    const other = `span_${'a3'.repeat(12)}`;
    await send(relay, [
      call({ status: 'ok', endedAtMs: 1_760_000_001_000, usage, reportedCostNanoUsd: 5 }, 'span.end', other),
    ]);
    await send(relay, [
      call(
        { endedAtMs: 1_760_000_001_000, usage: { ...usage, scope: 'aggregate' } },
        'span.end',
        `span_${'a4'.repeat(12)}`,
      ),
    ]);
    await reader.waitFor(() => reader.events().length === 6);
    const prices = reader.events().filter((event) => event.type === 'span.price');
    expect(prices).toHaveLength(1);
    expect(prices[0]).toMatchObject({ span, a: { costNanoUsd: 3_500_000, costSource: 'computed' } });
  });

  it('prices by the host’s own file before the maintained table', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const pricesPath = join(folder, 'prices.json');
    await writeFile(pricesPath, JSON.stringify({ models: { 'my-model': { input: 1, output: 2 } } }));
    const relay = await startRelay({ pricing: undefined, pricesPath });
    const reader = await read(relay);
    await reader.next('snap');
    const a = {
      kind: 'llm',
      name: 'c',
      model: 'my-model',
      endedAtMs: 5,
      usage: { scope: 'leaf', inputTokens: 10, outputTokens: 10 },
    };
    await send(relay, [spanEvent({ type: 'span.end', a })]);
    await reader.waitFor(() => reader.events().some((event) => event.type === 'span.price'));
    expect(reader.events().at(-1)).toMatchObject({ a: { costNanoUsd: 30_000, costSource: 'override' } });
    await writeFile(pricesPath, JSON.stringify({ models: { bad: { input: -1, output: 2 } } }));
    await expect(startRelay({ pricing: undefined, pricesPath })).rejects.toMatchObject({
      code: 'settings.bad-prices-file',
    });
  });
});

describe('the answers', () => {
  it('carry strict headers, also errors and the dashboard', async () => {
    const dashboardDir = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(dashboardDir, { recursive: true }));
    await writeFile(join(dashboardDir, 'index.html'), '<!doctype html><title>x</title>');
    await writeFile(join(dashboardDir, 'secret.env'), 'nope');
    const relay = await startRelay({ dashboardDir });
    for (const path of [
      '/',
      '/health',
      '/v1/workflow',
      '/nothing',
      '/secret.env',
      '/..%2f..%2fetc%2fpasswd',
      '/%2e%2e/x.js',
      '/v1/events',
    ]) {
      const response = await fetch(relay.url + path);
      const header = (name: string) => response.headers.get(name) ?? '';
      expect(header('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' /,
      );
      expect([path, header('x-content-type-options')]).toEqual([path, 'nosniff']);
      expect([path, header('cache-control')]).toEqual([path, path === '/' ? 'no-cache' : 'no-store']);
    }
    // what its page asks a demo for: here the answer is no, without an error in the console
    expect((await fetch(`${relay.url}/demo/session?role=viewer`)).status).toBe(204);
    const page = await fetch(relay.url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await fetch(`${relay.url}/secret.env`)).status).toBe(404);
    expect((await fetch(`${relay.url}/..%2f..%2fetc%2fpasswd`)).status).toBe(404);
    const wrongMethod = await fetch(`${relay.url}/v1/events`);
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${relay.url}/v1/stream`)).status).toBe(426);
  });

  it('let pages of listed origins read them, and of no other', async () => {
    const relay = await startRelay({ allowedOrigins: ['http://localhost:5173'] });
    const ask = (origin: string, method = 'GET') => fetch(`${relay.url}/health`, { method, headers: { origin } });
    const listed = await ask('http://localhost:5173');
    expect(listed.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    const preflight = await ask('http://localhost:5173', 'OPTIONS');
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'authorization, content-type, idempotency-key, last-event-id, spanlight-scope',
    ]);
    const foreign = await ask('https://evil.example');
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    expect((await ask('null')).status).toBe(403);
    expect(listed.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('refuse names of foreign hosts', async () => {
    const relay = await startRelay();
    const status = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const sent = request(
          { host: '127.0.0.1', port: relay.port, path: '/health', headers: { host } },
          (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        );
        sent.on('error', reject);
        sent.end();
      });
    expect(await status(`localhost:${relay.port}`)).toBe(200);
    expect(await status(`evil.example:${relay.port}`)).toBe(421);
    expect(await status(`127.0.0.1.evil.example:${relay.port}`)).toBe(421);
  });

  it('stay out of the log with their content', async () => {
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({ log: (line) => lines.push(line) });
    await send(relay, [spanEvent({ id: 'canary-id', detail: { input: 'canary-input' } }), { id: 'canary-bad' }]);
    await get(relay, '/v1/runs/canary-run/payload?canary=query', 'developer');
    await post(relay, '/v1/events', '{"canary"');
    expect(lines.map((line) => line.event)).toContain('http.answered');
    expect(JSON.stringify(lines)).not.toContain('canary');
  });
});

describe('a role', () => {
  it.each(roles.map((role) => [role]))('%s has a token of its own on loopback', async (role: Role) => {
    const relay = await startRelay();
    expect(tokenOf(relay, role).length).toBeGreaterThanOrEqual(32);
    expect(relay.generatedRoles).toContain(role);
  });
});
