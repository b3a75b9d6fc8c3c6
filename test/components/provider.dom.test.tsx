import { act, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode, useState } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { DashboardPrefab, MonitorProvider, useMonitorContext } from 'spanlight';
import { createMonitorStore } from 'spanlight/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { approvalRequested, BASE_MS, runStart, spanEnd, spanStart } from '../store/support/buildEvents.ts';
import { createFakeTransport } from '../store/support/fakePlatform.ts';
import { live, startMonitor } from './support/startMonitor.tsx';

const rootOf = (container: Element) => container.querySelector<HTMLElement>('.sl-root') as HTMLElement;

describe('the root element', () => {
  it('carries theme, density, class and DOM props of the host', () => {
    const { ui } = startMonitor();
    const { container } = render(ui(null, { density: 'regular', className: 'mine', id: 'monitor', dir: 'rtl' }));
    const root = rootOf(container);
    expect(root).toHaveClass('sl-root', 'mine');
    expect(root).toHaveAttribute('data-sl-theme', 'light');
    expect(root).toHaveAttribute('data-sl-density', 'regular');
    expect(root).toHaveAttribute('id', 'monitor');
    expect(root).toHaveAttribute('dir', 'rtl');
  });

  it('follows the host theme with one observer and lets go of it', async () => {
    const { ui } = startMonitor();
    const { container, rerender, unmount } = render(ui(null, { theme: 'auto' }));
    const root = rootOf(container);
    expect(root).toHaveAttribute('data-sl-theme', 'light');
    document.documentElement.classList.add('dark');
    await vi.waitFor(() => expect(root).toHaveAttribute('data-sl-theme', 'dark'));
    container.setAttribute('data-theme', 'light'); // the nearest switch wins
    await vi.waitFor(() => expect(root).toHaveAttribute('data-sl-theme', 'light'));
    container.removeAttribute('data-theme');
    document.documentElement.classList.remove('dark');
    document.body.setAttribute('data-mui-color-scheme', 'dark');
    await vi.waitFor(() => expect(root).toHaveAttribute('data-sl-theme', 'dark'));
    rerender(ui(null, { theme: 'light' }));
    expect(root).toHaveAttribute('data-sl-theme', 'light');
    document.body.removeAttribute('data-mui-color-scheme');
    unmount();
  });

  it('takes touch density where the pointer is coarse, unless the host said another', () => {
    const matchMedia = (query: string) =>
      ({
        matches: query.includes('coarse'),
        addEventListener() {},
        removeEventListener() {},
      }) as unknown as MediaQueryList;
    vi.stubGlobal('matchMedia', matchMedia);
    const { ui } = startMonitor();
    const { container, rerender } = render(ui(null));
    expect(rootOf(container)).toHaveAttribute('data-sl-density', 'touch');
    rerender(ui(null, { density: 'compact' }));
    expect(rootOf(container)).toHaveAttribute('data-sl-density', 'compact');
    vi.unstubAllGlobals();
  });
});

describe('a button that its own press takes away', () => {
  function Vanishing() {
    const [isThere, setIsThere] = useState(true);
    return (
      <section>
        <button type="button" tabIndex={0}>
          list
        </button>
        {isThere && (
          <p>
            <button type="button" onClick={() => setIsThere(false)}>
              more
            </button>
          </p>
        )}
      </section>
    );
  }
  const show = () => {
    const { ui } = startMonitor();
    const first = (
      <button type="button" tabIndex={0}>
        first
      </button>
    );
    render(
      ui(
        <>
          {first}
          <Vanishing />
        </>,
      ),
    );
    return screen.getByRole('button', { name: 'more' });
  };

  /** A press of a key comes as a click that counts none. */
  const press = (detail: number) => {
    vi.useFakeTimers();
    const more = show();
    act(() => more.focus());
    fireEvent.click(more, { detail });
    expect(document.body).toHaveFocus();
    act(() => {
      vi.advanceTimersByTime(1000);
    });
    vi.useRealTimers();
  };

  it('leaves the focus of a keyboard at the nearest tab stop that stays', () => {
    press(0);
    expect(screen.getByRole('button', { name: 'list' })).toHaveFocus();
  });

  it('moves no focus for a pointer', () => {
    press(1);
    expect(document.body).toHaveFocus();
  });
});

