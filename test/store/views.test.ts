import { asRunId, createMonitorStore, selectRun, selectSpan, type Touched } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { BASE_MS, endedRun, keyOf, logEvent, spanEnd, spanStart } from './support/buildEvents.ts';
import { createFakePlatform, createFakeTransport } from './support/fakePlatform.ts';

const start = () => {
  const platform = createFakePlatform();
  const transport = createFakeTransport();
  return { ...platform, transport, store: createMonitorStore({ ...platform.options, transport }) };
};

describe('pause', () => {
  it('freezes what the agents did while the store goes on', () => {
    const { store } = start();
    store.ingest([spanStart('r', 'a'), logEvent('r', 'one')]);
    store.pause();
    store.ingest([spanEnd('r', 'a'), ...endedRun('new'), logEvent('r', 'two')]);
    store.flush();
    const view = store.getView();
    expect(view.view).toEqual({ mode: 'paused', atMs: BASE_MS, waitingEvents: 4 });
    expect(selectSpan(view, keyOf('r', 'a'))?.status).toBe('running');
    expect(view.runIds).toEqual(['r']);
    expect(selectRun(view, asRunId('new'))).toBeUndefined();
    expect(view.logLines).toHaveLength(1);
    expect(selectSpan(store.getState(), keyOf('r', 'a'))?.status).toBe('ok');
  });

  it('keeps the connection and the session true', () => {
    const { store, transport } = start();
    store.connect();
    store.pause();
    transport.sink.onConnection({ phase: 'live', sinceMs: 1, kind: 'websocket' });
    store.flush();
    expect(store.getView().connection.phase).toBe('live');
    expect(store.getView().view.mode).toBe('paused');
  });

  it('shows all at once when it ends', () => {
    const { store } = start();
    store.ingest([spanStart('r', 'a')]);
    store.pause();
    store.ingest([spanEnd('r', 'a')]);
    store.flush();
    store.follow();
    expect(store.getView().view).toEqual({ mode: 'following' });
    expect(selectSpan(store.getView(), keyOf('r', 'a'))?.status).toBe('ok');
    expect(store.getView()).toBe(store.getState());
  });

  it('wakes readers when it begins, when more waits and when it ends', () => {
    const { store } = start();
    const views: string[] = [];
    store.subscribe(() => {
      const { view } = store.getView();
      views.push(view.mode === 'paused' ? `paused ${view.waitingEvents}` : view.mode);
    });
    store.pause();
    store.ingest(endedRun('r'));
    store.flush();
    store.follow();
    expect(views).toEqual(['paused 0', 'paused 2', 'following']);
  });

  it('tells indexes nothing until it ends, then everything', () => {
    const { store } = start();
    const heard: Touched[] = [];
    store.subscribeTouched((touched) => heard.push(touched));
    store.pause();
    for (let index = 0; index < 5; index += 1) {
      store.ingest([spanStart('r', 'a', { turn: index }), spanStart('r', `s${index}`)]);
      store.flush();
    }
    expect(heard).toHaveLength(0);
    store.follow();
    expect(heard).toHaveLength(1);
    expect(heard[0]?.spans.map((span) => span.spanId).sort()).toEqual(['a', 's0', 's1', 's2', 's3', 's4']);
    expect(heard[0]?.spans.find((span) => span.spanId === 'a')).toBe(selectSpan(store.getState(), keyOf('r', 'a')));
    expect([...(heard[0]?.restructuredRunIds ?? [])]).toEqual(['r']);
  });

  it('takes in what was queued before it', () => {
    const { store } = start();
    store.ingest([spanStart('r', 'a')]);
    store.pause();
    expect(store.getView().runIds).toEqual(['r']);
  });

  it('asked for twice is one pause', () => {
    const { store } = start();
    store.pause();
    store.ingest(endedRun('r'));
    store.flush();
    store.pause();
    expect(store.getView().runIds).toEqual([]);
    store.follow();
    store.follow();
    expect(store.getView().runIds).toEqual(['r']);
  });
});
