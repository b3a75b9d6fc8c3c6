import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/model/capabilities.ts';
import type { RunsPage } from '../../src/model/history.ts';
import { isInScope, type Scope } from '../../src/model/scope.ts';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { onEnd, post, type Reader, read, send, startRelay } from './support.ts';

interface Person {
  readonly roles: readonly Role[];
  readonly scope?: Scope;
  readonly project?: string;
}

/** A relay and a token for each person. */
async function relayFor<Name extends string>(people: Readonly<Record<Name, Person>>) {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const tokens = {} as Record<Name, string>;
  const entries = (Object.entries(people) as [Name, Person][]).map(([name, person]) => {
    tokens[name] = randomBytes(24).toString('hex');
    return { name, sha256: sha256Hex(tokens[name]), project: 'default', ...person };
  });
  const tokensFile = join(folder, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify(entries));
  const relay = await startRelay({ tokensFile, roleTokens: { ingest: 'i'.repeat(40) } });
  return { relay, tokens };
}

let made = 0;
const event = (run: string, type: string, fields: Record<string, unknown> = {}) => {
  made += 1;
  return {
    id: `0190f3a1-0000-7000-8000-${made.toString().padStart(12, '0')}`,
    type,
    sv: 1,
    ts: 1_790_000_000_000 + made,
    run: `trace_${run.padStart(32, '0')}`,
    a: {},
    ...fields,
  };
};
const spanId = (name: string) => `span_${'ab'.repeat(11)}${name.padStart(2, 'a')}`;
const span = (run: string, name: string) =>
  event(run, 'span.start', { span: spanId(name), a: { kind: 'tool', name: 'look' } });
const runsSeen = (reader: Reader) => new Set(reader.events().map(({ run }) => run?.replace(/^trace_0*/, '')));
const spansSeen = (reader: Reader) =>
  new Set(reader.events().flatMap(({ span: id }) => (id ? [id.replace(/^span_[ab]*/, '')] : [])));
const readAs = (relay: Relay, token: string, more: object = {}) =>
  read(relay, { hello: { t: 'hello', v: [1, 1], token, subs: [{ sub: 'overview' }], ...more } });
/** Waits until everything that was stored so far went by this reader. */
const caughtUp = (reader: Reader, head: number) =>
  reader.waitFor(() => reader.frames.some((frame) => frame.t === 'batch' && frame.to >= head));

