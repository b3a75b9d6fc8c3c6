import { request } from 'node:http';
import { connect } from 'node:net';
import type { RelayLogLine } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { createMemoryFanOut } from '../../src/relay/fan-out/memoryFanOut.ts';
import { createSharedLog } from './fan-out/support.ts';
import { post, read, send, spanEvent, startRelay, tokenOf } from './support.ts';

const figures = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${url}/metrics`, { headers });
  return { status: answer.status, text: await answer.text() };
};
const statusWithHost = (url: string, host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    request(`${url}/metrics`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('GET /health', () => {
  it('says what the relay leans on, and nothing that is secret', async () => {
    const relay = await startRelay();
    const answer = await fetch(`${relay.url}/health`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      status: 'ok',
      live: true,
      ready: true,
      durable: 'memory',
      dependencies: [{ name: 'log', state: 'up' }],
    });
    expect((await fetch(`${relay.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${relay.url}/health/ready`)).status).toBe(200);
  });

  it('is not ready while the log is gone, and alive all the same; readers are told, and told that it is back', async () => {
    const runLog = createSharedLog();
    let isDown = false;
    const failing = new Proxy(runLog, {
      get: (target, key) =>
        key === 'head' && isDown
          ? () => Promise.reject(new Error('postgres://user:hidden@db'))
          : Reflect.get(target, key),
    });
    const relay = await startRelay({ runLog: failing, timings: { pollMs: 20 } });
    const reader = await read(relay);
    await reader.next('welcome');
    isDown = true;
    await reader.waitFor(() => reader.frames.some((frame) => frame.t === 'hb' && frame.degraded?.causes[0] === 'log'));
    const answer = await fetch(`${relay.url}/health/ready`);
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ status: 'unready', ready: false });
    expect(text).not.toContain('hidden');
    expect((await fetch(`${relay.url}/health/live`)).status).toBe(200);
    isDown = false;
    const { length } = reader.frames;
    await reader.waitFor(() => reader.frames.slice(length).some((frame) => frame.t === 'hb' && !frame.degraded));
  });
});

describe('GET /metrics', () => {
  it('counts verdicts, readers by wire and the lag, in the text that Prometheus reads', async () => {
    const relay = await startRelay();
    const reader = await read(relay);
    await reader.next('welcome');
    const event = spanEvent({ a: { kind: 'tool', name: 'canary-name', status: 'running' } });
    await send(relay, [event, event, spanEvent({ id: 7 })]);
    await reader.next('batch');
    const { status, text } = await figures(relay.url);
    expect(status).toBe(200);
    for (const line of [
      'spanlight_ingest_events_total{verdict="ok"} 1',
      'spanlight_ingest_events_total{verdict="dup"} 1',
      'spanlight_ingest_events_total{verdict="bad"} 1',
      'spanlight_connections{wire="websocket"} 1',
      'spanlight_dependency_up{name="log"} 1',
      'spanlight_delivery_lag_seconds_count 1',
      'spanlight_ring_events 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^# (HELP|TYPE) [a-z_]+ .+$|^[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [\d.e+-]+$/);
    }
    expect(text).not.toMatch(/canary-name|trace_|default/);
  });

  it('answers this machine alone while it has no token of its own: not through a proxy, not under another name', async () => {
    const relay = await startRelay({ allowedHosts: ['relay.example.com'] });
    expect((await figures(relay.url)).status).toBe(200);
    expect((await figures(relay.url, { 'x-forwarded-for': '10.0.0.9' })).status).toBe(403);
    expect(await statusWithHost(relay.url, 'relay.example.com')).toBe(403);
    // nginx without a line of settings: its own Host, HTTP/1.0, and no word of who asked
    const { hostname, port, host } = new URL(relay.url);
    const socket = connect(Number(port), hostname);
    socket.end(`GET /metrics HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    let answer = '';
    for await (const part of socket) answer += String(part);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).not.toContain('spanlight_');
  });

  it('asks for its own token where one is set; no role opens it', async () => {
    const metricsToken = 'm'.repeat(32);
    const relay = await startRelay({ metricsToken });
    expect((await figures(relay.url)).status).toBe(403);
    expect((await figures(relay.url, { authorization: `Bearer ${tokenOf(relay, 'admin')}` })).status).toBe(403);
    expect((await figures(relay.url, { authorization: `Bearer ${metricsToken}` })).status).toBe(200);
  });
});

