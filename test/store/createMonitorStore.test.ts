import { asRunId, createMonitorStore, type MonitorEvent, selectRun, selectSpan, type Touched } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import {
  approvalRequested,
  BASE_MS,
  endedRun,
  keyOf,
  logEvent,
  runStart,
  spanEnd,
  spanStart,
} from './support/buildEvents.ts';
import { createFakePlatform } from './support/fakePlatform.ts';

const start = (options: Parameters<typeof createMonitorStore>[0] = {}) => {
  const platform = createFakePlatform();
  return { ...platform, store: createMonitorStore({ ...platform.options, ...options }) };
};

describe('ingest', () => {
  it('shows events with the next frame, not before', () => {
    const { store, frames } = start();
    store.ingest([spanStart('r', 's')]);
    expect(store.getView().runIds).toEqual([]);
    frames.frame();
    expect(store.getView().runIds).toEqual(['r']);
    expect(selectSpan(store.getView(), keyOf('r', 's'))).toMatchObject({ name: 'Agent', status: 'running' });
  });

  it('wakes its readers once a frame, however many calls there were', () => {
    const { store, frames } = start();
    const listener = vi.fn<() => void>();
    store.subscribe(listener);
    for (let index = 0; index < 100; index += 1) store.ingest([spanStart('r', `s${index}`)]);
    frames.frame();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(store.getState().entities.spanCount).toBe(100);
  });

  it('tells what very many spans inherit frame by frame, and all of it at once to who flushes', () => {
    const [framed, flushed] = [start(), start()];
    const children = Array.from({ length: 10_000 }, (_, index) =>
      spanStart('r', `s${index}`, { kind: 'tool' }, { parent: 'top' }),
    );
    const top = spanStart('r', 'top', { kind: 'agent', name: 'Clerk' });
    for (const { store } of [framed, flushed]) {
      store.ingest(children);
      store.flush();
      store.ingest([top]);
    }
    const touched: number[] = [];
    framed.store.subscribeTouched(({ spans }) => touched.push(spans.length));
    expect(framed.frames.frames()).toBe(3);
    expect(Math.max(...touched)).toBeLessThan(4200);
    flushed.store.flush();
    expect(flushed.frames.isAsked).toBe(false);
    for (const { store } of [framed, flushed]) {
      const spans = [...store.getState().entities.spansOf(asRunId('r'))];
      expect(spans.filter(({ agentName, isOrphan }) => agentName === 'Clerk' && !isOrphan)).toHaveLength(10_001);
    }
  });

  it('asks for no frame and wakes nobody when nothing came', () => {
    const { store, frames } = start();
    const listener = vi.fn<() => void>();
    store.subscribe(listener);
    store.ingest([]);
    store.flush();
    expect(frames.isAsked).toBe(false);
    expect(listener).not.toHaveBeenCalled();
  });

  it('is not changed by what the caller does with its array afterwards', () => {
    const { store } = start();
    const events = [spanStart('r', 'a'), spanStart('r', 'b')];
    store.ingest(events);
    events.length = 0;
    store.flush();
    expect(store.getState().entities.spanCount).toBe(2);
  });

  it('counts what is no event and keeps its neighbours', () => {
    const { store } = start();
    const bad: unknown[] = [
      null,
      undefined,
      7,
      'text',
      [],
      {},
      { type: 'span.start' },
      { ...spanStart('r', 'x'), ts: 'soon' },
    ];
    const unknown = { ...spanStart('r', 'y'), type: 'span.teleport' };
    store.ingest([spanStart('r', 'a'), ...bad, unknown, spanStart('r', 'b')] as MonitorEvent[]);
    store.flush();
    expect(store.getState().entities.spanCount).toBe(2);
    expect(store.getState().counters).toMatchObject({
      acceptedEvents: 2,
      rejectedEvents: bad.length,
      unknownTypeEvents: 1,
    });
  });

  it('counts repeats and gives the same objects for them', () => {
    const { store } = start();
    const events = endedRun('r');
    store.ingest(events);
    store.flush();
    const span = selectSpan(store.getState(), keyOf('r', 'root'));
    store.ingest(events);
    store.flush();
    expect(selectSpan(store.getState(), keyOf('r', 'root'))).toBe(span);
    expect(store.getState().counters.repeatedEvents).toBe(2);
  });

  it('replaces the span that changed and no other', () => {
    const { store } = start();
    store.ingest([spanStart('r', 'a'), spanStart('r', 'b')]);
    store.flush();
    const [a, b] = ['a', 'b'].map((span) => selectSpan(store.getState(), keyOf('r', span)));
    store.ingest([spanEnd('r', 'a')]);
    store.flush();
    expect(selectSpan(store.getState(), keyOf('r', 'a'))).not.toBe(a);
    expect(a?.status).toBe('running');
    expect(selectSpan(store.getState(), keyOf('r', 'b'))).toBe(b);
  });

  it('lists runs by start, newest first, whatever order they came in', () => {
    const { store } = start();
    store.ingest([runStart('old', {}, { atMs: BASE_MS }), runStart('new', {}, { atMs: BASE_MS + 500 })]);
    store.flush();
    store.ingest([runStart('middle', {}, { atMs: BASE_MS + 200 })]);
    store.flush();
    expect(store.getState().runIds).toEqual(['new', 'middle', 'old']);
  });

  it('keeps the list of runs the same object while the order is', () => {
    const { store } = start();
    store.ingest([runStart('r')]);
    store.flush();
    const ids = store.getState().runIds;
    store.ingest([spanStart('r', 's')]);
    store.flush();
    expect(store.getState().runIds).toBe(ids);
  });

  it('gathers pending approvals of all runs, oldest first', () => {
    const { store } = start();
    store.ingest([
      approvalRequested('b', 'c2', { atMs: BASE_MS + 5 }),
      approvalRequested('a', 'c1', { atMs: BASE_MS }),
    ]);
    store.flush();
    expect(store.getState().pendingApprovals.map((approval) => approval.callId)).toEqual(['c1', 'c2']);
    store.ingest([
      {
        id: 'd',
        type: 'approval.decided',
        sv: 1,
        ts: BASE_MS + 9,
        run: asRunId('a'),
        ref: 'c1',
        a: { decision: 'approved' },
      },
    ]);
    store.flush();
    expect(store.getState().pendingApprovals.map((approval) => approval.callId)).toEqual(['c2']);
    expect(selectRun(store.getState(), asRunId('a'))?.pendingApprovalCount).toBe(0);
  });

  it('keeps log lines by time, each once', () => {
    const { store } = start();
    const late = logEvent('r', 'first', { atMs: BASE_MS });
    store.ingest([logEvent('r', 'second', { atMs: BASE_MS + 1 })]);
    store.flush();
    store.ingest([late, late]);
    store.flush();
    expect(store.getState().logLines.map((line) => line.detail?.message)).toEqual(['first', 'second']);
  });

  it('keeps the events with the moment they came, for export', async () => {
    const { store, time } = start();
    store.ingest([spanStart('r', 'a')]);
    await time.advance(50);
    store.ingest([spanStart('r', 'b')]);
    store.flush();
    expect(store.loggedEvents().map(({ event, receivedAtMs }) => [event.span, receivedAtMs])).toEqual([
      ['a', BASE_MS],
      ['b', BASE_MS + 50],
    ]);
  });
});

