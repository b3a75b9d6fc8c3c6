import {
  asRunId,
  asSpanId,
  createMonitorStore,
  type Detail,
  type MonitorEvent,
  type RunRow,
  selectRun,
  selectSpan,
} from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import type { SnapFrame, WelcomeFrame } from '../../src/model/wire.ts';
import { approvalRequested, BASE_MS, endedRun, keyOf, runStart, spanEnd, spanStart } from './support/buildEvents.ts';
import { createFakePlatform, createFakeTransport } from './support/fakePlatform.ts';

const EPOCH = 'aa';
const welcome = (more: Partial<WelcomeFrame> = {}): WelcomeFrame => ({
  t: 'welcome',
  v: 1,
  conn: 'c',
  who: 'ada',
  project: 'default',
  roles: ['developer'],
  can: ['read.shape', 'read.payload'],
  epoch: EPOCH,
  head: 0,
  oldest: 1,
  now: BASE_MS,
  hb: 10_000,
  limits: { frameBytes: 1, ringEvents: 1 },
  resume: 'snapshot',
  ...more,
});
const snap = (ev: readonly MonitorEvent[], more: Partial<SnapFrame> = {}): SnapFrame => ({
  t: 'snap',
  epoch: EPOCH,
  at: 1,
  part: 1,
  parts: 1,
  ev,
  ...more,
});
const batch = (...ev: MonitorEvent[]) => ({ t: 'batch', epoch: EPOCH, from: 0, to: 1, ev }) as const;

function connect(options: Parameters<typeof createMonitorStore>[0] = {}) {
  const platform = createFakePlatform();
  const transport = createFakeTransport();
  const store = createMonitorStore({ ...platform.options, transport, ...options });
  store.connect();
  const { sink } = transport;
  const greet = (more?: Partial<WelcomeFrame>, isNewEpoch = false) => {
    sink.onWelcome(welcome(more), isNewEpoch);
    store.flush();
  };
  return { ...platform, transport, store, sink, greet };
}

describe('a relay of which a part does not work', () => {
  it('stands in the state beside the connection until it is well again', () => {
    const { store, sink, greet } = connect();
    greet();
    expect(store.getState().degraded).toBeUndefined();
    sink.onDegraded({ causes: ['fan-out'], sinceMs: BASE_MS });
    store.flush();
    expect(store.getState().degraded).toEqual({ causes: ['fan-out'], sinceMs: BASE_MS });
    sink.onDegraded(undefined);
    store.flush();
    expect(store.getState().degraded).toBeUndefined();
  });
});

describe('session', () => {
  it('is unknown until the relay says who we are', () => {
    const { store, greet } = connect();
    expect(store.getState().session).toBeUndefined();
    greet();
    expect(store.getState().session).toEqual({
      who: 'ada',
      project: 'default',
      roles: ['developer'],
      can: ['read.shape', 'read.payload'],
    });
    expect(store.getState().epoch).toBe(EPOCH);
  });

  it('drops opened content at once when the role changes', async () => {
    const detailSource = {
      loadDetail: vi.fn<() => Promise<Detail>>(async () => ({ input: 'secret' })),
      loadWorkflow: async () => undefined,
    };
    const { store, sink, greet } = connect({ detailSource });
    greet();
    sink.onSnapshot(snap([spanStart('r', 's', {}, { refs: { input: { kind: 'text', sizeBytes: 6 } } })]));
    store.flush();
    await store.loadDetail(keyOf('r', 's'));
    store.flush();
    expect(store.getState().details.size).toBe(1);
    greet({ roles: ['viewer'], can: ['read.shape'], resume: 'ok' });
    expect(store.getState().details.size).toBe(0);
    await expect(store.loadDetail(keyOf('r', 's'))).rejects.toMatchObject({ code: 'detail.forbidden' });
    expect(detailSource.loadDetail).toHaveBeenCalledTimes(1);
  });

  it('never shows an answer that was asked for by somebody else', async () => {
    let answer: (detail: { input: string }) => void = () => undefined;
    const detailSource = {
      loadDetail: () => new Promise<{ input: string }>((resolve) => (answer = resolve)),
      loadWorkflow: async () => undefined,
    };
    const { store, sink, greet } = connect({ detailSource });
    greet();
    sink.onSnapshot(snap([spanStart('r', 's', {}, { refs: { input: { kind: 'text', sizeBytes: 6 } } })]));
    store.flush();
    const asked = store.loadDetail(keyOf('r', 's'));
    greet({ who: 'eve', roles: ['viewer'], can: ['read.shape'], resume: 'ok' });
    answer({ input: 'secret' });
    await asked;
    store.flush();
    expect(store.getState().details.size).toBe(0);
  });

  it('lets everything of another project go at once', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onSnapshot(snap([...endedRun('r'), approvalRequested('r', 'c')]));
    sink.onGap({ t: 'gap', epoch: EPOCH, from: 0, to: 4, why: 'retention' });
    store.flush();
    greet({ project: 'other', epoch: 'bb' }, true);
    const state = store.getState();
    expect(state.runIds).toEqual([]);
    expect(state.pendingApprovals).toEqual([]);
    expect(state.gaps).toEqual([]);
    expect(state.entities.getRun(asRunId('r'))).toBeUndefined();
    expect(store.loggedEvents()).toEqual([]);
  });
});

