import { asRunId, createMonitorStore, type MonitorEvent, type StoreLimits } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import {
  approvalRequested,
  BASE_MS,
  endedRun,
  keyOf,
  logEvent,
  runEnd,
  runStart,
  spanEnd,
  spanStart,
  spanUpdate,
} from './support/buildEvents.ts';
import { createFakePlatform } from './support/fakePlatform.ts';

const start = (limits: Partial<StoreLimits>) => {
  const platform = createFakePlatform();
  return { ...platform, store: createMonitorStore({ ...platform.options, limits }) };
};
const HOUR_MS = 3_600_000;

describe('runs', () => {
  it('go oldest-ended first, and are counted', () => {
    const { store } = start({ runs: 2 });
    store.ingest([
      ...endedRun('late', BASE_MS + 300),
      ...endedRun('early', BASE_MS),
      ...endedRun('middle', BASE_MS + 100),
    ]);
    store.flush();
    expect([...store.getState().runIds].sort()).toEqual(['late', 'middle']);
    expect(store.getState().counters).toMatchObject({ evictedRuns: 1, evictedSpans: 1 });
    expect(store.getState().entities.getSpan(keyOf('early', 'root'))).toBeUndefined();
  });

  it('never go while they work or wait for a person', () => {
    const { store } = start({ runs: 1 });
    store.ingest([
      spanStart('works', 's'),
      ...endedRun('waits'),
      approvalRequested('waits', 'c'),
      ...endedRun('ended', BASE_MS + 5),
      ...endedRun('ended later', BASE_MS + 9),
    ]);
    store.flush();
    expect([...store.getState().runIds].sort()).toEqual(['waits', 'works']);
  });

  it('never go while a person is asked, whatever their status', () => {
    const { store } = start({ runs: 1 });
    const failed = { ...runEnd('asks'), type: 'run.fail' } as MonitorEvent;
    store.ingest([...endedRun('asks'), approvalRequested('asks', 'c'), failed, ...endedRun('later', BASE_MS + 50)]);
    store.flush();
    expect(store.getState().entities.getRun(asRunId('asks'))).toMatchObject({
      status: 'failed',
      pendingApprovalCount: 1,
    });
    expect(store.getState().runIds).toEqual(['asks']);
  });

  it('that were never answered take at most a quarter of the room', () => {
    const { store } = start({ runs: 8 });
    for (const [at, run] of ['a', 'b', 'c', 'd', 'e'].entries())
      store.ingest([...endedRun(run, BASE_MS + 10 * at), approvalRequested(run, `c-${run}`)]);
    for (const at of [1, 2, 3, 4, 5, 6]) store.ingest(endedRun(`ended ${at}`, BASE_MS + 100 * at));
    store.flush();
    expect([...store.getState().runIds].sort()).toEqual(['d', 'e', ...[1, 2, 3, 4, 5, 6].map((at) => `ended ${at}`)]);
    expect(store.getState().counters.evictedRuns).toBe(3);
  });

  it('that nobody has spoken of for an hour may go when nothing else can', async () => {
    const { store, time } = start({ runs: 1 });
    store.ingest([spanStart('silent', 's'), spanStart('talks', 's')]);
    store.flush();
    expect(store.getState().runIds).toHaveLength(2);
    await time.advance(HOUR_MS + 1);
    store.ingest([spanUpdate('talks', 's', { turn: 1 }, { atMs: BASE_MS + HOUR_MS })]);
    store.flush();
    expect(store.getState().runIds).toEqual(['talks']);
  });

  it('do not come back as torsos when something late arrives, but do when they are opened again', () => {
    const { store } = start({ runs: 1 });
    store.ingest([...endedRun('a'), ...endedRun('b', BASE_MS + 50)]);
    store.flush();
    expect(store.getState().runIds).toEqual(['b']);
    store.ingest([spanEnd('a', 'root', {}, { atMs: BASE_MS + 60 })]);
    store.flush();
    expect(store.getState().runIds).toEqual(['b']);
    expect(store.getState().counters.droppedEvents).toBe(1);
    store.ingest([spanStart('a', 'again', {}, { atMs: BASE_MS + 70 })]);
    store.flush();
    expect([...store.getState().runIds].sort()).toEqual(['a']);
  });

  it('that left are told to indexes beside the store', () => {
    const { store } = start({ runs: 1 });
    const gone: string[] = [];
    store.subscribeTouched((touched) => {
      for (const runId of touched.restructuredRunIds) if (!store.getState().entities.getRun(runId)) gone.push(runId);
    });
    store.ingest([...endedRun('a'), ...endedRun('b', BASE_MS + 50)]);
    store.flush();
    expect(gone).toEqual(['a']);
  });
});

