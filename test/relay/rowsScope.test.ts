import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay } from 'spanlight/relay';
import { createMonitorStore } from 'spanlight/store';
import { createWebSocketTransport } from 'spanlight/transport';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Role } from '../../src/model/capabilities.ts';
import { asRunId } from '../../src/model/ids.ts';
import type { Scope } from '../../src/model/scope.ts';
import type { RowsFrame, RunRow, Subscription } from '../../src/model/wire.ts';
import { sha256Hex } from '../../src/relay/auth/tokenRegistry.ts';
import { onEnd, type Reader, read, send, spanEvent, startRelay } from './support.ts';

const patience = { timeout: 8000, interval: 20 };
const people = {
  ann: { roles: ['developer'], scope: { user: 'user-ann' } },
  annViewer: { roles: ['viewer'], scope: { user: 'user-ann' } },
  dev: { roles: ['developer'] },
  viewer: { roles: ['viewer'] },
} as const satisfies Record<string, { readonly roles: readonly Role[]; readonly scope?: Scope }>;
type Name = keyof typeof people;

/** A relay that publishes rows at once, and a token for each of {@link people}. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
  onEnd(() => rm(folder, { recursive: true }));
  const names = Object.keys(people) as Name[];
  const tokens = Object.fromEntries(names.map((name) => [name, randomBytes(24).toString('hex')])) as Record<
    Name,
    string
  >;
  const tokensFile = join(folder, 'tokens.json');
  await writeFile(
    tokensFile,
    JSON.stringify(
      names.map((name) => ({ name, sha256: sha256Hex(tokens[name]), project: 'default', ...people[name] })),
    ),
  );
  const relay = await startRelay({ tokensFile, roleTokens: { ingest: 'i'.repeat(40) }, timings: { rowsMs: 25 } });
  return { relay, tokens };
}

const runId = (name: string) => `trace_${Buffer.from(name).toString('hex').padStart(32, '0')}`;
const spanId = (name: string) => `span_${Buffer.from(name).toString('hex').padStart(24, '0')}`;
const startOf = (name: string, userId?: string, sessionId?: string) =>
  spanEvent({ run: runId(name), span: undefined, type: 'run.start', a: { name: `Run ${name}`, userId, sessionId } });
/** A finished model call that took so many tokens. */
const callOf = (name: string, inputTokens: number) => {
  const endedAtMs = Date.now();
  const a = { kind: 'llm', name: 'answer', agentName: `Agent ${name}`, model: 'gpt-5-mini', status: 'ok' };
  const usage = { scope: 'leaf', inputTokens, outputTokens: 1 };
  const fields = { ...a, startedAtMs: endedAtMs - 5, endedAtMs, usage };
  return spanEvent({ run: runId(name), span: spanId(name), type: 'span.end', ts: endedAtMs, a: fields });
};

const rowsTopics: readonly Subscription[] = [{ sub: 'runs' }, { sub: 'metrics' }];
const open = (relay: Relay, token: string, more: object = {}, subs = rowsTopics) =>
  read(relay, { hello: { t: 'hello', v: [1, 1], token, subs, ...more } });
const frames = ({ frames: all }: Reader): RowsFrame[] => all.filter((frame) => frame.t === 'rows');
const rows = (reader: Reader): ReadonlyMap<string, RunRow> =>
  new Map(frames(reader).flatMap(({ runs }) => runs.map((row) => [row.run.runId, row] as const)));
/** Input tokens by agent, `all` for all of them together, as the newest buckets say. */
const bucketTokens = (reader: Reader): Record<string, number> => {
  const newest = new Map(
    frames(reader)
      .flatMap(({ buckets }) => buckets ?? [])
      .map((bucket) => [`${bucket.startMs} ${bucket.agentName ?? ''}`, bucket] as const),
  );
  const sums: Record<string, number> = {};
  for (const { agentName = 'all', inputTokens = 0 } of newest.values())
    sums[agentName] = (sums[agentName] ?? 0) + inputTokens;
  return sums;
};

