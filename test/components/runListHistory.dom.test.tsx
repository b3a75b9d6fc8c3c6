import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { RunListPrefab } from 'spanlight';
import type { MonitorEvent } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { BASE_MS, runStart, spanEnd, spanStart } from '../store/support/buildEvents.ts';
import { createFakeHistory } from '../store/support/fakeHistory.ts';
import { startMonitor } from './support/startMonitor.tsx';

const run = (index: number, agent = 'Agent', status: 'ok' | 'error' = 'ok'): MonitorEvent[] => [
  runStart(`run-${index}`, { name: `Run ${index}` }, { atMs: BASE_MS + index * 1000 }),
  spanEnd(`run-${index}`, 'top', { kind: 'agent', name: agent, status }, { atMs: BASE_MS + index * 1000 + 10 }),
];
const names = () => [...document.querySelectorAll('.sl-run-list__name')].map(({ textContent }) => textContent);

function setUp() {
  const events = [1, 2, 3, 4, 5, 6].flatMap((index) => run(index));
  const history = createFakeHistory(() => events);
  const monitor = startMonitor({ events: [...run(5), ...run(6)], store: { historySource: history } });
  render(
    monitor.ui(
      <StrictMode>
        <RunListPrefab />
      </StrictMode>,
    ),
  );
  return { ...monitor, history, events, user: userEvent.setup() };
}
const older = () => screen.getByRole('button', { name: 'Load older runs' });

describe('a run list with a history', () => {
  it('asks for nothing by itself, then for page after page, past what it holds, to the end', async () => {
    const { history, user } = setUp();
    expect(names()).toEqual(['Run 6', 'Run 5']);
    expect(history.asked).toEqual([]);
    await user.click(older());
    await waitFor(() => expect(names()).toEqual(['Run 6', 'Run 5', 'Run 4', 'Run 3']));
    expect(history.asked).toHaveLength(2); // the first page was held already
    await user.click(older());
    await waitFor(() => expect(names()).toEqual(['Run 6', 'Run 5', 'Run 4', 'Run 3', 'Run 2', 'Run 1']));
    expect(screen.getByText('No older runs')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Load older runs' })).toBeNull();
    expect(history.asked).toHaveLength(3);
  });

  it('shows a run once that is live and in a page, newest state first, and does not move it when it ends', async () => {
    const { user, ingest, events } = setUp();
    const open = runStart('run-0', { name: 'Run 0' }, { atMs: BASE_MS });
    events.push(open);
    for (const count of [4, 6, 7]) {
      await user.click(older());
      await waitFor(() => expect(names()).toHaveLength(count));
    }
    expect(names().at(-1)).toBe('Run 0');
    const before = names();
    act(() =>
      ingest(
        open,
        spanEnd('run-0', 'top', { kind: 'agent', status: 'error', errorType: 'Boom' }, { atMs: BASE_MS + 9_000_000 }),
      ),
    );
    await waitFor(() => expect(screen.getByText('Boom', { exact: false })).toBeVisible());
    expect(names()).toEqual(before);
  });

  it('keeps a run of a page in its place when it comes to life while the pointer is in the list, and calls it not new', async () => {
    const { user, ingest, events } = setUp();
    const open = runStart('run-0', { name: 'Run 0' }, { atMs: BASE_MS });
    events.push(open);
    for (const count of [4, 6, 7]) {
      await user.click(older());
      await waitFor(() => expect(names()).toHaveLength(count));
    }
    await user.hover(screen.getByText('Run 5')); // the list holds still
    const before = names();
    act(() => ingest(...run(8), open, spanStart('run-0', 'top', { kind: 'agent', name: 'Late agent' })));
    await waitFor(() => expect(screen.getByRole('button', { name: /1 new run/ })).toBeVisible());
    expect(names()).toEqual(before);
    await user.click(screen.getByRole('button', { name: /1 new run/ }));
    await waitFor(() => expect(names()).toEqual(['Run 8', ...before]));
  });

  it('says what went wrong, keeps its rows, and tries again', async () => {
    const { history, user } = setUp();
    history.fault = 'history.busy';
    await user.click(older());
    expect(await screen.findByText(/asked too often/)).toBeVisible();
    expect(names()).toEqual(['Run 6', 'Run 5']);
    history.fault = undefined;
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(names()).toHaveLength(4));
  });

  it('shows skeletons while it waits, and gives up when it leaves', async () => {
    const { history, user } = setUp();
    history.isHeld = true;
    await user.click(older());
    expect(document.querySelector('.sl-run-list__older')).toHaveAttribute('data-state', 'loading');
    expect(document.querySelector('.sl-run-list__older .sl-skeleton')).toHaveAttribute('aria-busy', 'true');
    await user.click(screen.getByRole('tab', { name: /^Failed/ }));
    await waitFor(() => expect(history.aborted).toBe(1));
    await act(() => history.release());
  });

  it('looks into the history at once when something is searched for, in the same words', async () => {
    const { history, user } = setUp();
    await user.click(screen.getByRole('button', { name: 'Search runs' }));
    await user.type(screen.getByRole('searchbox'), 'Run 2');
    expect(names()).toEqual([]);
    await waitFor(() => expect(history.asked.length).toBeGreaterThan(0));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Agent' }), 'Agent');
    await user.click(screen.getByRole('button', { name: 'Clear search' }));
    await waitFor(() => expect(names().length).toBeGreaterThan(1));
  });

  it('has no row for older runs where the store has no history', () => {
    const { ui } = startMonitor({ events: run(1) });
    render(ui(<RunListPrefab />));
    expect(screen.queryByRole('button', { name: 'Load older runs' })).toBeNull();
  });
});
