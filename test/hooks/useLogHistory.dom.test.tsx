import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createMonitorStore, type LogLevel, type MonitorEvent } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { useLogHistory } from '../../src/hooks/index.ts';
import { BASE_MS } from '../store/support/buildEvents.ts';
import { createFakeHistory } from '../store/support/fakeHistory.ts';
import { HookHost } from './support/HookHost.tsx';

const line = (index: number, level: LogLevel = 'info', atMs = BASE_MS + index * 1000): MonitorEvent =>
  ({
    id: `line-${String(index).padStart(3, '0')}`,
    type: 'log',
    sv: 1,
    ts: atMs,
    a: { level },
    refs: { message: { kind: 'text', sizeBytes: 8 } },
  }) as unknown as MonitorEvent;
const numbers = (lines: readonly { readonly id: string }[]) => lines.map(({ id }) => Number(id.slice(5)));
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** A store that holds four lines; the relay's log has all that came. */
function setUp() {
  const sent = upTo(1, 8).map((index) => line(index));
  const history = createFakeHistory(() => sent);
  const store = createMonitorStore({ historySource: history, limits: { logLines: 4 } });
  const wrapper = ({ children }: { readonly children: ReactNode }) => <HookHost store={store}>{children}</HookHost>;
  const show = () => act(() => store.flush());
  const come = (...events: readonly MonitorEvent[]) => {
    sent.push(...events);
    store.ingest(events);
    show();
  };
  store.ingest(sent);
  store.flush();
  return { store, history, wrapper, come, show };
}
/** Hooks hear of lists ten times a second at most. */
const expectLines = (read: () => readonly { readonly id: string }[], wanted: readonly number[]) =>
  waitFor(() => expect(numbers(read())).toEqual(wanted));

describe('useLogHistory with older pages open', () => {
  it('keeps the lines that leave the newest ones: they stand in no page', async () => {
    const { wrapper, come, store } = setUp();
    const { result } = renderHook(() => useLogHistory(), { wrapper });
    expect(numbers(result.current.lines)).toEqual([5, 6, 7, 8]);
    act(() => result.current.loadOlder());
    await expectLines(() => result.current.lines, upTo(3, 8));
    come(...upTo(9, 10).map((index) => line(index)));
    come(...upTo(11, 14).map((index) => line(index))); // 9 and 10 came after the page, and leave again
    await expectLines(() => result.current.lines, upTo(3, 14));
    expect(store.getState().logLines).toHaveLength(4);
    expect(result.current.missed).toBeUndefined();
    store.destroy();
  });

  it('keeps a line that comes so late that it is let go at once', async () => {
    const { wrapper, come, store } = setUp();
    const { result } = renderHook(() => useLogHistory(), { wrapper });
    act(() => result.current.loadOlder());
    await expectLines(() => result.current.lines, upTo(3, 8));
    come(line(90, 'info', BASE_MS + 4500));
    await expectLines(() => result.current.lines, [3, 4, 90, 5, 6, 7, 8]);
    store.destroy();
  });

  it('keeps as many again as the store holds, says how many more are left out and where, and starts anew on demand', async () => {
    const { wrapper, come, store } = setUp();
    const { result } = renderHook(() => useLogHistory(), { wrapper });
    act(() => result.current.loadOlder());
    await expectLines(() => result.current.lines, upTo(3, 8));
    for (const index of upTo(9, 18)) come(line(index));
    await expectLines(() => result.current.lines, [...upTo(3, 12), ...upTo(15, 18)]);
    expect(result.current.missed).toEqual({ count: 2, beforeIndex: 10 });
    act(() => result.current.startAnew());
    await expectLines(() => result.current.lines, upTo(13, 18));
    expect(result.current.missed).toBeUndefined();
    store.destroy();
  });

  it('lets go of them when the pages go, and keeps nothing where nobody reads on', async () => {
    const { wrapper, come, store } = setUp();
    const { result, rerender, unmount } = renderHook(
      (fromLevel: LogLevel | undefined) => useLogHistory({ fromLevel }),
      {
        wrapper,
        initialProps: undefined as LogLevel | undefined,
      },
    );
    come(line(9));
    expect(store.getState().leftLogLines.lines).toEqual([]);
    act(() => result.current.loadOlder());
    await waitFor(() => expect(result.current.state).toBe('idle'));
    come(line(10), line(11, 'error'));
    expect(numbers(store.getState().leftLogLines.lines)).toEqual([6, 7]);
    rerender('error');
    await waitFor(() => {
      store.flush();
      expect(store.getState().leftLogLines.lines).toEqual([]);
    });
    await expectLines(() => result.current.lines, [11]);
    unmount();
    store.destroy();
  });
});