describe('work in slices', () => {
  it('spreads a huge queue over frames, showing what is done', () => {
    let nowMs = BASE_MS;
    const { store, frames } = start({ clock: { now: () => (nowMs += 0.5) } });
    store.ingest(Array.from({ length: 20_000 }, (_, index) => spanStart('r', `s${index}`)));
    const listener = vi.fn<() => void>();
    store.subscribe(listener);
    frames.frame();
    const shown = store.getState().entities.spanCount;
    expect(shown).toBeGreaterThan(0);
    expect(shown).toBeLessThan(20_000);
    expect(store.getState().counters.queuedEvents).toBe(20_000 - shown);
    expect(frames.isAsked).toBe(true);
    const ran = frames.frames();
    expect(ran).toBeGreaterThan(3);
    expect(listener).toHaveBeenCalledTimes(1 + ran);
    expect(store.getState().entities.spanCount).toBe(20_000);
    expect(store.getState().counters.queuedEvents).toBe(0);
  });

  it('flush does all of it at once', () => {
    let nowMs = BASE_MS;
    const { store } = start({ clock: { now: () => (nowMs += 1) } });
    store.ingest(Array.from({ length: 5000 }, (_, index) => spanStart('r', `s${index}`)));
    store.flush();
    expect(store.getState().entities.spanCount).toBe(5000);
  });
});

