import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { RunListPrefab } from 'spanlight';
import { asRunId } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import {
  approvalRequested,
  BASE_MS,
  endedRun,
  runEnd,
  runStart,
  spanEnd,
  spanStart,
} from '../store/support/buildEvents.ts';
import { startMonitor } from './support/startMonitor.tsx';

/** Three runs, newest last: one ended, one failed, one at work and waiting for a person. */
const threeRuns = [
  runStart('run_ok', { name: 'Order lookup', userId: 'u_7734' }, { atMs: BASE_MS }),
  spanStart('run_ok', 'a', {}, { atMs: BASE_MS }),
  spanEnd('run_ok', 'a', {}, { atMs: BASE_MS + 6_310 }),
  runEnd('run_ok', {}, { atMs: BASE_MS + 6_310 }),
  runStart('run_bad', { name: 'Invoice export' }, { atMs: BASE_MS + 20_000 }),
  spanStart('run_bad', 'a', { kind: 'tool', name: 'refund_policy.lookup' }, { atMs: BASE_MS + 20_000 }),
  spanEnd('run_bad', 'a', { status: 'error', errorType: 'ToolTimeout' }, { atMs: BASE_MS + 38_400 }),
  runEnd('run_bad', {}, { atMs: BASE_MS + 38_400 }),
  runStart('run_wait', { name: 'Subscription change' }, { atMs: BASE_MS + 40_000 }),
  spanStart('run_wait', 'a', {}, { atMs: BASE_MS + 40_000 }),
  approvalRequested('run_wait', 'call1', { atMs: BASE_MS + 41_000 }),
];
const rows = () => screen.getAllByRole('row');
const names = () => rows().map((row) => row.querySelector('.sl-run-list__name')?.textContent ?? row.textContent);
const rowOf = (name: string) => screen.getByText(name).closest('[role="row"]') as HTMLElement;

describe('RunList', () => {
  it('is a grid of two-line rows: status, name, reason or id, duration, cost', () => {
    const { ui } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />));
    const grid = screen.getByRole('grid', { name: 'Runs' });
    expect(grid).toHaveAttribute('aria-rowcount', '3');
    expect(names()).toEqual(['Subscription change', 'Invoice export', 'Order lookup']);
    expect(rows().map((row) => row.getAttribute('aria-rowindex'))).toEqual(['1', '2', '3']);
    const ok = rowOf('Order lookup');
    expect(ok).toHaveAttribute('data-status', 'ok');
    expect(ok).toHaveTextContent('Succeeded');
    expect(ok).toHaveTextContent('run_ok');
    expect(ok).toHaveTextContent('u_7734');
    expect(ok).toHaveTextContent('6.31 s');
    expect(ok).toHaveTextContent('—'); // no calls: no cost, and not $0
    const failed = rowOf('Invoice export');
    expect(failed).toHaveAttribute('data-status', 'error');
    expect(within(failed).getByText('ToolTimeout · refund_policy.lookup')).toHaveAttribute('data-tone', 'err');
    expect(failed).not.toHaveTextContent('run_bad'); // the reason stands in place of the id
    expect(within(rowOf('Subscription change')).getByText('Needs approval')).toHaveAttribute('data-tone', 'attn');
  });

  it('says which judgement a run failed', () => {
    const { ui } = startMonitor({
      events: [
        ...endedRun('r1'),
        {
          id: 's1',
          type: 'score',
          sv: 1,
          ts: BASE_MS,
          run: asRunId('r1'),
          a: { name: 'faithfulness', value: 0.61, threshold: 0.75 },
        },
      ],
    });
    render(ui(<RunListPrefab />));
    expect(screen.getByText('faithfulness 0.61 · below 0.75')).toHaveAttribute('data-tone', 'attn');
  });

  it('has tabs with counts that select at once', async () => {
    const { ui } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />));
    const tab = (name: RegExp) => screen.getByRole('tab', { name });
    expect(tab(/^Failed/)).toHaveTextContent('Failed 1');
    act(() => tab(/^All/).focus());
    await userEvent.keyboard('{ArrowRight}');
    expect(tab(/^Running/)).toHaveFocus();
    expect(tab(/^Running/)).toHaveAttribute('aria-selected', 'true');
    await userEvent.keyboard('{End}');
    expect(names()).toEqual(['Invoice export']);
    expect(screen.getByRole('tabpanel')).toHaveAccessibleName(/^Failed/);
    await userEvent.keyboard('{ArrowRight}');
    expect(tab(/^All/)).toHaveFocus();
    expect(screen.getAllByRole('tab').filter((each) => each.tabIndex === 0)).toHaveLength(1);
  });

  it('selects with a click and tells the host where to go', async () => {
    const onNavigate = vi.fn<(target: object) => void>();
    const { ui } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />, { onNavigate }));
    await userEvent.click(screen.getByText('Invoice export'));
    expect(rowOf('Invoice export')).toHaveAttribute('aria-selected', 'true');
    expect(onNavigate).toHaveBeenCalledWith({ to: 'run', runId: 'run_bad' });
  });

  it('is walked with the keyboard: one tab stop, arrows, Home, End, Enter opens, Space selects', async () => {
    const onNavigate = vi.fn<(target: object) => void>();
    const { ui } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />, { onNavigate }));
    expect(rows().map((row) => row.tabIndex)).toEqual([0, -1, -1]);
    act(() => rows()[0]?.focus());
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(rowOf('Order lookup')).toHaveFocus();
    await userEvent.keyboard('{Home}{ArrowDown} ');
    expect(rowOf('Invoice export')).toHaveFocus();
    expect(rowOf('Invoice export')).toHaveAttribute('aria-selected', 'true');
    expect(onNavigate).not.toHaveBeenCalled();
    await userEvent.keyboard('{End}{Enter}');
    expect(onNavigate).toHaveBeenCalledWith({ to: 'run', runId: 'run_ok' });
    expect(rows().map((row) => row.tabIndex)).toEqual([-1, -1, 0]);
  });

  it('shows what can be done with Shift+F10, and Esc gives the focus back', async () => {
    const { ui } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />));
    act(() => rows()[1]?.focus());
    fireEvent.keyDown(rows()[1] as HTMLElement, { key: 'F10', shiftKey: true });
    const menu = screen.getByLabelText('Actions for Invoice export');
    expect(
      within(menu)
        .getAllByRole('menuitem', { hidden: true })
        .map((item) => item.textContent),
    ).toEqual(['Open run', 'Copy run id']);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(within(menu).getByText('Open run')).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('menu', { hidden: true })).not.toBeInTheDocument();
    expect(rows()[1]).toHaveFocus();
  });
});

