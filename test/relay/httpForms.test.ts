import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay, RelayLogLine } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/model/capabilities.ts';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { onEnd, post, send, spanEvent, startRelay, tokenOf } from './support.ts';

/** What the relay says to bytes as they are. */
const say = ({ port }: Relay, text: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
const statusOf = (heard: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1] ?? 0);
const bodyOf = (heard: string) => heard.slice(heard.indexOf('\r\n\r\n') + 4);
/** One request, after which the relay closes. */
const head = (relay: Relay, more: readonly string[] = []) =>
  [`Host: 127.0.0.1:${relay.port}`, 'Connection: close', ...more].join('\r\n');
const bearer = (relay: Relay, role: Parameters<typeof tokenOf>[1]) => `Authorization: Bearer ${tokenOf(relay, role)}`;
const pathOf = (pattern: string) => pattern.replace('/*', '/').replaceAll(/:[A-Za-z]+/g, 'x');

describe('a request', () => {
  it('whose end two readers could see in two places is refused, and what hides behind it is not run', async () => {
    const relay = await startRelay();
    const event = JSON.stringify({ events: [spanEvent()] });
    const hidden = `POST /v1/events HTTP/1.1\r\n${head(relay, [bearer(relay, 'ingest'), 'Content-Type: application/json', `Content-Length: ${event.length}`])}\r\n\r\n${event}`;
    const forms = [
      ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked', 'Content-Length: 0'],
      ['Content-Length: 0', 'Content-Length: 5'],
      ['Content-Length: +5'],
      ['Content-Length: 5, 5'],
      ['Content-Length: 0x5'],
      ['Content-Length : 5'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding : chunked'],
      ['Transfer-Encoding: chunked, identity'],
      ['Transfer-Encoding:\u000bchunked'],
    ];
    for (const form of forms) {
      const request = `POST /v1/stream HTTP/1.1\r\nHost: 127.0.0.1:${relay.port}\r\n${form.join('\r\n')}\r\n\r\n0\r\n\r\n`;
      const heard = await say(relay, request + hidden);
      expect([form, heard.includes('"durable"'), heard.includes('HTTP/1.1 200')]).toEqual([form, false, false]);
      expect([form, statusOf(heard)]).toEqual([form, 400]);
    }
    expect(bodyOf(await say(relay, hidden))).toContain('"seq":1'); // it was the first
  });

  it('is looked at under the path it comes to, however that is spelt', async () => {
    const relay = await startRelay();
    await send(relay, [spanEvent()]);
    const spelt = ['/v1/%72uns', '/%76%31/runs', '/v1/./runs', '/v1/x/../runs', 'http://evil.example/v1/runs'];
    const unknown = ['//v1/runs', '/v1/runs/', '/V1/runs', '/v1/runs;x', '/v1/runs%00', '/v1%2Fruns', '/v1/runs%2f'];
    const ask = async (path: string, more: readonly string[]) =>
      statusOf(await say(relay, `GET ${path} HTTP/1.1\r\n${head(relay, more)}\r\n\r\n`));
    for (const path of spelt) {
      expect([path, await ask(path, [])]).toEqual([path, 401]);
      expect([path, await ask(path, [bearer(relay, 'ingest')])]).toEqual([path, 403]);
      expect([path, await ask(path, [bearer(relay, 'viewer')])]).toEqual([path, 200]);
    }
    for (const path of unknown) expect([path, await ask(path, [bearer(relay, 'admin')])]).toEqual([path, 404]);
  });

  it('is taken by its own method, whatever its headers or query call it, and Allow names all that are', async () => {
    const relay = await startRelay();
    const routes = relay.routes.filter(({ path }) => path.startsWith('/v1/'));
    for (const { path } of routes) {
      const allowed = routes.filter((route) => route.path === path).map(({ method }) => method);
      for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
        const heard = await say(
          relay,
          `${method} ${pathOf(path)} HTTP/1.1\r\n${head(relay, [bearer(relay, 'admin')])}\r\n\r\n`,
        );
        const isKnown = statusOf(heard) === 405;
        const told = isKnown ? /^allow: (.+)$/im.exec(heard)?.[1] : statusOf(heard);
        expect([method, path, told]).toEqual([method, path, isKnown ? allowed.join(', ') : 404]);
      }
    }
    const overrides = ['X-HTTP-Method-Override: POST', 'X-HTTP-Method: POST', 'X-Method-Override: POST'];
    const asked = `GET /v1/events?_method=POST HTTP/1.1\r\n${head(relay, [...overrides, bearer(relay, 'ingest')])}\r\n\r\n`;
    expect(statusOf(await say(relay, asked))).toBe(405);
  });

  it('for the head alone needs the same token, and gets no byte of a body', async () => {
    const relay = await startRelay();
    await send(relay, [spanEvent()]);
    for (const { method, path, needs } of relay.routes) {
      if (method !== 'GET' || needs === undefined) continue;
      const ask = async (...more: string[]) =>
        say(relay, `HEAD ${pathOf(path)} HTTP/1.1\r\n${head(relay, more)}\r\n\r\n`);
      expect([path, statusOf(await ask())]).toEqual([path, 401]);
      expect([path, statusOf(await ask(bearer(relay, 'ingest')))]).toEqual([path, 403]);
      const heard = await ask(bearer(relay, 'admin'));
      expect([path, bodyOf(heard)]).toEqual([path, '']);
    }
  });

  it('of a foreign page is answered on no route, with no word that lets the page read it', async () => {
    const relay = await startRelay({ allowedOrigins: ['https://app.example'] });
    const foreign = [
      'null',
      'https://evil.example',
      'https://app.example.evil.example',
      'http://app.example',
      'file://',
      '',
    ];
    for (const path of new Set(relay.routes.map((route) => pathOf(route.path)))) {
      for (const origin of foreign) {
        for (const method of ['OPTIONS', 'GET', 'POST']) {
          const more = [
            `Origin: ${origin}`,
            'Access-Control-Request-Method: POST',
            bearer(relay, 'admin'),
            'Content-Length: 0',
          ];
          const heard = await say(relay, `${method} ${path} HTTP/1.1\r\n${head(relay, more)}\r\n\r\n`);
          expect([method, path, origin, statusOf(heard)]).toEqual([method, path, origin, 403]);
          expect(heard).not.toMatch(/access-control-/i);
        }
      }
      const listed = await say(
        relay,
        `OPTIONS ${path} HTTP/1.1\r\n${head(relay, ['Origin: https://app.example'])}\r\n\r\n`,
      );
      expect([path, statusOf(listed)]).toEqual([path, 204]);
      expect(listed).not.toMatch(/access-control-allow-credentials|access-control-allow-origin: \*/i);
    }
  });

  it('that asks before it sends, or sends drop by drop, is held no longer than its time', async () => {
    const relay = await startRelay();
    const body = JSON.stringify({ events: [spanEvent()] });
    const expecting = (what: string, more: readonly string[] = []) =>
      `POST /v1/events HTTP/1.1\r\n${head(relay, [...more, 'Content-Type: application/json', `Content-Length: ${body.length}`, `Expect: ${what}`])}\r\n\r\n${body}`;
    const asked = await say(relay, expecting('100-continue', [bearer(relay, 'ingest')]));
    expect(asked).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(await say(relay, expecting('200-ok'))).toMatch(/^HTTP\/1\.1 417 /);
    // without a token nobody waits for a body
    const slow = `POST /v1/events HTTP/1.1\r\n${head(relay, ['Content-Type: application/json', 'Content-Length: 1000000'])}\r\n\r\n{`;
    expect(statusOf(await say(relay, slow))).toBe(401);
  });
});