describe('the store', () => {
  it('is connected while the provider is mounted, also in StrictMode', () => {
    const transport = createFakeTransport();
    const store = createMonitorStore({ transport });
    const { unmount } = render(
      <StrictMode>
        <MonitorProvider store={store}>{null}</MonitorProvider>
      </StrictMode>,
    );
    expect(transport.isStarted).toBe(true);
    unmount();
    expect(transport.isStarted).toBe(false);
    store.destroy();
  });
});

describe('selection', () => {
  const Shown = () => <p data-testid="shown">{useMonitorContext().selection.runId ?? 'none'}</p>;
  const Picker = () => {
    const { select, navigate } = useMonitorContext();
    return (
      <button
        type="button"
        onClick={() => {
          select({ runId: 'r2' as never });
          navigate({ to: 'run', runId: 'r2' as never });
        }}
      >
        pick
      </button>
    );
  };
  const both = (
    <>
      <Shown />
      <Picker />
    </>
  );

  it('is kept here by default, and told to the host', () => {
    const onSelectionChange = vi.fn<(selection: object) => void>();
    const onNavigate = vi.fn<(target: object) => void>();
    const { ui } = startMonitor();
    render(ui(both, { defaultSelection: { runId: 'r1' as never }, onSelectionChange, onNavigate }));
    expect(screen.getByTestId('shown')).toHaveTextContent('r1');
    act(() => screen.getByRole('button').click());
    expect(screen.getByTestId('shown')).toHaveTextContent('r2');
    expect(onSelectionChange).toHaveBeenCalledWith({ runId: 'r2' });
    expect(onNavigate).toHaveBeenCalledWith({ to: 'run', runId: 'r2' });
  });

  it('is the host’s where the host keeps it', () => {
    const { ui } = startMonitor();
    render(ui(both, { selection: { runId: 'r1' as never } }));
    act(() => screen.getByRole('button').click());
    expect(screen.getByTestId('shown')).toHaveTextContent('r1');
  });
});