describe('holding still', () => {
  const newRun = (id: string, atMs: number) => runStart(id, { name: id }, { atMs });

  it('keeps new runs behind a button while the pointer is inside', async () => {
    const { ui, ingest } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />));
    const grid = screen.getByRole('grid');
    fireEvent.pointerEnter(grid, { pointerType: 'mouse' });
    act(() => ingest(newRun('new_1', BASE_MS + 50_000), newRun('new_2', BASE_MS + 51_000)));
    const pill = await screen.findByRole('button', { name: '2 new runs' });
    expect(names()).toEqual(['Subscription change', 'Invoice export', 'Order lookup']);
    act(() => pill.click());
    expect(names()).toEqual(['new_2', 'new_1', 'Subscription change', 'Invoice export', 'Order lookup']);
    expect(screen.queryByRole('button', { name: /new run/ })).not.toBeInTheDocument();
  });

  it('lets them in when the pointer leaves', async () => {
    const { ui, ingest } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />));
    const grid = screen.getByRole('grid');
    fireEvent.pointerEnter(grid, { pointerType: 'mouse' });
    act(() => ingest(newRun('new_1', BASE_MS + 50_000)));
    await screen.findByRole('button', { name: '1 new run' });
    fireEvent.pointerLeave(grid);
    expect(names()[0]).toBe('new_1');
  });

  it('holds while the focus is inside, and the focus stays on its run', async () => {
    const { ui, ingest } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />));
    act(() => rows()[1]?.focus());
    act(() => ingest(newRun('new_1', BASE_MS + 50_000)));
    await screen.findByRole('button', { name: '1 new run' });
    expect(rowOf('Invoice export')).toHaveFocus();
    expect(names()[0]).toBe('Subscription change');
  });

  it('keeps a row whose run left the tab, with its new status', async () => {
    const { ui, ingest } = startMonitor({ events: [runStart('r1', { name: 'Only one' }), spanStart('r1', 'a')] });
    render(ui(<RunListPrefab defaultTab="running" />));
    fireEvent.pointerEnter(screen.getByRole('grid'), { pointerType: 'mouse' });
    act(() => ingest(spanEnd('r1', 'a', {}, { atMs: BASE_MS + 10 }), runEnd('r1', {}, { atMs: BASE_MS + 10 })));
    await vi.waitFor(() => expect(rowOf('Only one')).toHaveAttribute('data-status', 'ok'));
  });

  it('shows another moment at once: that is no data arriving', async () => {
    const { ui, ingest, store } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />));
    fireEvent.pointerEnter(screen.getByRole('grid'), { pointerType: 'mouse' });
    act(() => ingest(newRun('new_1', BASE_MS + 50_000)));
    await screen.findByRole('button', { name: '1 new run' });
    act(() => {
      store.pause();
      ingest();
    });
    await vi.waitFor(() => expect(names()[0]).toBe('new_1'));
  });
});

