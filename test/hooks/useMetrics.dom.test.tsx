import { act, renderHook, waitFor } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import type { MetricsAnswer, MetricsHistoryQuery, MonitorStore } from 'spanlight/store';
import { createMonitorStore, MonitorError } from 'spanlight/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useMetrics } from '../../src/hooks/index.ts';
import { createFakeHistory } from '../store/support/fakeHistory.ts';
import { HookHost } from './support/HookHost.tsx';

const HOUR_MS = 3_600_000;
const query = { fromMs: 0, toMs: 24 * HOUR_MS, bucketMs: HOUR_MS, by: 'agent' } as const;

afterEach(() => vi.useRealTimers());

function setUp() {
  const asked: { readonly query: MetricsHistoryQuery; readonly signal: AbortSignal | undefined }[] = [];
  const control: { fault: string | undefined } = { fault: undefined };
  const historySource = {
    ...createFakeHistory(() => []),
    async loadMetrics(of: MetricsHistoryQuery, { signal }: { readonly signal?: AbortSignal } = {}) {
      asked.push({ query: of, signal });
      await Promise.resolve();
      if (control.fault) throw new MonitorError(control.fault, { happened: 'x', follows: 'x', todo: 'x' });
      return { series: [{ name: of.by, buckets: [] }], seriesCount: asked.length } satisfies MetricsAnswer;
    },
  };
  const store = createMonitorStore({ historySource });
  return { store, asked, control };
}
const wrapper =
  (store: MonitorStore) =>
  ({ children }: { readonly children: ReactNode }) => (
    <StrictMode>
      <HookHost store={store}>{children}</HookHost>
    </StrictMode>
  );

describe('useMetrics', () => {
  it('asks once for a question that reads the same in every render, and anew for another', async () => {
    const { store, asked } = setUp();
    const { result, rerender } = renderHook((by: 'agent' | 'model') => useMetrics({ ...query, by }), {
      wrapper: wrapper(store),
      initialProps: 'agent',
    });
    await waitFor(() => expect(result.current.state).toBe('ready'));
    rerender('agent');
    expect(asked.map((one) => one.query)).toEqual([query]);
    rerender('model');
    await waitFor(() => expect(result.current.answer?.series[0]?.name).toBe('model'));
    expect(asked).toHaveLength(2);
    store.destroy();
  });

  it('asks again every minute while it is mounted, and keeps the last answer after an error', async () => {
    vi.useFakeTimers();
    const { store, asked, control } = setUp();
    const { result, unmount } = renderHook(() => useMetrics(query), { wrapper: wrapper(store) });
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(result.current).toMatchObject({ state: 'ready', answer: { seriesCount: 1 } });
    control.fault = 'history.busy';
    await act(() => vi.advanceTimersByTimeAsync(59_999));
    expect(asked).toHaveLength(1);
    await act(() => vi.advanceTimersByTimeAsync(1));
    expect(result.current).toMatchObject({ state: 'error', errorCode: 'history.busy', answer: { seriesCount: 1 } });
    control.fault = undefined;
    act(() => result.current.reload());
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(result.current).toMatchObject({ state: 'ready', errorCode: undefined, answer: { seriesCount: 3 } });
    unmount();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveLength(3);
    store.destroy();
  });

  it('gives up the question when it unmounts before the answer', async () => {
    const history = createFakeHistory(() => []);
    history.isHeld = true;
    const store = createMonitorStore({ historySource: history });
    const { unmount } = renderHook(() => useMetrics(query), { wrapper: wrapper(store) });
    await waitFor(() => expect(history.asked).toEqual(['metrics']));
    expect(history.aborted).toBe(0);
    unmount();
    expect(history.aborted).toBe(1);
    store.destroy();
  });

  it('says that there is no history where the store has no source', () => {
    const store = createMonitorStore();
    const { result } = renderHook(() => useMetrics(query), { wrapper: wrapper(store) });
    expect(result.current).toMatchObject({ state: 'unavailable', answer: undefined });
    store.destroy();
  });
});
