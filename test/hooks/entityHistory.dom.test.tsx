import { act, renderHook, waitFor } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { useAlertHistory, useApprovalHistory, useScoreHistory } from 'spanlight';
import { asRunId, createMonitorStore, type MonitorEvent, type MonitorStore, type Session } from 'spanlight/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { approvalRequested, BASE_MS, spanEnd, spanStart } from '../store/support/buildEvents.ts';
import { createFakeHistory } from '../store/support/fakeHistory.ts';
import { createFakePlatform, createFakeTransport } from '../store/support/fakePlatform.ts';
import { HookHost } from './support/HookHost.tsx';

const at = (index: number) => BASE_MS + index * 1000;
const runOf = (index: number) => `run-${index}`;
const asked = (index: number) => [
  spanStart(runOf(index), 's', {}, { atMs: at(index) }),
  approvalRequested(runOf(index), `call-${index}`, { atMs: at(index) }),
];
const decided = (index: number, decision: 'approved' | 'rejected' = 'approved'): MonitorEvent[] => [
  {
    id: `decided-${index}`,
    type: 'approval.decided',
    sv: 1,
    ts: at(index) + 500,
    run: asRunId(runOf(index)),
    ref: `call-${index}`,
    a: { decision, decidedBy: 'ann' },
  } as MonitorEvent,
  spanEnd(runOf(index), 's', {}, { atMs: at(index) + 500 }),
];
const over = (index: number) => [...asked(index), ...decided(index)];
const score = (index: number, value: number, id = `score-${index}`): MonitorEvent =>
  ({
    id,
    type: 'score',
    sv: 1,
    ts: at(index),
    run: asRunId(runOf(index)),
    a: { name: 'polite', value },
  }) as MonitorEvent;
const alert = (index: number, type: 'alert.firing' | 'alert.resolved'): MonitorEvent =>
  ({
    id: `${type}-${index}`,
    type,
    sv: 1,
    ts: at(index) + (type === 'alert.firing' ? 0 : 500),
    ref: `alert-${index}`,
    a: { ruleName: 'Slow', severity: index % 2 === 0 ? 'warning' : 'critical' },
  }) as MonitorEvent;

afterEach(() => vi.useRealTimers());

/** The relay has all that was sent; the store holds what came since it looked, in few runs. */
function setUp(before: readonly MonitorEvent[], runs = 100) {
  const sent = [...before];
  const history = createFakeHistory(() => sent);
  const transport = createFakeTransport();
  const { options, frames } = createFakePlatform();
  const store = createMonitorStore({ ...options, transport, historySource: history, limits: { runs } });
  store.connect();
  const come = (...events: readonly MonitorEvent[]) => {
    sent.push(...events);
    store.ingest(events);
    act(() => store.flush());
  };
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <StrictMode>
      <HookHost store={store}>{children}</HookHost>
    </StrictMode>
  );
  return { store, history, transport, frames, sent, come, wrapper };
}
const callsOf = (items: readonly { readonly callId: string; readonly state: string }[]) =>
  items.map(({ callId, state }) => `${callId.slice(5)} ${state}`);
const gap = (store: MonitorStore, transport: ReturnType<typeof createFakeTransport>, from: number) =>
  act(() => {
    transport.sink.onGap({ t: 'gap', epoch: 'a', from, to: from + 9, why: 'retention' });
    store.flush();
  });