describe('what is missing', () => {
  it('stands in its place, with length, number and cause', async () => {
    const { ui, transport, ingest, advance } = startMonitor({ events: threeRuns.slice(0, 4) });
    await advance(30_000);
    act(() => {
      transport.sink.onGap({ t: 'gap', epoch: 'ab12', from: 4, to: 46, why: 'retention', n: 42 });
      ingest(runStart('later', { name: 'Later' }, { atMs: BASE_MS + 90_000 }));
    });
    render(ui(<RunListPrefab />));
    expect(rows().map((row) => row.getAttribute('data-why') ?? 'run')).toEqual(['run', 'retention', 'run']);
    expect(rows()[1]).toHaveTextContent('42 events missing');
    expect(rows()[1]).toHaveTextContent('The relay no longer had them');
  });

  it('is said of runs from before a restart, and of runs that were let go', () => {
    const { ui, transport, ingest } = startMonitor({
      events: [runStart('old', { name: 'Old one' }), spanStart('old', 'a')],
      store: { limits: { runs: 2 } },
    });
    act(() => {
      transport.sink.onWelcome(
        {
          t: 'welcome',
          v: 1,
          conn: 'c2',
          who: 'M. Osei',
          project: 'default',
          roles: ['developer'],
          can: ['read.shape', 'read.payload'],
          epoch: 'ff00',
          head: 0,
          oldest: 1,
          now: BASE_MS,
          hb: 5_000,
          limits: { frameBytes: 1e6, ringEvents: 1e4 },
          resume: 'snapshot',
        },
        true,
      );
      ingest();
    });
    render(ui(<RunListPrefab />));
    expect(rowOf('Old one')).toHaveTextContent('from before the restart');
    act(() =>
      ingest(
        ...endedRun('r1', BASE_MS + 1),
        ...endedRun('r2', BASE_MS + 2),
        ...endedRun('r3', BASE_MS + 3),
        ...endedRun('r4', BASE_MS + 4),
      ),
    );
    expect(screen.getByText(/older runs were let go to save memory/)).toBeVisible();
  });
});

describe('the faces without rows', () => {
  it('say that nothing came yet', () => {
    const { ui } = startMonitor();
    render(ui(<RunListPrefab />));
    expect(screen.getByText('No runs yet')).toBeVisible();
    expect(screen.getByText('Runs appear here as soon as an agent sends its first event.')).toBeVisible();
  });

  it('show the shape of what comes while the line is opened', () => {
    const { ui } = startMonitor({ connection: { phase: 'connecting', sinceMs: BASE_MS, attempt: 1 } });
    const { container } = render(ui(<RunListPrefab />));
    expect(container.querySelector('[aria-busy="true"]')).toHaveTextContent('Loading');
  });

  it('offer to clear a search that matches nothing', async () => {
    const { ui } = startMonitor({ events: threeRuns });
    render(ui(<RunListPrefab />));
    await userEvent.click(screen.getByRole('button', { name: 'Search runs' }));
    const search = screen.getByRole('searchbox', { name: 'Search runs' });
    expect(search).toHaveFocus();
    await userEvent.type(search, 'invoice');
    expect(names()).toEqual(['Invoice export']);
    expect(screen.getByText('1 match')).toBeVisible();
    await userEvent.type(search, ' nowhere');
    expect(screen.getByText('No runs match.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(names()).toHaveLength(3);
    await userEvent.type(search, 'x{Escape}');
    expect(search).toHaveValue('');
  });
});