describe('announcements', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const Say = ({ words }: { words: readonly [string, 'polite' | 'assertive', boolean?][] }) => {
    const { announce } = useMonitorContext();
    return (
      <button
        type="button"
        onClick={() => words.forEach(([text, urgency, isMinor]) => announce(text, urgency, isMinor))}
      >
        say
      </button>
    );
  };
  const say = () => act(() => screen.getByRole('button', { name: 'say' }).click());
  const wait = (ms: number) =>
    act(() => {
      vi.advanceTimersByTime(ms);
    });

  it('start empty, keep their distance and say together what came meanwhile', () => {
    const { ui } = startMonitor();
    const { rerender } = render(ui(<Say words={[['One.', 'polite']]} />));
    expect(screen.getByRole('status')).toBeEmptyDOMElement();
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
    say();
    expect(screen.getByRole('status')).toHaveTextContent('One.');
    rerender(
      ui(
        <Say
          words={[
            ['Two.', 'polite'],
            ['Three.', 'polite'],
            ['Two.', 'polite'],
          ]}
        />,
      ),
    );
    say();
    wait(4_900);
    expect(screen.getByRole('status')).toHaveTextContent('One.');
    wait(200);
    expect(screen.getByRole('status')).toHaveTextContent('Three. Two.');
  });

  it('of the urgent kind come at most once in 15 s', () => {
    const { ui } = startMonitor();
    const { rerender } = render(ui(<Say words={[['A.', 'assertive']]} />));
    say();
    rerender(ui(<Say words={[['B.', 'assertive']]} />));
    say();
    wait(14_000);
    expect(screen.getByRole('alert')).toHaveTextContent('A.');
    wait(1_100);
    expect(screen.getByRole('alert')).toHaveTextContent('B.');
  });

  it('are as many as the host wants', () => {
    const { ui } = startMonitor();
    const words: [string, 'polite', boolean?][] = [['Minor.', 'polite', true]];
    const { rerender } = render(ui(<Say words={words} />));
    say();
    expect(screen.getByRole('status')).toBeEmptyDOMElement();
    rerender(ui(<Say words={words} />, { announce: 'all' }));
    say();
    expect(screen.getByRole('status')).toHaveTextContent('Minor.');
    rerender(ui(<Say words={[['Off.', 'polite']]} />, { announce: 'off' }));
    wait(5_100);
    say();
    expect(screen.getByRole('status')).toHaveTextContent('Minor.');
  });

  it('tell that the selected run ended, and of nothing else that streams', () => {
    const { ui, ingest } = startMonitor({ events: [runStart('r1', { name: 'Support triage' }), spanStart('r1', 'a')] });
    render(ui(null, { selection: { runId: 'r1' as never } }));
    act(() => ingest(spanStart('r1', 'b', {}, { parent: 'a' }), runStart('r2')));
    expect(screen.getByRole('status')).toBeEmptyDOMElement();
    act(() =>
      ingest(
        spanEnd('r1', 'b', {}, { parent: 'a', atMs: BASE_MS + 5 }),
        spanEnd('r1', 'a', {}, { atMs: BASE_MS + 10 }),
      ),
    );
    expect(screen.getByRole('status')).toHaveTextContent('Support triage: Succeeded');
  });

  it('tell of a lost line after 10 s, and when it is back', async () => {
    const { ui, setConnection, advance } = startMonitor();
    const { container } = render(ui(null));
    act(() =>
      setConnection({
        phase: 'reconnecting',
        sinceMs: BASE_MS,
        attempt: 1,
        nextTryAtMs: BASE_MS + 1_000,
        code: 'transport.lost',
        lastGoodAtMs: BASE_MS,
      }),
    );
    wait(1_000);
    expect(rootOf(container)).not.toHaveAttribute('data-stale');
    await act(() => advance(10_500));
    wait(1_000);
    expect(rootOf(container)).toHaveAttribute('data-stale');
    expect(screen.getByRole('alert')).toHaveTextContent('Connection lost. What you see is not updating.');
    act(() => setConnection(live));
    wait(15_100);
    expect(rootOf(container)).not.toHaveAttribute('data-stale');
    expect(screen.getByRole('alert')).toHaveTextContent('Connection restored.');
  });

  it('tell an approver that something waits, and nobody else', () => {
    const request = [spanStart('r1', 'a'), approvalRequested('r1', 'call1')];
    const approver = startMonitor({ roles: ['approver'] });
    const { unmount } = render(approver.ui(null));
    act(() => approver.ingest(...request));
    expect(screen.getByRole('alert')).toHaveTextContent('An approval is waiting for you.');
    unmount();
    const viewer = startMonitor({ roles: ['viewer'] });
    render(viewer.ui(null));
    act(() => viewer.ingest(...request));
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
  });
});

describe('words', () => {
  it('are the host’s where it gave any, also inside a table of words', () => {
    const { ui } = startMonitor();
    const Words = () => {
      const { messages } = useMonitorContext();
      return <p>{`${messages.runList.title} ${messages.common.status.ok} ${messages.common.status.error}`}</p>;
    };
    render(ui(<Words />, { messages: { runList: { title: 'Läufe' }, common: { status: { ok: 'Fertig' } } } }));
    expect(screen.getByText('Läufe Fertig Failed')).toBeVisible();
  });
});

describe('on the server', () => {
  it('renders without a style attribute, and hydrates over it without a mismatch', async () => {
    const store = createMonitorStore();
    store.ingest([runStart('r1', { name: 'Only in the browser' }), spanStart('r1', 'a')]);
    store.flush();
    const app = (
      <StrictMode>
        <MonitorProvider store={store}>
          <DashboardPrefab />
        </MonitorProvider>
      </StrictMode>
    );
    const html = renderToString(app);
    expect(html).not.toMatch(/ style=/);
    expect(html).not.toContain('Only in the browser');
    const container = document.createElement('div');
    container.innerHTML = html;
    document.body.append(container);
    const errors: unknown[] = [];
    const consoleError = vi.spyOn(console, 'error').mockImplementation((...args) => void errors.push(args));
    const root = await act(async () =>
      hydrateRoot(container, app, { onRecoverableError: (error) => errors.push(error) }),
    );
    expect(container).toHaveTextContent('Only in the browser');
    expect(errors).toEqual([]);
    act(() => root.unmount());
    consoleError.mockRestore();
    container.remove();
  });
});