describe('useApprovalHistory', () => {
  it('asks the relay for approvals, shows live ones at once, and older ones page by page', async () => {
    const { store, history, transport, come, wrapper } = setUp([...over(1), ...over(2), ...over(3), ...over(4)]);
    const { result } = renderHook(() => useApprovalHistory(), { wrapper });
    await waitFor(() => expect(transport.subs.at(-1)).toContain('approvals'));
    come(...asked(5));
    await waitFor(() => expect(callsOf(result.current.items)).toEqual(['5 pending']));
    expect(history.asked).toEqual([]);
    act(() => result.current.loadMore());
    await waitFor(() => expect(callsOf(result.current.items)).toEqual(['5 pending', '4 approved']));
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current.items).toHaveLength(4));
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current).toMatchObject({ isEnd: true, state: 'idle' }));
    expect(callsOf(result.current.items)).toEqual([
      '5 pending',
      '4 approved',
      '3 approved',
      '2 approved',
      '1 approved',
    ]);
    store.destroy();
  });

  it('shows a decision about one of a page at once, and keeps the order', async () => {
    const { store, come, wrapper } = setUp([]);
    come(...asked(1), ...asked(2), ...asked(3));
    const { result } = renderHook(() => useApprovalHistory(), { wrapper });
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current.state).toBe('idle'));
    come(...decided(2, 'rejected'));
    await waitFor(() => expect(callsOf(result.current.items)).toEqual(['3 pending', '2 rejected', '1 pending']));
    store.destroy();
  });

  it('lists what the filter asks for, of the live ones too: what was decided leaves those that wait', async () => {
    const { store, come, wrapper } = setUp([]);
    come(...asked(1), ...asked(2), ...asked(3));
    const { result, rerender } = renderHook(
      (runIds: readonly string[]) => useApprovalHistory({ states: ['pending'], runIds, toMs: at(3) }),
      { wrapper, initialProps: [runOf(1), runOf(2), runOf(3)] },
    );
    expect(callsOf(result.current.items)).toEqual(['2 pending', '1 pending']);
    come(...decided(2));
    await waitFor(() => expect(callsOf(result.current.items)).toEqual(['1 pending']));
    rerender([runOf(3)]);
    expect(result.current.items).toEqual([]);
    store.destroy();
  });

  it('keeps those whose run the store let go: they stand in no page', async () => {
    const { store, come, wrapper } = setUp([...over(1), ...over(2), ...over(3)], 2);
    const { result } = renderHook(() => useApprovalHistory(), { wrapper });
    act(() => result.current.loadMore());
    await waitFor(() => expect(callsOf(result.current.items)).toEqual(['3 approved', '2 approved']));
    for (const index of [4, 5, 6, 7]) come(...over(index));
    expect(store.getState().counters.evictedRuns).toBeGreaterThan(0);
    await waitFor(() =>
      expect(callsOf(result.current.items)).toEqual([7, 6, 5, 4, 3, 2].map((index) => `${index} approved`)),
    );
    store.destroy();
  });

  it('reads its pages again after events were lost: what was asked and decided meanwhile is there', async () => {
    const { store, history, transport, sent, come, wrapper } = setUp([...over(1), ...over(2), ...asked(3)]);
    come(); // nothing is held of these
    const { result } = renderHook(() => useApprovalHistory(), { wrapper });
    act(() => result.current.loadMore());
    await waitFor(() => expect(callsOf(result.current.items)).toEqual(['3 pending', '2 approved']));
    sent.push(...decided(3), ...over(4));
    history.isHeld = true;
    gap(store, transport, 10);
    await waitFor(() => expect(result.current.state).toBe('loading'));
    expect(callsOf(result.current.items)).toEqual(['3 pending', '2 approved']); // not a row moves before the new ones are whole
    await act(() => history.release());
    await waitFor(() => expect(callsOf(result.current.items)).toEqual(['4 approved', '3 approved']));
    history.fault = 'history.busy';
    gap(store, transport, 30);
    await waitFor(() => expect(result.current).toMatchObject({ state: 'error', errorCode: 'history.busy' }));
    expect(result.current.items).toHaveLength(2);
    history.fault = undefined;
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current.state).toBe('idle'));
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current.items).toHaveLength(4));
    store.destroy();
  });

  it('asks again from time to time while a page says that something waits of which nothing live tells', async () => {
    vi.useFakeTimers();
    const { store, history, sent, wrapper } = setUp([...asked(1)]);
    const { result, unmount } = renderHook(() => useApprovalHistory(), { wrapper });
    act(() => result.current.loadMore());
    await act(() => vi.advanceTimersByTimeAsync(100));
    expect(callsOf(result.current.items)).toEqual(['1 pending']);
    sent.push(...decided(1));
    await act(() => vi.advanceTimersByTimeAsync(30_000));
    expect(callsOf(result.current.items)).toEqual(['1 approved']);
    expect(history.asked).toHaveLength(2);
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(history.asked).toHaveLength(2); // nothing waits any more
    unmount();
    store.destroy();
  });

  it('says why nothing older came, and drops everything when the role changes', async () => {
    const { store, history, transport, wrapper } = setUp([...over(1), ...over(2)]);
    const { result } = renderHook(() => useApprovalHistory(), { wrapper });
    history.fault = 'history.unreachable';
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current).toMatchObject({ state: 'error', errorCode: 'history.unreachable' }));
    history.fault = undefined;
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current.items).toHaveLength(2));
    const welcome = (roles: Session['roles'], can: Session['can'], lens: string) =>
      act(() => {
        transport.sink.onWelcome(
          {
            t: 'welcome',
            v: 1,
            conn: 'c',
            who: 'ann',
            project: 'p',
            roles,
            can,
            lens,
            epoch: 'a',
            head: 1,
            oldest: 1,
            now: BASE_MS,
            hb: 10_000,
            limits: { frameBytes: 1, ringEvents: 1 },
            resume: 'ok',
          },
          false,
        );
        store.flush();
      });
    welcome(['developer'], ['read.shape', 'read.payload'], 'a');
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current.items).toHaveLength(2));
    welcome(['viewer'], ['read.shape'], 'b');
    expect(result.current).toMatchObject({ items: [], isEnd: false, state: 'idle' });
    store.destroy();
  });

  it('has the live ones where there is no history to ask', async () => {
    const store = createMonitorStore();
    const wrapper = ({ children }: { readonly children: ReactNode }) => <HookHost store={store}>{children}</HookHost>;
    const { result } = renderHook(() => useApprovalHistory(), { wrapper });
    act(() => result.current.loadMore());
    store.ingest(asked(1));
    act(() => store.flush());
    await waitFor(() => expect(result.current).toMatchObject({ state: 'unavailable', items: [{ callId: 'call-1' }] }));
    store.destroy();
  });
});

