import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ConnectionStatusPrefab } from 'spanlight';
import type { ConnectionState } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { BASE_MS, spanStart } from '../store/support/buildEvents.ts';
import { startMonitor } from './support/startMonitor.tsx';

const lost = { code: 'transport.lost', lastGoodAtMs: BASE_MS - 45_000, sinceMs: BASE_MS } as const;
const states: readonly [string, ConnectionState, string][] = [
  ['live', { phase: 'live', sinceMs: BASE_MS, kind: 'websocket' }, 'Connection, Live 0 ev/s'],
  ['live', { phase: 'live', sinceMs: BASE_MS, kind: 'sse' }, 'Connection, Live 0 ev/s · by SSE'],
  ['live', { phase: 'live', sinceMs: BASE_MS, kind: 'polling' }, 'Connection, Live 0 ev/s · by polling'],
  ['slow', { phase: 'slow', sinceMs: BASE_MS, kind: 'sse', lagMs: 4_130 }, 'Connection, 4.1 s behind 0 ev/s'],
  ['connecting', { phase: 'connecting', sinceMs: BASE_MS, attempt: 1 }, 'Connection, Connecting'],
  [
    'reconnecting',
    { phase: 'reconnecting', attempt: 3, nextTryAtMs: BASE_MS, ...lost },
    'Connection, Reconnecting attempt 3, data from 07:59:15',
  ],
  ['offline', { phase: 'offline', isAuthFailure: false, ...lost }, 'Connection, Offline since 07:59:15'],
  [
    'catching-up',
    { phase: 'catching-up', sinceMs: BASE_MS, kind: 'sse', missedEvents: 1_204 },
    'Connection, Replaying 1,204 events',
  ],
  ['idle', { phase: 'idle' }, 'Connection, Local data'],
];
const trigger = () => screen.getByRole('button', { name: /^Connection/ });

describe('ConnectionStatus', () => {
  it.each(states)('%s is a shape, a word and numbers', (state, connection, name) => {
    const { ui } = startMonitor({ connection });
    const { container } = render(ui(<ConnectionStatusPrefab />));
    expect(trigger()).toHaveAccessibleName(name);
    expect(container.querySelector('.sl-connection')).toHaveAttribute('data-state', state);
    expect(container.querySelector('.sl-connection__mark')).toHaveAttribute('data-state', state);
  });

  it('says how much waits behind a pause', () => {
    const { ui, store, ingest } = startMonitor({ events: [spanStart('r1', 'a')] });
    render(ui(<ConnectionStatusPrefab />));
    act(() => {
      store.pause();
      ingest(spanStart('r2', 'a'), spanStart('r3', 'a'));
    });
    expect(trigger()).toHaveAccessibleName('Connection, Paused 2 waiting');
  });

  it('shows what stands behind the word, and gives the focus back', async () => {
    const { ui, transport, ingest } = startMonitor();
    render(ui(<ConnectionStatusPrefab />));
    expect(trigger()).toHaveAttribute('aria-haspopup', 'dialog');
    expect(trigger()).toHaveAttribute('aria-expanded', 'false');
    act(() => {
      transport.sink.onBatch({ t: 'batch', epoch: 'ab12cd34', from: 1, to: 3, ev: [spanStart('r1', 'a')] });
      transport.sink.onGap({ t: 'gap', epoch: 'ab12', from: 3, to: 9, why: 'retention', n: 6 });
      transport.sink.onClockOffset(-140);
      ingest();
    });
    await userEvent.click(trigger());
    expect(trigger()).toHaveAttribute('aria-expanded', 'true');
    // jsdom hides every popover: it has no top layer
    const dialog = screen.getByLabelText('Connection details');
    const fact = (name: string) => within(dialog).getByText(name).nextSibling;
    expect(fact('Transport')).toHaveTextContent('WebSocket');
    expect(fact('Last event')).toHaveTextContent('ab12cd….3');
    expect(fact('Gaps')).toHaveTextContent('1');
    expect(fact('Reconnects')).toHaveTextContent('0');
    expect(fact('Clock offset')).toHaveTextContent('−140 ms');
    expect(fact('Events taken in')).toHaveTextContent('1');
    await userEvent.keyboard('{Escape}');
    expect(trigger()).toHaveAttribute('aria-expanded', 'false');
    expect(trigger()).toHaveFocus();
  });

  it('counts how often the line came back', async () => {
    const { ui, setConnection } = startMonitor();
    render(ui(<ConnectionStatusPrefab />));
    for (let times = 0; times < 2; times += 1) {
      act(() => setConnection({ phase: 'reconnecting', attempt: 1, nextTryAtMs: BASE_MS, ...lost }));
      act(() => setConnection({ phase: 'live', sinceMs: BASE_MS, kind: 'websocket' }));
    }
    await userEvent.click(trigger());
    expect(screen.getByText('Reconnects').nextSibling).toHaveTextContent('2');
  });

  it('names the part of the relay that does not work, until it works again, and says both aloud', async () => {
    const { ui, transport, advance } = startMonitor();
    const { container } = render(ui(<ConnectionStatusPrefab />));
    const tell = async (causes: readonly string[]) => {
      transport.sink.onDegraded(causes.length > 0 ? { causes, sinceMs: BASE_MS } : undefined);
      await advance(50);
    };
    await act(() => tell(['fan-out', 'something new']));
    expect(screen.getByText('Relay cache down, Relay partly down')).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('Relay cache down');
    await userEvent.click(trigger());
    expect(screen.getByText('Degraded since').nextSibling).toHaveTextContent('08:00:00');
    await act(() => tell([]));
    expect(container.querySelector('.sl-chip')).toBeNull();
  });

  it('says nothing of the parts of a relay that is away', () => {
    const { ui, transport, setConnection } = startMonitor();
    render(ui(<ConnectionStatusPrefab />));
    act(() => {
      transport.sink.onDegraded({ causes: ['fan-out'], sinceMs: BASE_MS });
      setConnection({ phase: 'reconnecting', attempt: 1, nextTryAtMs: BASE_MS, ...lost });
    });
    expect(screen.queryByText('Relay cache down')).toBeNull();
  });

  it('says aloud that the session expired', () => {
    const { ui, setConnection } = startMonitor();
    render(ui(<ConnectionStatusPrefab />));
    act(() => setConnection({ phase: 'offline', isAuthFailure: true, ...lost }));
    expect(screen.getByRole('alert')).toHaveTextContent('Session expired');
  });

  it('offers Retry in the open when nothing happens by itself', async () => {
    const { ui, transport } = startMonitor({ connection: { phase: 'offline', isAuthFailure: false, ...lost } });
    render(ui(<ConnectionStatusPrefab />));
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(transport.retries).toBe(1);
  });

  it('tells the host once that the session expired, and offers to sign in', async () => {
    const onSessionExpired = vi.fn<() => void>();
    const onSignIn = vi.fn<() => void>();
    const { ui, setConnection } = startMonitor();
    const { rerender } = render(ui(<ConnectionStatusPrefab onSessionExpired={onSessionExpired} onSignIn={onSignIn} />));
    expect(onSessionExpired).not.toHaveBeenCalled();
    act(() => setConnection({ phase: 'offline', isAuthFailure: true, ...lost }));
    rerender(ui(<ConnectionStatusPrefab onSessionExpired={onSessionExpired} onSignIn={onSignIn} />));
    expect(onSessionExpired).toHaveBeenCalledOnce();
    expect(trigger()).toHaveAccessibleName('Connection, Session expired since 07:59:15');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in again' }));
    expect(onSignIn).toHaveBeenCalledOnce();
  });
});
