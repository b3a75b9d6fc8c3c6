import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/model/capabilities.ts';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { onEnd, read, spanEvent, startRelay } from './support.ts';

const run = `trace_${'f'.repeat(32)}`;
const span = `span_${'e'.repeat(24)}`;

/** A relay with two projects, and the token of each role in each. */
async function startTwo() {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const tokensFile = join(folder, 'tokens.json');
  const tokenFor = (project: string, role: Role) => `${project}-${role}-`.padEnd(40, 'x');
  const entries = ['shop', 'bank'].flatMap((project) =>
    (['ingest', 'developer', 'viewer', 'admin', 'approver'] as const).map((role) => ({
      name: role,
      sha256: sha256Hex(tokenFor(project, role)),
      roles: [role],
      project,
    })),
  );
  await writeFile(tokensFile, JSON.stringify(entries));
  const relay = await startRelay({ tokensFile, now: () => 1_800_000_000_000 });
  return { relay, tokenFor };
}
const postAs = (relay: Relay, token: string | undefined, path: string, body: object) =>
  fetch(relay.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });

const forgedFields = {
  seq: 999,
  rts: 5,
  epoch: 'e'.repeat(32),
  project: 'bank',
  ack: true,
  st: 'ok',
  durable: 'disk',
  from: 0,
  to: 999,
  lens: 'x',
};
const textValue = (value: string) => ({ stringValue: value });
const otlpSpan = (attributes: Readonly<Record<string, string>>) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'project', value: textValue('bank') }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: 'ab'.repeat(16),
              spanId: 'cd'.repeat(8),
              name: 'chat',
              startTimeUnixNano: '1700000000000000000',
              endTimeUnixNano: '1700000001000000000',
              attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: textValue(value) })),
            },
          ],
        },
      ],
    },
  ],
});

describe('what only the relay says', () => {
  it('is said by no event that comes in, on any way: number, time of receipt, epoch and project are the relay’s', async () => {
    const { relay, tokenFor } = await startTwo();
    const own = await read(relay, { token: tokenFor('shop', 'admin') });
    const other = await read(relay, { token: tokenFor('bank', 'admin') });
    const { epoch } = await own.next('welcome');
    await other.next('snap');
    const ingest = tokenFor('shop', 'ingest');
    const answer = await postAs(relay, ingest, '/v1/events', {
      ...forgedFields,
      events: [spanEvent({ run, ...forgedFields, a: { kind: 'tool', name: 't', ...forgedFields } })],
    });
    expect(await answer.json()).toMatchObject({ durable: 'memory', events: [{ st: 'ok', seq: 1 }] });
    const otlp = otlpSpan({ 'spanlight.seq': '999', 'spanlight.project': 'bank', 'spanlight.epoch': 'x', seq: '999' });
    expect((await postAs(relay, ingest, '/v1/traces', otlp)).status).toBe(200);
    await own.waitFor(() => own.events().length >= 3);
    const events = own.events();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(new Set(events.map(({ rts }) => rts))).toEqual(new Set([1_800_000_000_000]));
    for (const event of events) {
      for (const name of Object.keys(forgedFields).filter((key) => key !== 'seq' && key !== 'rts'))
        expect([name, name in event, name in event.a]).toEqual([name, false, false]);
    }
    expect(own.frames.flatMap((frame) => ('epoch' in frame ? [frame.epoch === epoch] : []))).not.toContain(false);
    expect(other.events()).toEqual([]);
  });

  it('is written by no token that only reads, and by none at all', async () => {
    const { relay, tokenFor } = await startTwo();
    const bodies = {
      '/v1/events': { events: [spanEvent({ run })] },
      '/v1/traces': otlpSpan({}),
      '/v1/logs': { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: textValue('x') }] }] }] },
      '/v1/traces/ingest': { data: [{ object: 'trace', id: run }] },
      '/v1/messages': { messages: [] },
      '/v1/live': { texts: [{ run, span, offset: 0, text: 'x' }] },
    };
    const reader = await read(relay, {
      token: tokenFor('shop', 'admin'),
      subs: [{ sub: 'overview' }, { sub: `run:${run}` }],
    });
    await reader.next('snap');
    for (const [path, body] of Object.entries(bodies)) {
      for (const role of ['viewer', 'developer', 'approver', 'admin'] as const)
        expect([path, role, (await postAs(relay, tokenFor('shop', role), path, body)).status]).toEqual([
          path,
          role,
          403,
        ]);
      for (const token of [undefined, 'y'.repeat(40)])
        expect([path, (await postAs(relay, token, path, body)).status]).toEqual([path, 401]);
    }
    await postAs(relay, tokenFor('shop', 'ingest'), '/v1/events', { events: [spanEvent()] });
    await reader.waitFor(() => reader.events().length > 0);
    expect(reader.events().map(({ seq }) => seq)).toEqual([1]);
    expect(reader.frames.some(({ t }) => t === 'live')).toBe(false);
  });

  it('stays in its project, live text as well, where another has the very same ids', async () => {
    const { relay, tokenFor } = await startTwo();
    const subs = [{ sub: 'overview' as const }, { sub: `run:${run}` as const }];
    const own = await read(relay, { token: tokenFor('shop', 'developer'), subs });
    const other = await read(relay, { token: tokenFor('bank', 'developer'), subs });
    const event = spanEvent({ run, span, a: { kind: 'llm', name: 'answer', status: 'running' } });
    for (const project of ['shop', 'bank'])
      await postAs(relay, tokenFor(project, 'ingest'), '/v1/events', { events: [event] });
    await postAs(relay, tokenFor('bank', 'ingest'), '/v1/live', {
      texts: [{ run, span, offset: 0, text: 'of the bank' }],
    });
    await other.waitFor(() => other.frames.some(({ t }) => t === 'live'));
    await postAs(relay, tokenFor('shop', 'ingest'), '/v1/events', { events: [spanEvent()] });
    await own.waitFor(() => own.events().length >= 2);
    expect(own.raw().toString()).not.toContain('of the bank');
  });
});