describe('useScoreHistory', () => {
  it('has a judgement once, as the last one had it, live and from pages', async () => {
    const { store, come, wrapper } = setUp([score(1, 0.1), score(2, 0.2), score(3, 0.3)]);
    come(score(4, 0.4));
    const { result } = renderHook(() => useScoreHistory({ names: ['polite'] }), { wrapper });
    const values = () => result.current.items.map(({ value }) => value);
    expect(values()).toEqual([0.4]);
    act(() => result.current.loadMore());
    await waitFor(() => expect(values()).toEqual([0.4, 0.3]));
    come({ ...score(3, 0.9, 'again'), ts: at(6) } as MonitorEvent);
    await waitFor(() => expect(values()).toEqual([0.9, 0.4]));
    expect(renderHook(() => useScoreHistory({ names: ['true'] }), { wrapper }).result.current.items).toEqual([]);
    store.destroy();
  });
});

describe('useAlertHistory', () => {
  it('has an alert once, as it stands now, live and from pages', async () => {
    const { store, transport, come, wrapper } = setUp([alert(1, 'alert.firing'), alert(2, 'alert.firing')]);
    const { result } = renderHook(() => useAlertHistory(), { wrapper });
    await waitFor(() => expect(transport.subs.at(-1)).toContain('alerts'));
    const states = () => result.current.items.map(({ alertId, state }) => `${alertId} ${state}`);
    act(() => result.current.loadMore());
    await waitFor(() => expect(states()).toEqual(['alert-2 firing', 'alert-1 firing']));
    come(alert(3, 'alert.firing'), alert(1, 'alert.firing'), alert(1, 'alert.resolved'));
    await waitFor(() => expect(states()).toEqual(['alert-3 firing', 'alert-2 firing', 'alert-1 resolved']));
    const grave = renderHook(() => useAlertHistory({ states: ['firing'], severities: ['critical'] }), { wrapper });
    expect(grave.result.current.items).toMatchObject([{ alertId: 'alert-3' }]);
    store.destroy();
  });
});