describe('rows of a scoped reader', () => {
  it('are those of its runs, and its metrics are sums over them alone, whoever else reads beside it', async () => {
    const { relay, tokens } = await start();
    await send(relay, [startOf('own', 'user-ann'), callOf('own', 100), startOf('other', 'user-ben')]);
    const readers = {
      ann: await open(relay, tokens.ann),
      annViewer: await open(relay, tokens.annViewer),
      dev: await open(relay, tokens.dev),
      devAsks: await open(relay, tokens.dev, { scope: { user: 'user-ben' } }),
    };
    await send(relay, [callOf('other', 7000), startOf('late', 'user-ann'), callOf('late', 20), startOf('nobody')]);
    await readers.dev.waitFor(() => rows(readers.dev).size === 4 && bucketTokens(readers.dev)['all'] === 7120);
    for (const name of ['ann', 'annViewer'] as const) {
      const reader = readers[name];
      await reader.waitFor(() => rows(reader).size === 2 && bucketTokens(reader)['all'] === 120);
      expect([name, [...rows(reader).keys()].sort()]).toEqual([name, [runId('own'), runId('late')].sort()]);
      expect(bucketTokens(reader)).toEqual({ all: 120, 'Agent own': 100, 'Agent late': 20 });
      for (const word of [runId('other'), 'Agent other', 'user-ben', '7000', runId('nobody')])
        expect(reader.raw().toString()).not.toContain(word);
    }
    const { devAsks } = readers;
    await devAsks.waitFor(() => bucketTokens(devAsks)['all'] === 7000);
    expect([...rows(devAsks).keys()]).toEqual([runId('other')]);
    expect(bucketTokens(devAsks)).toEqual({ all: 7000, 'Agent other': 7000 });
  });

  it('come whole once a run says whose it is, and are sent again to who comes back', async () => {
    const { relay, tokens } = await start();
    const ann = await open(relay, tokens.ann);
    await send(relay, [callOf('own', 100), startOf('first', 'user-ann')]);
    await ann.waitFor(() => rows(ann).has(runId('first')));
    expect(rows(ann).size).toBe(1);
    await send(relay, [startOf('own', 'user-ann')]);
    await ann.waitFor(() => rows(ann).has(runId('own')) && bucketTokens(ann)['all'] === 100);
    expect(rows(ann).get(runId('own'))?.run.totals.inputTokens).toBe(100);
    const { epoch } = await ann.next('welcome');
    const at = frames(ann).at(-1)?.at;
    ann.socket.terminate();
    await send(relay, [startOf('second', 'user-ann'), startOf('foreign', 'user-ben')]);
    const again = await open(relay, tokens.ann, { cursor: `${epoch}.4`, rows: at });
    await again.waitFor(() => rows(again).has(runId('second')));
    expect([...rows(again).keys()]).toEqual([runId('second')]);
  });

  it('go when a run turns out to be another’s, from the relay and from a store that held it', async () => {
    const { relay, tokens } = await start();
    const transport = createWebSocketTransport({
      url: relay.url,
      getToken: () => tokens.ann,
      WebSocketImpl: WebSocket as never,
    });
    const store = createMonitorStore({ transport, topics: ['runs', 'metrics'], topicLingerMs: 0 });
    onEnd(() => store.destroy());
    store.connect();
    await send(relay, [startOf('own', 'user-ann'), callOf('own', 100), startOf('stays', 'user-ann')]);
    await vi.waitFor(() => expect(store.getState().runIds).toHaveLength(2), patience);
    await send(relay, [{ ...startOf('own', 'user-ben'), ts: Date.now() + 1000 }]);
    await vi.waitFor(() => expect(store.getState().runIds).toEqual([asRunId(runId('stays'))]), patience);
    const fresh = await open(relay, tokens.ann);
    await fresh.waitFor(() => rows(fresh).has(runId('stays')));
    expect([...rows(fresh).keys()]).toEqual([runId('stays')]);
    expect(bucketTokens(fresh)['all'] ?? 0).toBe(0);
  });

  it('of a subscription with a scope are those of that scope: readers of the same token are kept apart', async () => {
    const { relay, tokens } = await start();
    await send(relay, [
      startOf('a', 'user-ann', 's-1'),
      startOf('b', 'user-ann', 's-2'),
      startOf('c', 'user-ben', 's-1'),
    ]);
    const asking = (scope: Scope): Promise<Reader> => open(relay, tokens.ann, {}, [{ sub: 'runs', scope }]);
    const [one, two, none] = [
      await asking({ session: 's-1' }),
      await asking({ session: 's-2' }),
      await asking({ user: 'user-ben' }),
    ];
    await one.waitFor(() => rows(one).size > 0);
    await two.waitFor(() => rows(two).size > 0);
    expect([[...rows(one).keys()], [...rows(two).keys()]]).toEqual([[runId('a')], [runId('b')]]);
    await send(relay, [startOf('d', 'user-ann', 's-2')]);
    await two.waitFor(() => rows(two).size === 2);
    expect([rows(one).size, rows(none).size]).toEqual([1, 0]);
  });

  it('are asked for by a viewer in the words that it sees: a guess at what is hidden finds nothing', async () => {
    const { relay, tokens } = await start();
    await send(relay, [startOf('own', 'user-ann'), startOf('other', 'user-ben')]);
    const viewer = await open(relay, tokens.viewer);
    await viewer.waitFor(() => rows(viewer).size === 2);
    const pseudonym = rows(viewer).get(runId('own'))?.run.userId ?? '';
    expect(pseudonym).toMatch(/^user [0-9a-f]{10}$/);
    const byPseudonym = await open(relay, tokens.viewer, { scope: { user: pseudonym } });
    const byGuess = await open(relay, tokens.viewer, { scope: { user: 'user-ann' } });
    await byPseudonym.waitFor(() => rows(byPseudonym).size > 0);
    expect([...rows(byPseudonym).keys()]).toEqual([runId('own')]);
    await send(relay, [startOf('third', 'user-ann')]);
    await viewer.waitFor(() => rows(viewer).size === 3);
    expect(rows(byGuess).size).toBe(0);
  });
});