describe('snapshot', () => {
  it('takes the place of what was held with its last part, in one step', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onSnapshot(snap([...endedRun('gone'), ...endedRun('stays')]));
    store.flush();
    const runs = vi.fn<() => string[]>(() => [...store.getState().runIds].sort());
    store.subscribe(runs);
    sink.onSnapshot(snap(endedRun('stays'), { part: 1, parts: 2 }));
    store.flush();
    expect(store.getState().runIds).toContain('gone');
    sink.onSnapshot(snap(endedRun('new'), { part: 2, parts: 2 }));
    store.flush();
    expect(runs.mock.results.map((result) => result.value)).toEqual([['new', 'stays']]);
    expect(store.getState().entities.getRun(asRunId('gone'))).toBeUndefined();
  });

  it('tells indexes beside the store which runs left', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onSnapshot(snap(endedRun('gone')));
    store.flush();
    const heard: string[][] = [];
    store.subscribeTouched((touched) => heard.push([...touched.restructuredRunIds].sort()));
    sink.onSnapshot(snap(endedRun('new')));
    store.flush();
    expect(heard).toEqual([['gone', 'new']]);
  });

  it('of one topic touches that topic alone', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onSnapshot(snap([...endedRun('a'), ...endedRun('b')]));
    store.flush();
    sink.onSnapshot(snap([spanStart('a', 'only')], { scope: ['run:a'] }));
    store.flush();
    expect([...store.getState().entities.spansOf(asRunId('a'))].map((span) => span.spanId)).toEqual(['only']);
    expect(selectSpan(store.getState(), keyOf('b', 'root'))).toBeDefined();
  });

  it('keeps what came by hand order: events before it are replaced, events after it stay', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onBatch(batch(...endedRun('before')));
    sink.onSnapshot(snap(endedRun('in')));
    sink.onBatch(batch(...endedRun('after')));
    store.flush();
    expect([...store.getState().runIds].sort()).toEqual(['after', 'in']);
  });

  it('forgets a half snapshot when the connection starts anew', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onSnapshot(snap(endedRun('half'), { part: 1, parts: 2 }));
    greet();
    sink.onSnapshot(snap(endedRun('whole')));
    store.flush();
    expect(store.getState().runIds).toEqual(['whole']);
  });
});

