import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { Profiler } from 'react';
import { renderToString } from 'react-dom/server';
import { type NavigationTarget, type Selection, SpanTree, SpanTreePrefab } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import { asRunId, spanKeyOf } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { BASE_MS, runStart, spanEnd, spanStart } from '../../store/support/buildEvents.ts';
import { startMonitor } from '../support/startMonitor.tsx';

const SEEN_MS = 41_200;
const mockRunId = asRunId('run_8f2c41');
/** The run of the reference picture, as it stands there. */
const mockEvents = simulateRun({ scenario: 'mock', startAtMs: BASE_MS - SEEN_MS, untilMs: SEEN_MS });

function startMock() {
  const monitor = startMonitor({ events: mockEvents });
  const selections: Selection[] = [];
  const targets: NavigationTarget[] = [];
  const ui = () =>
    monitor.ui(<SpanTreePrefab />, {
      defaultSelection: { runId: mockRunId },
      onSelectionChange: (selection) => selections.push(selection),
      onNavigate: (target) => targets.push(target),
    });
  return { ...monitor, mock: ui, selections, targets };
}

const grid = () => screen.getByRole('treegrid');
const dataRows = () => within(grid()).getAllByRole('row').slice(1);
const rowNamed = (name: string, nth = 0) =>
  dataRows().filter((row) => row.querySelector('.sl-span-tree__name')?.textContent === name)[nth] as HTMLElement;
const names = () => dataRows().map((row) => row.querySelector('.sl-span-tree__name')?.textContent);
const focusedName = () =>
  (document.activeElement?.closest('[role=row]') as HTMLElement | null)?.querySelector('.sl-span-tree__name')
    ?.textContent;
const press = (key: string, more: object = {}) =>
  fireEvent.keyDown(document.activeElement as Element, { key, ...more });
const focusFirst = () => act(() => (dataRows()[0] as HTMLElement).focus());