describe('figures, health and log, under attack', () => {
  it('have the same series and nothing of a request in them, whatever thousands of agents call themselves', async () => {
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({ log: (line) => void lines.push(line), timings: { holeMs: 20 } });
    const reader = await read(relay);
    await reader.next('welcome');
    const word = 'kanarievogel';
    const hostile = (index: number) => `${word}${index}"} 1\nspanlight_forged{x="\\\u009b\u2028`;
    const headers = (role: 'ingest' | 'viewer') => ({ authorization: `Bearer ${tokenOf(relay, role)}` });
    const attack = async (from: number, to: number) => {
      const events = Array.from({ length: to - from }, (_, at) => {
        const name = hostile(from + at);
        const a = {
          kind: 'tool',
          name,
          agentName: name,
          errorType: name,
          errorCode: name,
          model: name,
          status: 'error',
        };
        const id = name.replaceAll(/\p{Cc}/gu, ' '); // no control signs in ids: that is refused elsewhere
        const prod = { id, n: (from + at) * 3 };
        return spanEvent({ run: id, span: id, type: 'span.end', a, prod, detail: { output: name }, [name]: name });
      });
      for (let at = 0; at < events.length; at += 500) {
        const verdicts = (await send(relay, events.slice(at, at + 500))).events;
        expect(verdicts.filter(({ st }) => st !== 'ok')).toEqual([]);
      }
      const path = encodeURIComponent(hostile(from));
      for (const [method, target] of [
        ['GET', `/v1/runs/${path}/payload?${path}=${path}`],
        ['GET', `/${path}`],
        ['POST', `/metrics?${path}`],
        ['DELETE', `/v1/${path}`],
        ['PROPFIND', '/v1/runs'],
        ['GET', `/v1/runs?text=${path}&order=${path}&cursor=${path}`],
      ] as const) {
        const odd = { 'x-request-id': word, 'user-agent': word, referer: `http://${word}/`, cookie: word };
        await (await fetch(relay.url + target, { method, headers: { ...headers('viewer'), ...odd } })).text();
      }
      await post(relay, '/v1/events', `{"events":[{"id":"${word}","type":"${word}"}],"${word}":1}`);
      await post(relay, '/v1/events', `${word} {`, { 'content-type': word, 'content-encoding': word });
      const wrong = await read(relay, { token: word.repeat(5), subs: [{ sub: `run:${word}` }] });
      await wrong.closed;
    };
    const seriesOf = (text: string) =>
      text.split('\n').flatMap((line) => (line.startsWith('#') || line === '' ? [] : [line.replace(/ [^ ]+$/, '')]));
    await attack(0, 1);
    await figures(relay.url); // a series of its own
    const before = seriesOf((await figures(relay.url)).text);
    await attack(1, 3000);
    const { text } = await figures(relay.url);
    expect(seriesOf(text)).toEqual(before);
    const health = await (await fetch(`${relay.url}/health`)).text();
    for (const said of [text, health]) expect(said).not.toMatch(/kanarie|forged/);
    // the id that a proxy gives to a request is the one thing that is repeated, where it is a plain word
    expect(JSON.stringify(lines.map(({ request: _id, ...rest }) => rest))).not.toMatch(/kanarie|forged/);
    expect(lines.length).toBeGreaterThan(10);
  }, 60_000);
});

describe('a log line', () => {
  it('carries the id of its request, which the answer names, too', async () => {
    const lines: Record<string, unknown>[] = [];
    const relay = await startRelay({ log: (line) => void lines.push(line) });
    const given = await fetch(`${relay.url}/v1/workflow`, { headers: { 'x-request-id': 'proxy-7' } });
    const odd = await fetch(`${relay.url}/v1/workflow`, { headers: { 'x-request-id': 'x y"z' } });
    const own = odd.headers.get('x-request-id');
    expect(given.headers.get('x-request-id')).toBe('proxy-7');
    expect(own).toMatch(/^[\w-]{12}$/);
    expect(lines.filter(({ event }) => event === 'http.answered').map(({ request: id }) => id)).toEqual([
      'proxy-7',
      own,
    ]);
  });
});

describe('a relay that stops', () => {
  it('sends its readers to the others one after the other, serves them until then, and takes nobody new', async () => {
    const runLog = createSharedLog();
    const fanOut = { ...createMemoryFanOut(), isShared: true };
    const relay = await startRelay({ runLog, fanOut });
    const readers = await Promise.all(Array.from({ length: 8 }, () => read(relay)));
    for (const reader of readers) await reader.next('welcome');
    const closedAtMs: number[] = [];
    for (const reader of readers) void reader.closed.then(() => closedAtMs.push(performance.now()));
    const stopped = relay.close();
    await readers[0]?.closed;
    await relay.ingest([spanEvent()]); // what is under way is still served
    await readers[7]?.waitFor(() => readers[7]?.events().length === 1);
    await expect(fetch(`${relay.url}/health`)).rejects.toThrow('fetch failed');
    await stopped;
    for (const reader of readers) {
      expect(await reader.closed).toBe(1012);
      expect(await reader.next('bye')).toMatchObject({ resume: true });
    }
    expect(Math.max(...closedAtMs) - Math.min(...closedAtMs)).toBeGreaterThan(400); // ten a second
  });
});