describe('spans, lines, events, bytes', () => {
  it('spans are bounded by letting whole runs go', () => {
    const { store } = start({ spans: 10 });
    for (let run = 0; run < 8; run += 1) {
      const events = Array.from({ length: 4 }, (_, span) => [
        spanStart(`r${run}`, `s${span}`, {}, { atMs: BASE_MS + run }),
        spanEnd(`r${run}`, `s${span}`, {}, { atMs: BASE_MS + run }),
      ]).flat();
      store.ingest(events);
      store.flush();
    }
    expect(store.getState().entities.spanCount).toBe(8);
    expect([...store.getState().runIds].sort()).toEqual(['r6', 'r7']);
    expect(store.getState().counters).toMatchObject({ evictedRuns: 6, evictedSpans: 24 });
  });

  it('the newest log lines stay', () => {
    const { store } = start({ logLines: 3 });
    store.ingest(Array.from({ length: 5 }, (_, index) => logEvent('r', `${index}`, { atMs: BASE_MS + index })));
    store.flush();
    expect(store.getState().logLines.map((line) => line.detail?.message)).toEqual(['2', '3', '4']);
    expect(store.getState().counters.evictedLogLines).toBe(2);
  });

  it('the newest events stay for export', () => {
    const { store } = start({ loggedEvents: 3 });
    store.ingest(Array.from({ length: 5 }, (_, index) => runStart(`r${index}`)));
    store.flush();
    expect(store.loggedEvents().map(({ event }) => event.run)).toEqual(['r2', 'r3', 'r4']);
    expect(store.getState().counters.evictedLoggedEvents).toBe(2);
  });

  it('content that came inline counts, and goes with its run', () => {
    const { store } = start({ bytes: 300_000 });
    const text = 'x'.repeat(20_000);
    for (let run = 0; run < 50; run += 1) {
      store.ingest([
        spanStart(`r${run}`, 's', {}, { atMs: BASE_MS + run, detail: { input: text } }),
        spanEnd(`r${run}`, 's', {}, { atMs: BASE_MS + run }),
      ]);
      store.flush();
    }
    const { runIds, counters } = store.getState();
    expect(runIds.length).toBeLessThan(10);
    expect(runIds[0]).toBe('r49');
    expect(counters.evictedRuns).toBe(50 - runIds.length);
    expect(store.loggedEvents().length).toBeLessThan(20);
  });

  it('a long stream of runs leaves the store as small as a short one', () => {
    const { store } = start({ runs: 20, loggedEvents: 100, logLines: 50 });
    for (let run = 0; run < 3000; run += 1) {
      store.ingest([...endedRun(`r${run}`, BASE_MS + run), logEvent(`r${run}`, 'line', { atMs: BASE_MS + run })]);
      if (run % 10 === 0) store.flush();
    }
    store.flush();
    const { entities, logLines, counters } = store.getState();
    expect(entities.runIds).toHaveLength(20);
    expect(entities.spanCount).toBe(20);
    expect(logLines).toHaveLength(50);
    expect(store.loggedEvents()).toHaveLength(100);
    expect(counters).toMatchObject({ evictedRuns: 2980, acceptedEvents: 9000 });
  });
});

describe('the queue', () => {
  it('lets log lines and updates go first, counts them, and never lets a lifecycle event go', () => {
    const { store } = start({ queuedEvents: 100 });
    const events: MonitorEvent[] = [];
    for (let index = 0; index < 60; index += 1) {
      events.push(spanStart('r', `s${index}`), spanUpdate('r', `s${index}`, { turn: 2 }), logEvent('r', 'x'));
    }
    store.ingest(events);
    store.flush();
    expect(store.getState().entities.spanCount).toBe(60);
    expect(store.getState().counters).toMatchObject({ acceptedEvents: 60, droppedEvents: 120, queuedEvents: 0 });
  });

  it('keeps all of them while there is room', () => {
    const { store } = start({ queuedEvents: 100 });
    store.ingest(Array.from({ length: 100 }, (_, index) => logEvent('r', `${index}`)));
    store.flush();
    expect(store.getState().counters.droppedEvents).toBe(0);
    expect(store.getState().logLines).toHaveLength(100);
  });

  it('works lifecycle events off at once when they alone fill it', () => {
    const { store, frames } = start({ queuedEvents: 100 });
    store.ingest(Array.from({ length: 5000 }, (_, index) => spanStart('r', `s${index}`)));
    frames.frames();
    expect(store.getState().entities.spanCount).toBe(5000);
    expect(store.getState().counters.droppedEvents).toBe(0);
  });
});

it('shows unknown runs as unknown', () => {
  const { store } = start({});
  expect(store.getState().entities.getRun(asRunId('nobody'))).toBeUndefined();
});