describe('SpanTree as a treegrid', () => {
  it('says of each row where it stands, and of each bar when it was, how long and how it went', () => {
    const { mock } = startMock();
    render(mock());
    expect(grid()).toHaveAccessibleName('Spans of Support triage');
    expect(grid()).toHaveAttribute('aria-rowcount', '15');
    const head = within(grid()).getAllByRole('row')[0] as HTMLElement;
    expect(head).toHaveAttribute('aria-rowindex', '1');
    expect(within(head).getAllByRole('columnheader')).toHaveLength(4);
    expect(dataRows().map((row) => row.getAttribute('aria-rowindex'))).toEqual(
      Array.from({ length: 14 }, (_, at) => String(at + 2)),
    );

    const triage = rowNamed('Triage Agent');
    expect(triage).toHaveAttribute('aria-level', '1');
    expect(triage).toHaveAttribute('aria-expanded', 'true');
    const billing = rowNamed('Billing Agent');
    expect(billing).toHaveAttribute('aria-level', '2'); // under the agent that handed off
    expect(billing).toHaveAttribute('aria-posinset', '6');
    expect(billing).toHaveAttribute('aria-setsize', '6');

    const failed = rowNamed('refund_policy.lookup');
    expect(failed).not.toHaveAttribute('aria-expanded');
    expect(failed).toHaveAttribute('aria-selected', 'false');
    expect(failed).toHaveAttribute('data-status', 'error');
    expect(failed).toHaveAttribute('data-kind', 'tool');
    expect(
      within(failed).getByRole('gridcell', { name: 'tool, refund_policy.lookup 1 of 2 · ToolTimeout' }),
    ).toBeVisible();
    expect(
      within(failed).getByRole('gridcell', { name: 'starts 11.3 s, lasts 8.10 s, failed, on critical path' }),
    ).toBeVisible();
    expect(failed).toHaveTextContent('8.10 s');
    expect(
      within(rowNamed('issue_refund')).getByRole('gridcell', { name: /^starts .*, still running, running/ }),
    ).toBeVisible();
    expect(rowNamed('refund_policy.lookup', 1)).toHaveTextContent('2 of 2');
  });

  it('shows what a row and all below it cost, and a dash where nothing is known', () => {
    const { mock } = startMock();
    render(mock());
    expect(rowNamed('Triage Agent').lastElementChild).toHaveTextContent('$0.083');
    expect(rowNamed('Billing Agent').lastElementChild).toHaveTextContent('$0.059');
    expect(rowNamed('get_invoice').lastElementChild).toHaveTextContent('—');
  });

  it('draws each kind in its form and says so in data attributes', () => {
    const { mock } = startMock();
    render(mock());
    const barOf = (name: string, nth = 0) =>
      rowNamed(name, nth).querySelector('.sl-span-tree__bar-cell') as HTMLElement;
    expect(barOf('Triage Agent')).toHaveAttribute('data-bar', 'bracket');
    expect(barOf('classify')).toHaveAttribute('data-bar', 'solid');
    expect(barOf('classify').querySelector('.sl-span-tree__wait')).not.toBeNull(); // the part before the first token
    expect(barOf('to Billing Agent')).toHaveAttribute('data-bar', 'instant');
    expect(barOf('approve issue_refund')).toHaveAttribute('data-bar', 'hatched');
    expect(barOf('issue_refund')).toHaveAttribute('data-open');
    expect(barOf('refund_policy.lookup')).toHaveAttribute('data-failed');
    expect(barOf('refund_policy.lookup').style.getPropertyValue('--sl-x')).toBe('11300');
    expect(barOf('refund_policy.lookup').style.getPropertyValue('--sl-w')).toBe('8100');
    expect(barOf('issue_refund').style.getPropertyValue('--sl-w')).toBe(''); // ends at the now-line, by the sheet
    const line = grid().querySelector('.sl-span-tree__now') as HTMLElement;
    expect(Number(line.style.getPropertyValue('--sl-now'))).toBeCloseTo(SEEN_MS, 0);
    expect(barOf('issue_refund').style.getPropertyValue('--sl-now')).toBe(line.style.getPropertyValue('--sl-now'));
  });

  it('selects on a click, opens on Enter and on a double click', () => {
    const { mock, selections, targets } = startMock();
    render(mock());
    fireEvent.click(rowNamed('plan'));
    expect(selections.at(-1)).toMatchObject({ runId: mockRunId });
    expect(rowNamed('plan')).toHaveAttribute('aria-selected', 'true');
    expect(targets).toEqual([]);
    act(() => rowNamed('plan').focus());
    press('Enter');
    expect(targets.at(-1)).toMatchObject({ to: 'span', runId: mockRunId });
    fireEvent.doubleClick(rowNamed('decide'));
    expect(targets).toHaveLength(2);
  });

  it('brings what is selected elsewhere into sight: what hides it is expanded', () => {
    const { mock, ui } = startMock();
    const { rerender } = render(mock());
    focusFirst();
    press('ArrowLeft');
    expect(names()).toEqual(['Triage Agent']);
    const key = spanKeyOf(mockRunId, 'span_triage' as never);
    rerender(ui(<SpanTreePrefab />, { selection: { runId: mockRunId, spanKey: key } }));
    expect(rowNamed('Triage Agent')).toHaveAttribute('aria-selected', 'true');
  });
});