describe('a relay that lost its memory', () => {
  const restart = (rest: ReturnType<typeof connect>, ...facts: MonitorEvent[]) => {
    rest.greet({ epoch: 'bb' }, true);
    rest.sink.onSnapshot(snap(facts, { epoch: 'bb' }));
    rest.store.flush();
  };
  const isMarked = (rest: ReturnType<typeof connect>, run: string) =>
    selectRun(rest.store.getState(), asRunId(run))?.isBeforeRestart;

  it('leaves what was held on the screen, marked', () => {
    const rest = connect();
    rest.greet();
    rest.sink.onSnapshot(snap([...endedRun('old'), spanStart('open', 's')]));
    rest.store.flush();
    restart(rest, ...endedRun('fresh'));
    expect([...rest.store.getState().runIds].sort()).toEqual(['fresh', 'old', 'open']);
    expect(['old', 'open', 'fresh'].map((run) => isMarked(rest, run))).toEqual([true, true, false]);
  });

  it('takes the mark away when the run is heard of again, and keeps what was known of it', () => {
    const rest = connect();
    rest.greet();
    rest.sink.onSnapshot(snap([spanStart('open', 'first')]));
    rest.store.flush();
    restart(rest);
    expect(isMarked(rest, 'open')).toBe(true);
    rest.sink.onBatch(batch(spanStart('open', 'second')));
    rest.store.flush();
    expect(isMarked(rest, 'open')).toBe(false);
    expect(rest.store.getState().entities.getRun(asRunId('open'))?.spanCount).toBe(2);
  });

  it('asks nobody to decide what the relay no longer knows', () => {
    const rest = connect();
    rest.greet();
    rest.sink.onSnapshot(snap([spanStart('r', 's'), approvalRequested('r', 'c')]));
    rest.store.flush();
    expect(rest.store.getState().pendingApprovals).toHaveLength(1);
    restart(rest);
    expect(rest.store.getState().pendingApprovals).toEqual([]);
  });

  it('keeps the marked runs through later snapshots of the new log', () => {
    const rest = connect();
    rest.greet();
    rest.sink.onSnapshot(snap(endedRun('old')));
    rest.store.flush();
    restart(rest, ...endedRun('a'));
    rest.greet({ epoch: 'bb' });
    rest.sink.onSnapshot(snap(endedRun('b'), { epoch: 'bb' }));
    rest.store.flush();
    expect([...rest.store.getState().runIds].sort()).toEqual(['b', 'old']);
    expect(isMarked(rest, 'old')).toBe(true);
    expect(rest.store.getState().entities.getRun(asRunId('old'))?.spanCount).toBe(1);
  });
});

describe('gaps', () => {
  it('stand between the last good moment and the first one after', async () => {
    const { store, sink, greet, time } = connect();
    greet();
    sink.onBatch(batch(...endedRun('r')));
    await time.advance(30_000);
    sink.onGap({ t: 'gap', epoch: EPOCH, from: 10, to: 60, why: 'retention' });
    store.flush();
    expect(store.getState().gaps).toEqual([
      expect.objectContaining({ why: 'retention', missingEvents: 50, fromMs: BASE_MS, toMs: BASE_MS + 30_000 }),
    ]);
  });

  it('of a producer come as events too, once', () => {
    const { store, sink, greet } = connect();
    greet();
    const producer = { prod: { id: 'p1', n: 9 }, sv: 1, a: { missingEvents: 12 } } as const;
    const gap: MonitorEvent = { ...producer, id: 'g', type: 'producer.gap', ts: BASE_MS + 500, rts: BASE_MS + 600 };
    sink.onBatch(
      batch({ id: 'h', type: 'producer.hello', sv: 1, ts: BASE_MS, prod: { id: 'p1', n: 1 }, a: { sdk: 'x' } }),
    );
    store.flush();
    sink.onBatch(batch(gap, gap));
    store.flush();
    expect(store.getState().gaps).toEqual([
      { id: 'g', why: 'producer', missingEvents: 12, fromMs: BASE_MS, toMs: BASE_MS + 600, producerId: 'p1' },
    ]);
  });
});

