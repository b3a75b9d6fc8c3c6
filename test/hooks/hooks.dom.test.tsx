import { act, render, renderHook, screen } from '@testing-library/react';
import { memo, Profiler, type ReactNode, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { asRunId, type Detail, type MonitorStore, type SpanKey } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import * as hooks from '../../src/hooks/index.ts';
import { BASE_MS, endedRun, keyOf, runStart, spanEnd, spanStart, spanUpdate } from '../store/support/buildEvents.ts';
import { createHookStore, HookHost } from './support/HookHost.tsx';

const wrap =
  (store: MonitorStore, isStrict = false) =>
  ({ children }: { readonly children: ReactNode }) => {
    const host = <HookHost store={store}>{children}</HookHost>;
    return isStrict ? <StrictMode>{host}</StrictMode> : host;
  };
const feed = (store: MonitorStore, ...events: Parameters<MonitorStore['ingest']>[0]) =>
  act(() => {
    store.ingest(events);
    store.flush();
  });

const Row = memo(function Row({ spanKey }: { readonly spanKey: SpanKey }) {
  return <li>{`${spanKey} ${hooks.useSpan(spanKey)?.status}`}</li>;
});

describe('rows', () => {
  it('a status event renders the row of that span and nothing else', () => {
    const { store } = createHookStore();
    const spans = Array.from({ length: 50 }, (_, index) => `s${index}`);
    store.ingest(spans.map((span) => spanStart('r', span)));
    store.flush();
    const renders: string[] = [];
    render(
      <HookHost store={store}>
        <Profiler id="list" onRender={(id) => void renders.push(id)}>
          {spans.map((span) => (
            <Profiler key={span} id={span} onRender={(id) => void renders.push(id)}>
              <Row spanKey={keyOf('r', span)} />
            </Profiler>
          ))}
        </Profiler>
      </HookHost>,
    );
    renders.length = 0;
    feed(store, spanEnd('r', 's7'));
    expect(renders).toEqual(['s7', 'list']);
    expect(screen.getByText(`${keyOf('r', 's7')} ok`)).toBeInTheDocument();
    feed(store, ...endedRun('another run'));
    expect(renders).toEqual(['s7', 'list']);
  });

  it('many events in one frame are one render', () => {
    const { store, frames } = createHookStore();
    let renders = 0;
    renderHook(
      () => {
        renders += 1;
        return hooks.useRun(asRunId('r'));
      },
      { wrapper: wrap(store) },
    );
    renders = 0;
    act(() => {
      for (let index = 0; index < 30; index += 1) store.ingest([spanStart('r', `s${index}`)]);
      frames.frame();
    });
    expect(renders).toBe(1);
  });
});

describe('selectors', () => {
  it('keep the older value while isEqual says it is the same', () => {
    const { store } = createHookStore();
    const { result } = renderHook(() => hooks.useRunIds({ status: 'running' }), { wrapper: wrap(store) });
    feed(store, spanStart('r', 'a'));
    const ids = result.current;
    expect(ids).toEqual(['r']);
    feed(store, spanStart('r', 'b'));
    expect(result.current).toBe(ids);
  });

  it('follow their arguments', () => {
    const { store } = createHookStore();
    feed(store, spanStart('r', 'a', { name: 'A' }), spanStart('r', 'b', { name: 'B' }));
    const { result, rerender } = renderHook(({ span }) => hooks.useSpan(keyOf('r', span))?.name, {
      wrapper: wrap(store),
      initialProps: { span: 'a' },
    });
    expect(result.current).toBe('A');
    rerender({ span: 'b' });
    expect(result.current).toBe('B');
  });

  it('a capped one is told at once, then not before its time, and never loses the last', () => {
    vi.useFakeTimers();
    try {
      const { store } = createHookStore();
      const seen: number[] = [];
      renderHook(
        () => void seen.push(hooks.useMonitorSelector((state) => state.entities.spanCount, { ratePerSec: 4 })),
        { wrapper: wrap(store) },
      );
      feed(store, spanStart('r', 's0'));
      expect(seen.at(-1)).toBe(1);
      const rendersBefore = seen.length;
      for (let index = 1; index < 10; index += 1) feed(store, spanStart('r', `s${index}`));
      expect(seen.length).toBe(rendersBefore);
      act(() => void vi.advanceTimersByTime(250));
      expect(seen.at(-1)).toBe(10);
      expect(seen.length).toBe(rendersBefore + 1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('read the pause while there is one', () => {
    const { store } = createHookStore();
    feed(store, spanStart('r', 'a'));
    const { result } = renderHook(() => [hooks.useSpan(keyOf('r', 'a'))?.status, hooks.useView().mode], {
      wrapper: wrap(store),
    });
    act(() => store.pause());
    feed(store, spanEnd('r', 'a'));
    expect(result.current).toEqual(['running', 'paused']);
    act(() => store.follow());
    expect(result.current).toEqual(['ok', 'following']);
  });
});

describe('without a provider', () => {
  it('says so with a code', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => renderHook(() => hooks.useMonitorStore())).toThrow(
      expect.objectContaining({ code: 'hooks.no-provider' }),
    );
    expect(renderHook(() => hooks.useMaybeMonitorStore()).result.current).toBeUndefined();
    expect(renderHook(() => hooks.useMaybeMonitorContext()).result.current).toBeUndefined();
    vi.restoreAllMocks();
  });
});

describe('topics', () => {
  it('reach the transport once under StrictMode and leave with the last view', async () => {
    const { transport } = createHookStore();
    const { store } = createHookStore({ transport, topics: [], topicLingerMs: 0 });
    store.connect();
    const views = [0, 1].map(() => renderHook(() => hooks.useTopic('logs'), { wrapper: wrap(store, true) }));
    await act(async () => undefined);
    expect(transport.subs).toEqual([[], ['logs']]);
    views[0]?.unmount();
    await act(async () => undefined);
    expect(transport.subs).toHaveLength(2);
    views[1]?.unmount();
    await act(async () => undefined);
    expect(transport.subs.at(-1)).toEqual([]);
  });
});

describe('useNow', () => {
  it('ticks by the relay’s clock, and stands still in pause', () => {
    vi.useFakeTimers({ now: BASE_MS });
    try {
      const { store } = createHookStore({ clock: { now: () => Date.now() } });
      const { result } = renderHook(() => hooks.useNow(), { wrapper: wrap(store) });
      expect(result.current).toBe(BASE_MS);
      act(() => void vi.advanceTimersByTime(3000));
      expect(result.current).toBe(BASE_MS + 3000);
      act(() => store.pause());
      act(() => void vi.advanceTimersByTime(5000));
      expect(result.current).toBe(BASE_MS + 3000);
      act(() => store.follow());
      expect(result.current).toBe(BASE_MS + 8000);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stands still when the line has been down for ten seconds, without jumping back', () => {
    vi.useFakeTimers({ now: BASE_MS });
    try {
      const { transport } = createHookStore();
      const { store } = createHookStore({ transport, clock: { now: () => Date.now() } });
      store.connect();
      const { result } = renderHook(() => hooks.useNow(), { wrapper: wrap(store) });
      act(() => {
        transport.sink.onConnection({
          phase: 'reconnecting',
          sinceMs: BASE_MS,
          attempt: 1,
          nextTryAtMs: BASE_MS,
          code: 'x',
          lastGoodAtMs: BASE_MS,
        });
        store.flush();
      });
      const seen: number[] = [];
      for (let second = 0; second < 30; second += 1) {
        act(() => void vi.advanceTimersByTime(1000));
        seen.push(result.current);
      }
      expect(seen.every((now, index) => index === 0 || now >= (seen[index - 1] ?? 0))).toBe(true);
      expect(result.current).toBe(BASE_MS + 10_000);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is one timer for all who tick at the same rate, and none when they are gone', () => {
    vi.useFakeTimers({ now: BASE_MS });
    try {
      const { store } = createHookStore();
      const views = [1, 2, 3].map(() => renderHook(() => hooks.useNow(), { wrapper: wrap(store) }));
      expect(vi.getTimerCount()).toBe(1);
      for (const view of views) view.unmount();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('useSpanDetail', () => {
  const key = keyOf('r', 's');
  const refs = { input: { kind: 'text', sizeBytes: 5 } } as const;
  const source = (loadDetail = vi.fn<() => Promise<Detail>>(async () => ({ input: 'hello' }))) => ({
    loadDetail,
    loadWorkflow: async () => undefined,
  });

  it('goes from idle to loading to ready', async () => {
    const detailSource = source();
    const { store } = createHookStore({ detailSource });
    const { result } = renderHook(() => hooks.useSpanDetail(key), { wrapper: wrap(store, true) });
    expect(result.current.state).toBe('idle');
    feed(store, spanStart('r', 's', {}, { refs }));
    expect(result.current).toMatchObject({ state: 'loading', refs });
    await act(async () => undefined);
    act(() => store.flush());
    expect(result.current).toMatchObject({ state: 'ready', detail: { input: 'hello' } });
    expect(detailSource.loadDetail).toHaveBeenCalledTimes(1);
  });

  it('loads nothing until it is enabled', async () => {
    const detailSource = source();
    const { store } = createHookStore({ detailSource });
    feed(store, spanStart('r', 's', {}, { refs }));
    const { result } = renderHook(() => hooks.useSpanDetail(key, { isEnabled: false }), { wrapper: wrap(store) });
    expect(result.current.state).toBe('idle');
    expect(detailSource.loadDetail).not.toHaveBeenCalled();
  });

  it('says what is there when the role may not read it', () => {
    const detailSource = source();
    const { store } = createHookStore({
      detailSource,
      session: { who: 'v', project: 'p', roles: ['viewer'], can: ['read.shape'] },
    });
    feed(store, spanStart('r', 's', {}, { refs }));
    const { result } = renderHook(() => hooks.useSpanDetail(key), { wrapper: wrap(store) });
    expect(result.current).toMatchObject({ state: 'redacted', detail: undefined, refs });
    expect(detailSource.loadDetail).not.toHaveBeenCalled();
  });

  it('says why it failed and loads again when asked', async () => {
    const loadDetail = vi
      .fn<() => Promise<Detail>>(async () => ({ input: 'hello' }))
      .mockRejectedValueOnce(new Error('boom'));
    const { store } = createHookStore({ detailSource: source(loadDetail) });
    feed(store, spanStart('r', 's', {}, { refs }));
    const { result } = renderHook(() => hooks.useSpanDetail(key), { wrapper: wrap(store) });
    await act(async () => undefined);
    act(() => store.flush());
    expect(result.current).toMatchObject({ state: 'error', errorCode: 'detail.unreachable' });
    expect(loadDetail).toHaveBeenCalledTimes(1);
    await act(async () => result.current.reload());
    act(() => store.flush());
    expect(result.current.state).toBe('ready');
  });

  it('follows content that grew', async () => {
    const loadDetail = vi.fn<() => Promise<Detail>>(async () => ({ input: 'hello' }));
    const { store } = createHookStore({ detailSource: source(loadDetail) });
    feed(store, spanStart('r', 's', {}, { refs }));
    renderHook(() => hooks.useSpanDetail(key), { wrapper: wrap(store) });
    await act(async () => undefined);
    feed(store, spanUpdate('r', 's', { turn: 1 }));
    expect(loadDetail).toHaveBeenCalledTimes(1);
    feed(store, spanEnd('r', 's', {}, { refs: { output: { kind: 'text', sizeBytes: 9 } } }));
    expect(loadDetail).toHaveBeenCalledTimes(2);
  });
});

describe('on the server', () => {
  function Everything() {
    return (
      <p>
        {[
          hooks.useRunIds().length,
          hooks.useRun(asRunId('r'))?.name,
          hooks.useSpan(keyOf('r', 's'))?.name,
          hooks.useChildSpanIds(keyOf('r', 's')).length,
          hooks.useRootSpanIds(asRunId('r')).length,
          hooks.useConnection().phase,
          hooks.useSession()?.who,
          hooks.useCan('read.payload'),
          hooks.useNow(),
          hooks.useGaps().length,
          hooks.useCounters().acceptedEvents,
          hooks.useStats().runningRuns,
          hooks.useTotals().calls,
          hooks.useRunCounts().all,
          hooks.useChargeLines('agent').length,
          hooks.useChargeLines('agent', asRunId('r')).length,
          hooks.useSpanDetail(keyOf('r', 's')).state,
          hooks.useWorkflow().state,
          hooks.useLogLines({ fromLevel: 'warn' }).length,
          hooks.useApprovals().length,
          hooks.useApprovals(asRunId('r')).length,
          hooks.useScores(asRunId('r')).length,
          hooks.useLiveText(keyOf('r', 's')),
          hooks.useThroughput().eventsPerSec,
          hooks.useView().mode,
          Object.keys(hooks.useSelection().selection).length,
        ].join('|')}
      </p>
    );
  }

  it('every hook renders the empty state, whatever the store holds', () => {
    const { store } = createHookStore();
    const empty = renderToString(
      <HookHost store={store}>
        <Everything />
      </HookHost>,
    );
    store.ingest([runStart('r', { name: 'Run' }), spanStart('r', 's')]);
    store.flush();
    expect(
      renderToString(
        <HookHost store={store}>
          <Everything />
        </HookHost>,
      ),
    ).toBe(empty);
    expect(empty).toContain('0|||0|0|idle|local|true|0|0|0');
  });

  it('the first client render matches it, then shows what is held', () => {
    const { store } = createHookStore();
    const html = renderToString(
      <HookHost store={store}>
        <Everything />
      </HookHost>,
    );
    store.ingest([runStart('r', { name: 'Run' })]);
    store.flush();
    const container = document.createElement('div');
    document.body.append(container);
    container.innerHTML = html;
    const onRecoverableError = vi.fn<() => void>();
    render(
      <HookHost store={store}>
        <Everything />
      </HookHost>,
      { container, hydrate: true, onRecoverableError },
    );
    expect(onRecoverableError).not.toHaveBeenCalled();
    expect(container.textContent).toContain('1|Run');
  });
});

describe('useChargeLines', () => {
  it('gives the lines of a run, and of all runs', () => {
    const { store } = createHookStore();
    feed(
      store,
      spanStart('r', 'c', { kind: 'llm', agentName: 'A' }),
      spanEnd('r', 'c', { kind: 'llm', agentName: 'A', usage: { scope: 'leaf', inputTokens: 5 } }),
      spanEnd('q', 'c', { kind: 'llm', agentName: 'A', usage: { scope: 'leaf', inputTokens: 7 } }),
    );
    const { result } = renderHook(
      () =>
        [hooks.useChargeLines('agent', asRunId('r')), hooks.useChargeLines('agent')].map(
          (lines) => lines[0]?.inputTokens,
        ),
      { wrapper: wrap(store) },
    );
    expect(result.current).toEqual([5, 12]);
  });
});
