import type { Relay } from 'spanlight/relay';
import { beforeEach, describe, expect, it } from 'vitest';
import { SCOPE_HEADER } from '../../../src/model/wire.ts';
import { codeOf, get, read, send, spanEvent, tokenOf } from '../support.ts';

const runOf = (n: number) => `trace_${String(n).padStart(32, 'a')}`;
const messages = ['100% done', 'a_b', 'acb', 'back\\slash', 'plain'];

async function fill(relay: Relay): Promise<void> {
  const events = messages.flatMap((message, n) => [
    spanEvent({ run: runOf(n) }),
    { ...spanEvent({ run: runOf(n), detail: { message } }), type: 'log', a: { level: 'info', sourceName: `s${n}` } },
  ]);
  await send(relay, events);
}

/** What was written to break a database: every kind of log answers them alike. */
export function describeHostileQueries(kind: string, start: () => Promise<Relay>): void {
  describe(`questions to the ${kind} log`, () => {
    let relay: Relay;
    beforeEach(async () => {
      relay = await start();
      await fill(relay);
    });
    const statusOf = async (path: string) => (await get(relay, path, 'developer')).status;

    it('call U+0000 a bad parameter, wherever it stands', async () => {
      for (const path of [
        ...['text', 'agent', 'tool', 'model', 'user', 'session', 'group'].map((name) => `/v1/runs?${name}=a%00b`),
        ...['text', 'source', 'run', 'span', 'id'].map((name) => `/v1/logs?${name}=%00`),
        '/v1/approvals?run=%00',
        '/v1/approvals?tool=%00',
        '/v1/scores?name=%00',
        '/v1/alerts?rule=%00',
        '/v1/errors?run=%00',
        '/v1/metrics?from=0&to=1000&bucketMs=1000&agent=%00',
        '/v1/export?run=%00',
        '/v1/export?text=%00',
      ]) {
        const response = await get(relay, path, 'developer');
        expect([path, response.status, await codeOf(response)]).toEqual([path, 400, 'query.bad-parameter']);
      }
    });

    it('find nothing under an id with U+0000, in no path', async () => {
      for (const path of [
        '/v1/runs/%00',
        '/v1/runs/%00/payload',
        `/v1/runs/${runOf(1)}%00/payload`,
        '/v1/runs/x/spans/%00/payload',
        '/v1/runs/x/approvals/%00/payload',
        '/v1/events/%00/payload',
      ]) {
        expect([path, await statusOf(path)]).toEqual([path, 404]);
      }
    });

    it('take no scope with U+0000, and open no topic with it', async () => {
      const headers = {
        authorization: `Bearer ${tokenOf(relay, 'developer')}`,
        [SCOPE_HEADER]: encodeURIComponent(JSON.stringify({ user: 'a\0' })),
      };
      expect((await fetch(`${relay.url}/v1/runs`, { headers })).status).toBe(400);
      const reader = await read(relay, { role: 'developer', subs: [{ sub: 'run:\0' }, { sub: `run:${runOf(0)}` }] });
      expect((await reader.next('err')).code).toBe('stream.unknown-topic');
      await reader.next('snap');
    });

    it('refuse a cursor that says what no page ends with, and read on after any other', async () => {
      const paths = [
        '/v1/runs?limit=2',
        '/v1/runs?limit=2&order=oldest',
        '/v1/runs?limit=2&order=longest',
        '/v1/runs?limit=2&order=dearest',
        '/v1/logs?limit=2',
      ];
      const positions = [[1.5, 1.5], [0, 1e19], [-1e18, -1e300], [1], [1, 2, 3], [], ['0', '1'], [null, 1]];
      for (const path of paths) {
        const { next } = (await (await get(relay, path, 'developer')).json()) as { next: string };
        const [question] = JSON.parse(Buffer.from(next, 'base64url').toString()) as [string];
        const cursorOf = (position: readonly unknown[]) =>
          Buffer.from(JSON.stringify([question, ...position])).toString('base64url');
        const own = path.endsWith('dearest') ? [[1.5, 1]] : []; // costs are whole
        for (const position of [...positions, ...own]) {
          expect([path, position, await statusOf(`${path}&cursor=${cursorOf(position)}`)]).toEqual([
            path,
            position,
            400,
          ]);
        }
        for (const position of [
          [Number.MAX_SAFE_INTEGER, 1],
          [-1, -1],
        ])
          expect(await statusOf(`${path}&cursor=${cursorOf(position)}`)).toBe(200);
      }
    });

    it('take the signs of LIKE for themselves', async () => {
      const found = async (text: string) => {
        const response = await get(relay, `/v1/logs?text=${encodeURIComponent(text)}`, 'developer');
        return ((await response.json()) as { lines: { message: string }[] }).lines.map(({ message }) => message);
      };
      expect(await found('%')).toEqual(['100% done']);
      expect(await found('a_b')).toEqual(['a_b']);
      expect(await found('\\')).toEqual(['back\\slash']);
      expect(await found("' OR 1=1 --")).toEqual([]);
    });

    it('take times and sums with a fraction, and refuse what is too many or too large', async () => {
      for (const path of ['/v1/runs?from=0.5&to=99.123', '/v1/logs?from=0.5', '/v1/errors?from=0.5&bucketMs=1000'])
        expect([path, await statusOf(path)]).toEqual([path, 200]);
      expect(await statusOf(`/v1/runs?minDurationMs=0.25&minCostNanoUsd=${Number.MAX_SAFE_INTEGER}`)).toBe(200);
      for (const limit of ['0', '-1', '201', '1e9', '999999999999999999999', 'NaN', '5;drop table run', ''])
        expect([limit, await statusOf(`/v1/runs?limit=${encodeURIComponent(limit)}`)]).toEqual([limit, 400]);
      const many = Array.from({ length: 21 }, (_, n) => `agent=a${n}`).join('&');
      expect(await statusOf(`/v1/runs?${many}`)).toBe(400);
      const ten = Array.from({ length: 10_000 }, (_, n) => `agent=a${n}`).join('&');
      expect(await statusOf(`/v1/runs?${ten}`)).toBe(431);
    });
  });
}