describe('keys of the tree', () => {
  it('go row by row, expand and collapse, into the cells and to the parent', () => {
    const { mock } = startMock();
    render(mock());
    expect(dataRows().filter((row) => row.tabIndex === 0)).toHaveLength(1); // one tab stop
    focusFirst();
    press('ArrowDown');
    expect(focusedName()).toBe('pii_check');
    press('ArrowUp');
    press('ArrowLeft'); // collapses
    expect(names()).toEqual(['Triage Agent']);
    expect(rowNamed('Triage Agent')).toHaveAttribute('aria-expanded', 'false');
    press('ArrowRight'); // expands
    expect(dataRows()).toHaveLength(14);
    press('ArrowRight'); // into the cells
    expect(document.activeElement).toHaveAttribute('role', 'gridcell');
    expect(document.activeElement).toHaveClass('sl-span-tree__name-cell');
    press('End');
    expect(document.activeElement).toHaveAttribute('data-column', 'cost');
    press('ArrowDown'); // the same column, a row below
    expect(document.activeElement).toHaveAttribute('data-column', 'cost');
    expect(focusedName()).toBe('pii_check');
    press('Home');
    expect(document.activeElement).toHaveClass('sl-span-tree__name-cell');
    press('ArrowLeft'); // back to the row
    expect(document.activeElement).toHaveAttribute('role', 'row');
    press('End');
    expect(focusedName()).toBe('issue_refund');
    press('ArrowLeft');
    expect(focusedName()).toBe('Billing Agent');
    press('Home');
    expect(focusedName()).toBe('Triage Agent');
    press('End', { ctrlKey: true });
    expect(focusedName()).toBe('issue_refund');
    press('Home', { ctrlKey: true });
    expect(focusedName()).toBe('Triage Agent');
    press('PageDown');
    expect(focusedName()).toBe('issue_refund');
  });

  it('go from error to error and select it', () => {
    const { mock, selections } = startMock();
    render(mock());
    focusFirst();
    press('e');
    expect(focusedName()).toBe('refund_policy.lookup');
    expect(rowNamed('refund_policy.lookup')).toHaveAttribute('aria-selected', 'true');
    press('E', { shiftKey: true });
    expect(focusedName()).toBe('refund_policy.lookup'); // the only one, around the end
    expect(selections.length).toBeGreaterThan(0);
  });

  it('expand all that stands beside', () => {
    const { mock } = startMock();
    render(mock());
    act(() => rowNamed('search_knowledge_base').focus());
    press('ArrowLeft');
    act(() => rowNamed('Billing Agent').focus());
    press('ArrowLeft');
    expect(names()).not.toContain('kb_vectors');
    expect(names()).not.toContain('decide');
    press('*');
    expect(names()).toContain('kb_vectors');
    expect(names()).toContain('decide');
  });

  it('zoom, pan and show all without rendering a row', () => {
    const { mock } = startMock();
    render(mock());
    focusFirst();
    const whole = Number(grid().style.getPropertyValue('--sl-span'));
    expect(whole).toBe(44_000); // the next round length over 41.2 s
    press('+');
    expect(Number(grid().style.getPropertyValue('--sl-span'))).toBeCloseTo(whole / 1.5);
    const from = Number(grid().style.getPropertyValue('--sl-from'));
    press('ArrowRight', { shiftKey: true });
    expect(Number(grid().style.getPropertyValue('--sl-from'))).toBeGreaterThan(from);
    press('ArrowLeft', { shiftKey: true });
    expect(Number(grid().style.getPropertyValue('--sl-from'))).toBeCloseTo(from);
    expect(rowNamed('pii_check').querySelector('.sl-span-tree__bar-cell')).toHaveAttribute('data-clip', 'out');
    expect(rowNamed('Triage Agent').querySelector('.sl-span-tree__bar-cell')).toHaveAttribute('data-clip', 'both');
    press('-');
    press('0');
    expect(Number(grid().style.getPropertyValue('--sl-span'))).toBe(whole);
    expect(rowNamed('pii_check').querySelector('.sl-span-tree__bar-cell')).not.toHaveAttribute('data-clip');
  });

  it('switch the critical path and open the list of keys', () => {
    const { mock } = startMock();
    render(mock());
    focusFirst();
    const marked = () => grid().querySelectorAll('[data-critical]').length;
    expect(marked()).toBeGreaterThan(3);
    press('c');
    expect(marked()).toBe(0);
    expect(screen.getByRole('button', { name: 'Critical path' })).toHaveAttribute('aria-pressed', 'false');
    press('c');
    expect(marked()).toBeGreaterThan(3);
    press('?');
    expect(screen.getByRole('button', { name: 'Keys of the waterfall' })).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByText('Next and previous error')).toBeInTheDocument();
  });

  it('of one letter are off where the host turns them off; arrows stay', () => {
    const { ui } = startMonitor({ events: mockEvents });
    render(ui(<SpanTreePrefab runId={mockRunId} />, { shortcuts: false }));
    focusFirst();
    press('e');
    expect(focusedName()).toBe('Triage Agent');
    press('+');
    expect(grid().style.getPropertyValue('--sl-span')).toBe('44000.000');
    press('ArrowDown');
    expect(focusedName()).toBe('pii_check');
    expect(screen.queryByRole('button', { name: 'Keys of the waterfall' })).toBeNull();
  });
});