describe('a ticket', () => {
  /** What comes first of the stream that it opens. */
  const open = (relay: Relay, ticket: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(relay.port, '127.0.0.1', () =>
        socket.write(`GET /v1/stream?ticket=${ticket} HTTP/1.1\r\n${head(relay)}\r\n\r\n`),
      );
      let heard = '';
      socket.on('data', (data) => {
        heard += data.toString('latin1');
        if (heard.includes('HTTP/1.1 200') && !heard.includes('"welcome"')) return;
        resolve(heard);
        socket.destroy();
      });
    });

  it('is not used up by who only looks at its address, and stands in no line and no figure', async () => {
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({ log: (line) => lines.push(line) });
    const answer = await post(relay, '/v1/stream/ticket', JSON.stringify({ t: 'hello', v: [1, 1], subs: [] }), {
      authorization: `Bearer ${tokenOf(relay, 'viewer')}`,
    });
    const { ticket } = (await answer.json()) as { ticket: string };
    const looked = await say(relay, `HEAD /v1/stream?ticket=${ticket} HTTP/1.1\r\n${head(relay)}\r\n\r\n`);
    expect([statusOf(looked), bodyOf(looked)]).toEqual([426, '']);
    // of two at once one gets in
    const both = await Promise.all([open(relay, ticket), open(relay, ticket)]);
    expect(both.map(statusOf).sort((left, right) => left - right)).toEqual([200, 401]);
    expect(both.join()).not.toContain(ticket);
    const figures = await (await fetch(`${relay.url}/metrics`)).text();
    expect(JSON.stringify(lines) + figures).not.toContain(ticket);
  });

  it('opens what its token may when it is used, and nothing where that is nothing any more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const tokensFile = join(folder, 'tokens.json');
    const tokenOfName = (name: string) => name.padEnd(40, '-');
    const write = (people: Readonly<Record<string, { roles: Role[]; project?: string }>>) =>
      writeFile(
        tokensFile,
        JSON.stringify(
          Object.entries(people).map(([name, entry]) => ({
            name,
            sha256: sha256Hex(tokenOfName(name)),
            project: 'shop',
            ...entry,
          })),
        ),
      );
    await write({ ann: { roles: ['viewer'] }, ben: { roles: ['viewer'] }, cho: { roles: ['developer'] } });
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({
      tokensFile,
      roleTokens: { ingest: 'i'.repeat(40) },
      log: (line) => lines.push(line),
    });
    const ticketOf = async (name: string) => {
      const response = await post(relay, '/v1/stream/ticket', JSON.stringify({ t: 'hello', v: [1, 1], subs: [] }), {
        authorization: `Bearer ${tokenOfName(name)}`,
      });
      return ((await response.json()) as { ticket: string }).ticket;
    };
    const tickets = [await ticketOf('ann'), await ticketOf('ben'), await ticketOf('cho')];
    await write({ ann: { roles: ['ingest'] }, cho: { roles: ['viewer'], project: 'bank' } });
    await expect.poll(() => lines.some(({ event }) => event === 'auth.tokens-read'), { timeout: 5000 }).toBe(true);
    const answers = await Promise.all(tickets.map((ticket) => open(relay, ticket)));
    expect(answers.map(statusOf)).toEqual([401, 401, 200]);
    expect(answers[2]).toMatch(/"project":"bank","roles":\["viewer"\]/);
  }, 15_000);
});