describe('replay after a reconnect', () => {
  it('shows in one step at its end', () => {
    const { store, sink, greet, frames } = connect();
    greet();
    sink.onSnapshot(snap([]));
    sink.onConnection({ phase: 'live', sinceMs: BASE_MS, kind: 'websocket' });
    store.flush();
    sink.onConnection({ phase: 'catching-up', sinceMs: BASE_MS, kind: 'websocket', missedEvents: 40 });
    const counts: number[] = [];
    store.subscribe(() => counts.push(store.getState().entities.runIds.length));
    for (let part = 0; part < 4; part += 1) {
      sink.onBatch(batch(...endedRun(`r${part}`)));
      frames.frame();
      expect(store.getState().runIds).toEqual([]);
    }
    expect(store.getState().connection.phase).toBe('catching-up');
    sink.onConnection({ phase: 'live', sinceMs: BASE_MS, kind: 'websocket' });
    frames.frame();
    expect(store.getState().runIds).toHaveLength(4);
    expect(store.getState().connection.phase).toBe('live');
  });

  it('shows what came when it breaks off', () => {
    const { store, sink, greet, frames } = connect();
    greet();
    sink.onConnection({ phase: 'catching-up', sinceMs: BASE_MS, kind: 'websocket', missedEvents: 40 });
    sink.onBatch(batch(...endedRun('r')));
    sink.onConnection({ phase: 'reconnecting', sinceMs: BASE_MS, attempt: 1, nextTryAtMs: BASE_MS, code: 'x' });
    frames.frames();
    expect(store.getState().runIds).toEqual(['r']);
  });
});

describe('rows of the relay', () => {
  /** What a relay derives from these events: the same fold. */
  const rowOf = (run: string, events: readonly MonitorEvent[]): RunRow => {
    const relay = createMonitorStore(createFakePlatform().options);
    relay.ingest(events);
    relay.flush();
    const { entities } = relay.getState();
    const derived = entities.getRun(asRunId(run));
    if (!derived) throw new Error('no such run');
    return { run: derived, lines: { model: entities.chargeLines(asRunId(run), 'model') } };
  };
  const events = [
    runStart('r', { name: 'Support' }),
    spanStart('r', 'a'),
    spanStart('r', 'b', { kind: 'llm', name: 'call', model: 'm' }, { parent: 'a' }),
    spanEnd('r', 'b', { usage: { scope: 'leaf', inputTokens: 7, outputTokens: 5 }, model: 'm' }),
  ];

  it('speak for runs whose spans are not here', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onSnapshot(snap([runStart('r', { name: 'Support' })]));
    sink.onRows({ t: 'rows', runs: [rowOf('r', events), rowOf('other', endedRun('other'))] });
    store.flush();
    expect(selectRun(store.getState(), asRunId('r'))?.totals).toMatchObject({ source: 'relay', inputTokens: 7 });
    expect(store.getState().entities.chargeLines(asRunId('r'), 'model')).toMatchObject([{ name: 'm', inputTokens: 7 }]);
    expect([...store.getState().runIds].sort()).toEqual(['other', 'r']);
  });

  it('give way once the spans are held, with the same figures', () => {
    const { store, sink, greet } = connect();
    greet();
    const row = rowOf('r', events);
    sink.onRows({ t: 'rows', runs: [row] });
    sink.onSnapshot(snap(events, { scope: ['run:r'] }));
    store.flush();
    const held = selectRun(store.getState(), asRunId('r'));
    expect(held?.totals).toEqual({ ...row.run.totals, source: 'held' });
    sink.onBatch(batch(spanEnd('r', 'a', {}, { atMs: BASE_MS + 5 })));
    store.flush();
    expect(selectRun(store.getState(), asRunId('r'))).toMatchObject({
      status: 'completed',
      totals: { source: 'held' },
    });
  });

  it('speak again when they know more than the spans that are held', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onSnapshot(snap(events));
    store.flush();
    sink.onRows({ t: 'rows', runs: [rowOf('r', [...events, spanEnd('r', 'a', {}, { atMs: BASE_MS + 5 })])] });
    store.flush();
    expect(selectRun(store.getState(), asRunId('r'))).toMatchObject({
      status: 'completed',
      totals: { source: 'relay' },
    });
  });

  it('go with a snapshot of a later connection unless they were sent again', () => {
    const { store, sink, greet } = connect();
    greet();
    sink.onRows({ t: 'rows', runs: [rowOf('gone', endedRun('gone')), rowOf('stays', endedRun('stays'))] });
    store.flush();
    greet();
    sink.onRows({ t: 'rows', runs: [rowOf('stays', endedRun('stays'))] });
    sink.onSnapshot(snap([]));
    store.flush();
    expect(store.getState().runIds).toEqual(['stays']);
  });

  it('that are no rows are counted and leave their neighbours alone', () => {
    const { store, sink, greet } = connect();
    greet();
    const bad = [null, {}, { run: {} }, { run: { runId: 'x' } }] as unknown as RunRow[];
    sink.onRows({ t: 'rows', runs: [...bad, rowOf('ok', endedRun('ok'))] });
    store.flush();
    expect(store.getState().runIds).toEqual(['ok']);
    expect(store.getState().counters.rejectedEvents).toBe(bad.length);
  });
});