describe('a scope', () => {
  it.each([
    [{ sessionId: 's', userId: 'u', tags: ['a', 'b'] }, { session: 's' }, true],
    [{ sessionId: 's', userId: 'u', tags: ['a', 'b'] }, { session: 's', user: 'u', tags: ['b', 'a'] }, true],
    [{ sessionId: 's', userId: 'u', tags: ['a'] }, { tags: ['a', 'b'] }, false],
    [{ sessionId: 's', userId: 'u' }, { user: 'v' }, false],
    [{}, { user: 'u' }, false],
    [undefined, { user: 'u' }, false],
    [undefined, undefined, true],
  ])('%j and %j: %s', (facts, scope, isIn) => {
    expect(isInScope(facts, scope)).toBe(isIn);
  });

  it('lets its runs through and no other, live, in a snapshot and after a reconnect', async () => {
    const { relay, tokens } = await relayFor({
      ann: { roles: ['developer'], scope: { user: 'ann' } },
      ben: { roles: ['viewer'], scope: { user: 'ben' } },
      shop: { roles: ['viewer'], scope: { tags: ['shop'] } },
      all: { roles: ['developer'] },
    });
    const live = { ann: await readAs(relay, tokens.ann), ben: await readAs(relay, tokens.ben) };
    for (const reader of Object.values(live)) await reader.next('snap');
    const sent = [
      event('a1', 'run.start', { a: { userId: 'ann', tags: ['shop'] } }),
      span('a1', '1'),
      event('b1', 'run.start', { a: { userId: 'ben' } }),
      span('b1', '2'),
      span('c1', '3'), // of a run that says nothing of itself
      event('c1', 'log', { a: { level: 'info' }, detail: { message: 'x' } }),
      { ...event('', 'producer.hello', { prod: { id: 'prod_1', n: 1 } }), run: undefined },
      { ...event('', 'alert.firing', { ref: 'alert_1', a: { ruleName: 'cost' } }), run: undefined },
    ];
    await send(relay, sent);
    for (const reader of Object.values(live)) await caughtUp(reader, sent.length);
    const again = { ann: await readAs(relay, tokens.ann), shop: await readAs(relay, tokens.shop) };
    for (const reader of Object.values(again)) await reader.next('snap');
    const welcome = await live.ann.next('welcome');
    const resumed = await readAs(relay, tokens.ben, { cursor: `${welcome.epoch}.0` });
    await caughtUp(resumed, sent.length);
    expect(runsSeen(live.ann)).toEqual(new Set(['a1']));
    expect(runsSeen(live.ben)).toEqual(new Set(['b1']));
    expect(runsSeen(again.ann)).toEqual(new Set(['a1']));
    expect(runsSeen(again.shop)).toEqual(new Set(['a1']));
    expect(runsSeen(resumed)).toEqual(new Set(['b1']));
    const all = await readAs(relay, tokens.all);
    await all.next('snap');
    expect(runsSeen(all)).toEqual(new Set(['a1', 'b1', 'c1', undefined]));
  });

  it('hides a run until it is known to lie in it, then shows all of it', async () => {
    const { relay, tokens } = await relayFor({ ann: { roles: ['viewer'], scope: { user: 'ann' } } });
    const ann = await readAs(relay, tokens.ann);
    await ann.next('snap');
    await send(relay, [span('a1', '1'), span('a1', '2'), event('a1', 'log', { a: { level: 'info' } })]);
    await caughtUp(ann, 3);
    expect(ann.events()).toEqual([]);
    await send(relay, [event('a1', 'run.end', { a: { userId: 'ann', endedAtMs: 1_790_000_000_500 } })]);
    await ann.waitFor(() => spansSeen(ann).size === 2);
    expect(spansSeen(ann)).toEqual(new Set(['1', '2']));
  });

  it('takes a run away that turns out to be another’s', async () => {
    const { relay, tokens } = await relayFor({ ann: { roles: ['viewer'], scope: { user: 'ann' } } });
    const ann = await readAs(relay, tokens.ann);
    await ann.next('snap');
    await send(relay, [event('a1', 'run.start', { a: { userId: 'ann' } }), span('a1', '1')]);
    await ann.waitFor(() => spansSeen(ann).size === 1);
    const before = ann.frames.length;
    await send(relay, [event('a1', 'run.end', { a: { userId: 'ben' } }), span('a1', '2')]);
    const isEmptied = () =>
      ann.frames
        .slice(before)
        .some((frame) => frame.t === 'snap' && frame.scope !== undefined && frame.ev.length === 0);
    await ann.waitFor(isEmptied);
    expect(spansSeen(ann)).toEqual(new Set(['1']));
  });

  it('of a reader’s own asking narrows that of the token and never widens it', async () => {
    const { relay, tokens } = await relayFor({
      ann: { roles: ['developer'], scope: { user: 'ann' } },
      dev: { roles: ['developer'] },
      viewer: { roles: ['viewer'] },
      vip: { roles: ['viewer'], scope: { tags: ['vip'] } },
    });
    await send(relay, [
      event('a1', 'run.start', { a: { userId: 'ann', sessionId: 's1' } }),
      event('a2', 'run.start', { a: { userId: 'ann', sessionId: 's2', tags: ['vip'] } }),
      event('b1', 'run.start', { a: { userId: 'ben', sessionId: 's1' } }),
    ]);
    const seenBy = async (token: string, more: object) => {
      const reader = await readAs(relay, token, more);
      await reader.next('snap');
      return [...runsSeen(reader)].map(String).sort();
    };
    expect(await seenBy(tokens.ann, { scope: { session: 's1' } })).toEqual(['a1']);
    expect(await seenBy(tokens.ann, { scope: { user: 'ben' } })).toEqual([]);
    expect(await seenBy(tokens.dev, { scope: { user: 'ben' } })).toEqual(['b1']);
    expect(await seenBy(tokens.dev, { subs: [{ sub: 'overview', scope: { session: 's2' } }] })).toEqual(['a2']);
    expect(
      await seenBy(tokens.ann, {
        subs: [
          { sub: 'overview', scope: { session: 's1' } },
          { sub: 'overview', scope: { user: 'ben' } },
        ],
      }),
    ).toEqual(['a1']);
    // a viewer asks by what it sees: else asking would tell whom a pseudonym stands for
    expect(await seenBy(tokens.viewer, { scope: { user: 'ben' } })).toEqual([]);
    // nor by a tag, which it does not see; who has one in its token may repeat it
    const byTag = { scope: { tags: ['vip'] } };
    const asSub = { subs: [{ sub: 'overview', ...byTag }] };
    for (const asked of [byTag, asSub]) {
      expect([asked, await seenBy(tokens.viewer, asked)]).toEqual([asked, []]);
      expect([asked, await seenBy(tokens.vip, asked)]).toEqual([asked, ['a2']]);
      expect([asked, await seenBy(tokens.dev, asked)]).toEqual([asked, ['a2']]);
    }
    const viewer = await readAs(relay, tokens.viewer);
    await viewer.next('snap');
    const pseudonym = viewer.events().find(({ run }) => run?.endsWith('b1'))?.a as { userId: string };
    expect(await seenBy(tokens.viewer, { scope: { user: pseudonym.userId } })).toEqual(['b1']);
  });

  it('holds for content: of other runs there is none', async () => {
    const { relay, tokens } = await relayFor({
      ann: { roles: ['developer'], scope: { user: 'ann' } },
      dev: { roles: ['developer'] },
    });
    const line = event('b1', 'log', { a: { level: 'info' }, detail: { message: 'secret of ben' } });
    const own = event('a1', 'log', { a: { level: 'info' }, detail: { message: 'of ann' } });
    await send(relay, [
      event('a1', 'run.start', { a: { userId: 'ann' }, detail: { metadata: { x: 1 } } }),
      event('b1', 'run.start', { a: { userId: 'ben' }, detail: { metadata: { x: 1 } } }),
      { ...span('b1', '2'), detail: { input: 'secret of ben' } },
      event('b1', 'approval.requested', { ref: 'call_1', a: { toolName: 'pay' }, detail: { arguments: { x: 1 } } }),
      line,
      own,
    ]);
    const status = async (token: string, path: string, headers: Record<string, string> = {}) =>
      (await fetch(relay.url + path, { headers: { authorization: `Bearer ${token}`, ...headers } })).status;
    const run = (name: string) => `/v1/runs/trace_${name.padStart(32, '0')}`;
    const foreign = [
      `${run('b1')}/payload`,
      `${run('b1')}/spans/${spanId('2')}/payload`,
      `${run('b1')}/approvals/call_1/payload`,
      `/v1/events/${line.id}/payload`,
    ];
    for (const path of foreign) expect([path, await status(tokens.ann, path)]).toEqual([path, 404]);
    for (const path of foreign) expect([path, await status(tokens.dev, path)]).toEqual([path, 200]);
    expect(await status(tokens.ann, `${run('a1')}/payload`)).toBe(200);
    expect(await status(tokens.ann, `/v1/events/${own.id}/payload`)).toBe(200);
    const asked = (scope: unknown) => ({ 'spanlight-scope': encodeURIComponent(JSON.stringify(scope)) });
    expect(await status(tokens.dev, `${run('b1')}/payload`, asked({ user: 'ann' }))).toBe(404);
    expect(await status(tokens.dev, `${run('b1')}/payload`, asked({ user: 'ben' }))).toBe(200);
    expect(await status(tokens.ann, `${run('b1')}/payload`, asked({ user: 'ben' }))).toBe(404);
    expect(await status(tokens.dev, `${run('b1')}/payload`, { 'spanlight-scope': '{"usr":1}' })).toBe(400);
  });

  it('holds for the text of a running call, also where its run turns out to be of somebody else in the middle of it', async () => {
    const { relay, tokens } = await relayFor({
      ann: { roles: ['developer'], scope: { user: 'ann' } },
      dev: { roles: ['developer'] },
    });
    const runs = ['a1', 'b1'].map((name) => `trace_${name.padStart(32, '0')}`);
    const subs = [{ sub: 'overview' }, ...runs.map((run) => ({ sub: `run:${run}` }))];
    const [ann, dev] = [await readAs(relay, tokens.ann, { subs }), await readAs(relay, tokens.dev, { subs })];
    await send(relay, [
      event('a1', 'run.start', { a: { userId: 'ann' } }),
      event('b1', 'run.start', { a: { userId: 'ben' } }),
    ]);
    const write = (name: string, call: string, text: string) =>
      post(
        relay,
        '/v1/live',
        JSON.stringify({ texts: [{ run: `trace_${name.padStart(32, '0')}`, span: spanId(call), offset: 0, text }] }),
      );
    const said = (reader: Reader) =>
      reader.frames.flatMap((frame) => (frame.t === 'live' ? [frame.text] : [])).join(' ');
    await write('b1', '1', 'of-ben');
    await write('a1', '1', 'of-ann');
    await ann.waitFor(() => said(ann).includes('of-ann'));
    await send(relay, [event('a1', 'run.end', { a: { userId: 'ben' } })]);
    await caughtUp(ann, 3);
    await write('a1', '2', 'from-now-of-ben');
    await dev.waitFor(() => said(dev).includes('from-now-of-ben'));
    await send(relay, [event('a9', 'run.start', { a: { userId: 'ann' } })]);
    await ann.waitFor(() => runsSeen(ann).has('a9'));
    expect(said(ann)).toBe('of-ann');
    expect(said(dev)).toContain('of-ben');
  });

  it('shows in links no id of a run outside', async () => {
    const { relay, tokens } = await relayFor({ ann: { roles: ['viewer'], scope: { user: 'ann' } } });
    const ann = await readAs(relay, tokens.ann);
    await ann.next('snap');
    const links = [
      { runId: `trace_${'a1'.padStart(32, '0')}`, relation: 'retry' },
      { runId: `trace_${'b1'.padStart(32, '0')}`, relation: 'cause' },
    ];
    await send(relay, [
      event('a1', 'run.start', { a: { userId: 'ann' } }),
      event('a1', 'span.start', { span: 'span_1', a: { kind: 'tool', links } }),
    ]);
    await ann.waitFor(() => ann.events().length >= 2);
    expect(JSON.stringify(ann.frames)).not.toContain('b1"');
    const own = `trace_${'a1'.padStart(32, '0')}`;
    for (const path of [`/v1/runs/${own}`, '/v1/export', `/v1/export?run=${own}&format=otlp`]) {
      const response = await fetch(relay.url + path, { headers: { authorization: `Bearer ${tokens.ann}` } });
      const text = await response.text();
      expect(text, path).toContain(own);
      expect(text, path).not.toContain(`${'b1'.padStart(32, '0')}`);
    }
  });

  it('of a request for history narrows that of the token, is asked in the words that are seen, and is nothing where it means nobody', async () => {
    const { relay, tokens } = await relayFor({
      ann: { roles: ['viewer'], scope: { user: 'ann' } },
      viewer: { roles: ['viewer'] },
      dev: { roles: ['developer'] },
    });
    await send(relay, [
      event('a1', 'run.start', { a: { userId: 'ann', tags: ['t'] } }),
      event('b1', 'run.start', { a: { userId: 'ben', tags: ['t'] } }),
    ]);
    const page = async (token: string, scope?: Scope, query = '') => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(scope && { 'spanlight-scope': encodeURIComponent(JSON.stringify(scope)) }),
      };
      const response = await fetch(`${relay.url}/v1/runs${query}`, { headers });
      return { status: response.status, page: (await response.json()) as RunsPage };
    };
    const ids = async (token: string, scope?: Scope) =>
      (await page(token, scope)).page.runs.map(({ run }) => run.runId.replace(/^trace_0*/, ''));
    const seen = (await page(tokens.viewer)).page.runs;
    const ben = seen.find(({ run }) => run.runId.endsWith('b1'))?.run.userId ?? '';
    expect(await ids(tokens.viewer, { user: ben })).toEqual(['b1']);
    expect(await ids(tokens.ann, { user: ben })).toEqual([]);
    expect(await ids(tokens.ann, { user: 'ann' })).toEqual(['a1']);
    for (const scope of [
      { user: 'ben' },
      { user: 'user 0123456789' },
      { session: 'session 0123456789' },
      { tags: ['t'] },
    ])
      expect([await ids(tokens.viewer, scope), await ids(tokens.ann, scope)]).toEqual([[], []]);
    expect(await ids(tokens.dev, { tags: ['t'] })).toEqual(['b1', 'a1']);
  });

  it('is no matter of another project: a cursor is of no use there', async () => {
    const { relay, tokens } = await relayFor({
      dev: { roles: ['developer'] },
      other: { roles: ['developer'], project: 'other' },
    });
    await send(relay, [event('a1', 'run.start'), event('a2', 'run.start')]);
    const ask = (token: string, query: string) =>
      fetch(`${relay.url}/v1/runs?limit=1${query}`, { headers: { authorization: `Bearer ${token}` } });
    const { next } = (await (await ask(tokens.dev, '')).json()) as RunsPage;
    expect((await ask(tokens.dev, `&cursor=${next}`)).status).toBe(200);
    expect((await ask(tokens.other, `&cursor=${next}`)).status).toBe(400);
  });

  it('hides in the cursors of its pages where rows of others stand', async () => {
    const { relay, tokens } = await relayFor({
      ann: { roles: ['viewer'], scope: { user: 'ann' } },
      also: { roles: ['viewer'], scope: { user: 'ann' } },
      dev: { roles: ['developer'] },
    });
    const runs = ['a1', 'a2', 'a3', 'a4', 'a5'];
    await send(
      relay,
      runs.map((run) => event(run, 'run.start', { a: { userId: 'ann', startedAtMs: 1_790_000_000_000 } })),
    );
    const page = async (token: string, cursor?: string) => {
      const path = `/v1/runs?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      const response = await fetch(relay.url + path, { headers: { authorization: `Bearer ${token}` } });
      const { runs: rows = [], next } = (await response.json()) as Partial<RunsPage>;
      return { status: response.status, ids: rows.map(({ run }) => run.runId.replace(/^trace_0*/, '')), next };
    };
    const first = await page(tokens.ann);
    const second = await page(tokens.also, first.next); // good for who sees the same
    const third = await page(tokens.ann, second.next);
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(runs.toReversed());
    expect(third.next).toBeUndefined();
    const open = (await page(tokens.dev)).next;
    const said = (cursor: string | undefined) => Buffer.from(cursor ?? '', 'base64url').toString('latin1');
    expect(said(open)).toContain('1790000000000');
    expect(said(first.next)).not.toContain('1790000000000');
    expect(() => JSON.parse(said(first.next)) as unknown).toThrow(SyntaxError);
    for (const wrong of [open, `${first.next?.slice(0, -2)}AA`, first.next?.slice(0, 20), ''])
      expect((await page(tokens.ann, wrong ?? 'x')).status).toBe(400);
    expect((await page(tokens.dev, first.next)).status).toBe(400);
  });
});