describe('a tree that streams', () => {
  const start = [
    runStart('run_live', { name: 'Live' }),
    spanStart('run_live', 'a', { kind: 'agent', name: 'Agent' }),
    spanStart('run_live', 'b', { name: 'first' }, { parent: 'a', atMs: BASE_MS + 10 }),
    spanStart('run_live', 'c', { name: 'second' }, { parent: 'a', atMs: BASE_MS + 20 }),
  ];
  const tree = <SpanTreePrefab runId={asRunId('run_live')} />;

  it('renders exactly the row whose status changed', () => {
    const { ui, ingest } = startMonitor({ events: start });
    const renders: string[] = [];
    const children = (row: SpanTree.RowProps) => (
      <Profiler id={row.spanId} onRender={(id) => renders.push(id)}>
        <SpanTree.Row {...row} />
      </Profiler>
    );
    render(
      ui(
        <SpanTree.Root runId={asRunId('run_live')} defaultCriticalShown={false}>
          <SpanTree.Grid>
            <SpanTree.Axis />
            <SpanTree.Body>{children}</SpanTree.Body>
          </SpanTree.Grid>
        </SpanTree.Root>,
      ),
    );
    expect(dataRows()).toHaveLength(3);
    renders.length = 0;
    act(() => ingest(spanEnd('run_live', 'b', {}, { parent: 'a', atMs: BASE_MS + 30 })));
    expect(renders).toEqual(['b']);
    expect(rowNamed('first')).toHaveAttribute('data-status', 'ok');
  });

  it('renders nothing but the head of the panel while spans outside of the window stream', () => {
    const { ui, ingest } = startMonitor({ events: start });
    const renders: string[] = [];
    const note = (id: string) => void renders.push(id);
    render(
      ui(
        <SpanTree.Root runId={asRunId('run_live')} defaultCriticalShown={false}>
          <SpanTree.Grid>
            <Profiler id="axis" onRender={note}>
              <SpanTree.Axis />
            </Profiler>
            <Profiler id="body" onRender={note}>
              <SpanTree.Body />
            </Profiler>
          </SpanTree.Grid>
        </SpanTree.Root>,
      ),
    );
    renders.length = 0;
    act(() => ingest(runStart('other', {}), spanStart('other', 'x', {})));
    expect(renders).toEqual([]);
  });

  it('appends in order and leaves focus and selection where they are', () => {
    const { ui, ingest } = startMonitor({ events: start });
    render(ui(tree));
    act(() => rowNamed('second').focus());
    fireEvent.click(rowNamed('second'));
    act(() => ingest(spanStart('run_live', 'd', { name: 'between' }, { parent: 'a', atMs: BASE_MS + 15 })));
    expect(names()).toEqual(['Agent', 'first', 'between', 'second']);
    expect(focusedName()).toBe('second');
    expect(rowNamed('second')).toHaveAttribute('aria-selected', 'true');
    expect(rowNamed('second')).toHaveAttribute('aria-posinset', '3');
  });

  it('gives the focus to what a row was folded into', () => {
    const { ui } = startMonitor({ events: start });
    render(ui(tree));
    act(() => rowNamed('second').focus());
    fireEvent.click(rowNamed('Agent').querySelector('.sl-span-tree__fold') as Element);
    expect(names()).toEqual(['Agent']);
    expect(focusedName()).toBe('Agent');
  });

  it('hangs children under a parent that was not received and fills it in place', () => {
    const { ui, ingest } = startMonitor({
      events: [runStart('run_live', {}), spanStart('run_live', 'kid', { name: 'kid' }, { parent: 'mum' })],
    });
    render(ui(tree));
    expect(names()).toEqual(['Parent not received', 'kid']);
    expect(rowNamed('kid')).toHaveAttribute('aria-level', '2');
    act(() => ingest(spanStart('run_live', 'mum', { name: 'mum' }, { atMs: BASE_MS - 5 })));
    expect(names()).toEqual(['mum', 'kid']);
  });

  it('shows how long a span runs so far, once a second, and its whole length when it ended', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { ui, ingest, advance } = startMonitor({ events: start });
      render(ui(tree));
      expect(rowNamed('first')).toHaveTextContent('0 ms');
      await act(async () => {
        await advance(2_010);
        vi.advanceTimersByTime(2_010);
      });
      expect(rowNamed('first')).toHaveTextContent('2.00 s');
      act(() => ingest(spanEnd('run_live', 'b', {}, { parent: 'a', atMs: BASE_MS + 3_010 })));
      expect(rowNamed('first')).toHaveTextContent('3.00 s');
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps what was folded when the layout changes', () => {
    const { mock } = startMock();
    render(mock());
    act(() => rowNamed('Billing Agent').focus());
    press('ArrowLeft');
    fireEvent.click(screen.getByRole('button', { name: 'Exact' }));
    expect(screen.getByRole('button', { name: 'Exact' })).toHaveAttribute('aria-pressed', 'true');
    expect(rowNamed('Billing Agent')).toHaveAttribute('aria-expanded', 'false');
  });
});