describe('text of a running call', () => {
  const live = (offset: number, text: string) =>
    ({ t: 'live', run: asRunId('r'), span: asSpanId('s'), offset, text }) as const;

  it('grows, takes corrections, and goes when the call ends', () => {
    const { store, sink, greet } = connect();
    greet();
    const read = () => {
      store.flush();
      return store.getState().liveText.get(keyOf('r', 's'));
    };
    sink.onBatch(batch(spanStart('r', 's')));
    sink.onLive(live(0, 'Hello'));
    expect(read()).toBe('Hello');
    sink.onLive(live(5, ' you'));
    expect(read()).toBe('Hello you');
    sink.onLive(live(5, ' there'));
    expect(read()).toBe('Hello there');
    sink.onLive(live(100, 'later'));
    expect(read()).toBe('later');
    sink.onBatch(batch(spanEnd('r', 's')));
    expect(read()).toBeUndefined();
  });
});

describe('what the relay is asked for', () => {
  it('is sent once for all that changed in one go, and counted', async () => {
    const { store, transport } = connect({ topics: ['runs'], topicLingerMs: 0 });
    const release = [store.hold('run:a'), store.hold('run:a'), store.hold('logs')];
    await Promise.resolve();
    expect(transport.subs).toEqual([['runs'], ['runs', 'run:a', 'logs']]);
    release[0]?.();
    release[0]?.();
    await Promise.resolve();
    expect(transport.subs).toHaveLength(2);
    release[1]?.();
    release[2]?.();
    await Promise.resolve();
    expect(transport.subs.at(-1)).toEqual(['runs']);
  });

  it('stays asked for a moment after the last view left, so that going back to it does not ask again', async () => {
    const { store, transport, time } = connect({ topics: [] });
    const release = store.hold('run:a');
    await Promise.resolve();
    release();
    await time.advance(2900);
    const again = store.hold('run:a');
    await time.advance(10_000);
    await Promise.resolve();
    expect(transport.subs).toEqual([[], ['run:a']]);
    again();
    await time.advance(3000);
    await Promise.resolve();
    expect(transport.subs.at(-1)).toEqual([]);
  });

  it('leaves it to the relay by default how much of the overview is sent', () => {
    const { transport } = connect();
    expect(transport.subs).toEqual([['overview', 'approvals', 'alerts']]);
  });

  it('is not sent when a view leaves and comes back in one commit', async () => {
    const { store, transport } = connect({ topics: [] });
    const release = store.hold('run:a');
    await Promise.resolve();
    release();
    store.hold('run:a');
    await Promise.resolve();
    expect(transport.subs).toEqual([[], ['run:a']]);
  });
});

describe('time', () => {
  it('is the relay’s', () => {
    const { store, sink } = connect();
    sink.onClockOffset(2500);
    expect(store.now()).toBe(BASE_MS + 2500);
    store.flush();
    expect(store.getState().clockOffsetMs).toBe(2500);
  });
});