describe('rate and lag', () => {
  it('measures events a second over five seconds and falls back to zero by itself', async () => {
    const { store, frames, time } = start();
    for (let second = 0; second < 5; second += 1) {
      store.ingest(Array.from({ length: 20 }, (_, index) => spanStart('r', `s${second}.${index}`)));
      frames.frame();
      await time.advance(1000);
    }
    frames.frame();
    expect(store.getState().throughput.eventsPerSec).toBeCloseTo(16, 5);
    await time.advance(1000);
    for (let second = 0; second < 8; second += 1) {
      frames.frames();
      await time.advance(1000);
    }
    expect(store.getState().throughput.eventsPerSec).toBe(0);
    frames.frames();
    expect(time.pending).toBe(0);
  });

  it('says how old the newest event was, by the time of the relay where there is one', () => {
    const { store } = start();
    store.ingest([spanStart('r', 's', {}, { atMs: BASE_MS - 90_000, rts: BASE_MS - 300 })]);
    store.flush();
    expect(store.getState().throughput.lagMs).toBe(300);
  });
});

describe('touched', () => {
  it('tells what a flush touched before readers wake', () => {
    const { store } = start();
    const heard: string[] = [];
    store.subscribe(() => heard.push('state'));
    store.subscribeTouched((touched: Touched) => heard.push(touched.spans.map((span) => span.spanId).join()));
    store.ingest([spanStart('r', 'a'), spanStart('r', 'b')]);
    store.flush();
    expect(heard).toEqual(['a,b', 'state']);
  });

  it('is silent after unsubscribe', () => {
    const { store } = start();
    const listener = vi.fn<() => void>();
    const stop = store.subscribeTouched(listener);
    stop();
    store.ingest(endedRun('r'));
    store.flush();
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('on the server', () => {
  it('has an initial state that never changes and shares nothing with another store', () => {
    const { store } = start();
    const initial = store.getInitialState();
    store.ingest([...endedRun('r'), logEvent('r', 'x')]);
    store.flush();
    expect(store.getInitialState()).toBe(initial);
    expect(initial.runIds).toEqual([]);
    expect(initial.logLines).toEqual([]);
    expect(initial.entities.getRun(asRunId('r'))).toBeUndefined();
    expect(initial.entities.runIds).toEqual([]);
    const other = createMonitorStore().getInitialState();
    expect(other.entities).not.toBe(initial.entities);
    expect(other.liveText).not.toBe(initial.liveText);
  });

  it('starts nothing by being made', () => {
    const { store, frames, time } = start();
    expect(frames.isAsked).toBe(false);
    expect(time.pending).toBe(0);
    expect(store.getState().connection).toEqual({ phase: 'idle' });
    expect(store.getState().session).toMatchObject({ can: ['read.shape', 'read.payload'] });
  });
});

describe('destroy', () => {
  it('ends everything; later calls do nothing', () => {
    const { store, frames, time } = start();
    store.ingest(endedRun('r'));
    store.flush();
    const listener = vi.fn<() => void>();
    store.subscribe(listener);
    store.ingest([spanStart('r', 'late')]);
    store.destroy();
    store.ingest([spanStart('r', 'later')]);
    store.flush();
    frames.frames();
    expect(listener).not.toHaveBeenCalled();
    expect(time.pending).toBe(0);
    store.destroy();
  });
});