describe('faces of the tree', () => {
  const runId = asRunId('r1');
  it('asks for a run while none is selected', () => {
    const { ui } = startMonitor();
    render(ui(<SpanTreePrefab />));
    expect(screen.getByText('Select a run to see its spans')).toBeInTheDocument();
  });

  it('waits with pale rows while it connects, and says when a run is not held', () => {
    const { ui, setConnection } = startMonitor({ connection: { phase: 'connecting', sinceMs: BASE_MS, attempt: 1 } });
    render(ui(<SpanTreePrefab runId={runId} />));
    expect(grid().querySelector('.sl-skeleton')).not.toBeNull();
    act(() => setConnection({ phase: 'live', sinceMs: BASE_MS, kind: 'websocket' }));
    expect(screen.getByText('This run is not held here')).toBeInTheDocument();
  });

  it('says that a run has no spans yet', () => {
    const { ui } = startMonitor({ events: [runStart('r1', { name: 'Empty' })] });
    render(ui(<SpanTreePrefab runId={runId} />));
    expect(screen.getByText('No spans yet')).toBeInTheDocument();
  });

  it('asks the relay for the spans of the run while it is shown', async () => {
    const { ui, transport, advance } = startMonitor({ events: [runStart('r1', {})] });
    const { unmount } = render(ui(<SpanTreePrefab runId={runId} />));
    await act(async () => undefined);
    expect(transport.subs.at(-1)).toContain('run:r1');
    unmount();
    await act(async () => undefined);
    expect(transport.subs.at(-1)).toContain('run:r1'); // whoever comes back at once finds it
    await advance(4000);
    expect(transport.subs.at(-1)).not.toContain('run:r1');
  });

  it('draws what is open as stale when the run was not heard of for too long', async () => {
    const { ui, advance } = startMonitor({
      events: [runStart('r1', {}), spanStart('r1', 'a', { name: 'lost worker' })],
    });
    await advance(2 * 3_600_000);
    render(ui(<SpanTreePrefab runId={runId} />));
    expect(rowNamed('lost worker')).toHaveAttribute('data-status', 'stale');
    expect(rowNamed('lost worker')).toHaveTextContent('stale');
    expect(grid()).toHaveAttribute('data-stale');
  });

  it('hatches a gap of the stream over all rows', async () => {
    const { ui, transport, advance } = startMonitor({
      events: [runStart('r1', {}), spanStart('r1', 'a', { name: 'a' })],
    });
    await advance(20_000);
    act(() => transport.sink.onGap({ t: 'gap', epoch: 'ab12', from: 5, to: 9, why: 'retention', n: 4 }));
    await advance(10_000);
    render(ui(<SpanTreePrefab runId={runId} />));
    expect(grid().querySelectorAll('.sl-span-tree__gap')).toHaveLength(1);
  });

  it('caps the indent and says deeper levels in figures', () => {
    const events = Array.from({ length: 12 }, (_, at) =>
      spanStart(
        'r1',
        `s${at}`,
        { name: `level ${at + 1}` },
        at === 0 ? {} : { parent: `s${at - 1}`, atMs: BASE_MS + at },
      ),
    );
    const { ui } = startMonitor({ events });
    render(ui(<SpanTreePrefab runId={runId} />));
    expect(rowNamed('level 12')).toHaveAttribute('aria-level', '12');
    expect(rowNamed('level 12').style.getPropertyValue('--sl-level')).toBe('8');
    expect(rowNamed('level 12').querySelector('.sl-span-tree__depth')).toHaveTextContent('12');
    expect(rowNamed('level 9').querySelector('.sl-span-tree__depth')).toBeNull();
  });

  it('says of a span that claims to have begun before its parent how far the clocks are apart, and does not move it', () => {
    const { ui } = startMonitor({
      events: [
        spanStart('r1', 'a', { name: 'parent' }, { atMs: BASE_MS + 500 }),
        spanStart('r1', 'b', { name: 'early' }, { parent: 'a', atMs: BASE_MS }),
      ],
    });
    render(ui(<SpanTreePrefab runId={runId} />));
    expect(rowNamed('early')).toHaveTextContent('clock 500 ms early');
    const bar = rowNamed('early').querySelector('.sl-span-tree__bar-cell') as HTMLElement;
    expect(bar).toHaveAttribute('data-skewed');
    expect(bar.style.getPropertyValue('--sl-x')).toBe('0');
  });

  it('offers to cut idle time short where nothing worked for long, off at first', async () => {
    const { ui } = startMonitor({
      events: [
        spanStart('r1', 'a', { kind: 'agent', name: 'a' }),
        spanEnd('r1', 'a', {}, { atMs: BASE_MS + 100_000 }),
        spanStart('r1', 'b', { kind: 'tool', name: 'b' }, { parent: 'a' }),
        spanEnd('r1', 'b', {}, { parent: 'a', atMs: BASE_MS + 4_000 }),
        spanStart('r1', 'c', { kind: 'tool', name: 'c' }, { parent: 'a', atMs: BASE_MS + 96_000 }),
        spanEnd('r1', 'c', {}, { parent: 'a', atMs: BASE_MS + 100_000 }),
      ],
    });
    render(ui(<SpanTreePrefab runId={runId} />));
    const offer = await screen.findByRole('button', { name: '92% idle, compress' });
    expect(grid().querySelector('.sl-span-tree__break')).toBeNull();
    fireEvent.click(offer);
    expect(grid().querySelectorAll('.sl-span-tree__break')).toHaveLength(1);
    const x = Number(
      (rowNamed('c').querySelector('.sl-span-tree__bar-cell') as HTMLElement).style.getPropertyValue('--sl-x'),
    );
    expect(x).toBeLessThan(10_000);
    fireEvent.click(screen.getByRole('button', { name: 'Show idle time' }));
    expect(grid().querySelector('.sl-span-tree__break')).toBeNull();
  });

  it('is HTML without a style attribute on the server', () => {
    const { ui } = startMonitor({ events: mockEvents });
    const html = renderToString(ui(<SpanTreePrefab runId={mockRunId} />));
    expect(html).toContain('role="treegrid"');
    expect(html).not.toContain('style=');
  });

  it('takes over the HTML of the server without a complaint', async () => {
    const { ui } = startMonitor({ events: mockEvents });
    const errors = vi.spyOn(console, 'error');
    const host = document.createElement('div');
    document.body.append(host);
    host.innerHTML = renderToString(ui(<SpanTreePrefab runId={mockRunId} />));
    const { unmount } = render(ui(<SpanTreePrefab runId={mockRunId} />), { container: host, hydrate: true });
    expect(within(host).getByRole('treegrid')).toHaveAttribute('aria-rowcount', '15');
    expect(errors).not.toHaveBeenCalled();
    unmount();
    host.remove();
    errors.mockRestore();
  });

  it('says what is wrong when a part stands alone', () => {
    const { ui } = startMonitor();
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => render(ui(<SpanTree.Grid />))).toThrow(/span-tree.no-root/);
    expect(() =>
      render(
        ui(
          <SpanTree.Root runId={asRunId('r1')}>
            <SpanTree.NameCell />
          </SpanTree.Root>,
        ),
      ),
    ).toThrow(/span-tree.no-row/);
    vi.restoreAllMocks();
  });
});

describe('head of a run', () => {
  it('has status, name, id to copy, length, spans, tokens, cost', () => {
    const { mock } = startMock();
    render(mock());
    const panel = screen.getByRole('region', { name: 'Support triage' });
    expect(panel).toHaveTextContent(/41\.2 s/);
    expect(panel).toHaveTextContent('14 spans');
    expect(panel).toHaveTextContent('18.4k tok');
    expect(panel).toHaveTextContent('$0.083');
    expect(within(panel).getByRole('button', { name: 'Copy run id run_8f2c41' })).toBeInTheDocument();
    expect(within(panel).getByText('Running')).toBeInTheDocument();
  });
});
