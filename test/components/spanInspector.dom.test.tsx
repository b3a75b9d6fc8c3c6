import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderToString } from 'react-dom/server';
import { SpanInspectorPrefab, useSelection } from 'spanlight';
import { simulateRun } from 'spanlight/simulator';
import { createMonitorStore, type Detail, MonitorError, type Span } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { BASE_MS, keyOf, spanEnd, spanStart } from '../store/support/buildEvents.ts';
import { live, startMonitor } from './support/startMonitor.tsx';

const picture = () => simulateRun({ scenario: 'mock', startAtMs: BASE_MS });
const spanNamed = (monitor: ReturnType<typeof startMonitor>, name: string, nth = 0): Span => {
  const { entities, runIds } = monitor.store.getState();
  const found = runIds.flatMap((runId) => [...entities.spansOf(runId)]).filter((span) => span.name === name)[nth];
  if (!found) throw new Error(`no span ${name}`);
  return found;
};
/** Lets content that was asked for come, and shows it. */
const settle = (monitor: ReturnType<typeof startMonitor>) =>
  act(async () => {
    await monitor.advance(0);
    await monitor.advance(0);
  });
const show = async (monitor: ReturnType<typeof startMonitor>, span: Span, ui = <SpanInspectorPrefab />) => {
  const shown = render(monitor.ui(ui, { defaultSelection: { runId: span.runId, spanKey: span.key } }));
  await settle(monitor);
  return shown;
};
const factsOf = (container: HTMLElement) =>
  Object.fromEntries(
    [...container.querySelectorAll('dt')].map((term) => [term.textContent, term.nextElementSibling?.textContent]),
  );

describe('the head of a span', () => {
  it('says kind, name, status and facts, and what is typical for its name', async () => {
    const monitor = startMonitor({ events: picture() });
    const { container } = await show(monitor, spanNamed(monitor, 'refund_policy.lookup'));
    expect(screen.getByRole('heading', { name: /refund_policy\.lookup/ })).toBeVisible();
    expect(screen.getByText('Failed', { selector: '.sl-chip' })).toBeVisible();
    expect(factsOf(container)).toEqual({
      Duration: '8.10 s',
      Typical: '2.70 s 3×',
      Started: expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3}$/),
      Offset: '+11.3 s',
      Agent: 'Billing Agent',
      Attempt: '1 of 2',
    });
    await screen.findByText(/No response from policy-service/);
  });

  it('ticks while the span runs', async () => {
    const monitor = startMonitor({ events: [spanStart('r', 's', { kind: 'tool', name: 't' })] });
    const { container } = await show(monitor, spanNamed(monitor, 't'));
    await act(() => monitor.advance(3_000));
    expect(factsOf(container)['Duration']).toBe('3.00 s');
  });
});

describe('the tabs', () => {
  it('open with the arrows at once, and stay where they are for the next span', async () => {
    const monitor = startMonitor({ events: picture() });
    const first = spanNamed(monitor, 'decide');
    const second = spanNamed(monitor, 'classify');
    const Other = () => {
      const { select } = useSelection();
      return <button onClick={() => select({ runId: second.runId, spanKey: second.key })}>other</button>;
    };
    await show(
      monitor,
      first,
      <>
        <SpanInspectorPrefab />
        <Other />
      </>,
    );
    const user = userEvent.setup();
    act(() => screen.getByRole('tab', { name: 'Detail' }).focus());
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
    expect(screen.getByRole('tab', { name: 'Usage' })).toHaveAttribute('aria-selected', 'true');
    expect(
      within(screen.getByRole('table', { name: 'Usage' })).getByRole('row', { name: /Input tokens/ }),
    ).toHaveTextContent('8,940');
    await user.click(screen.getByText('other'));
    expect(screen.getByRole('tab', { name: 'Usage' })).toHaveAttribute('aria-selected', 'true');
    expect(screen.getByRole('heading', { name: /classify/ })).toBeVisible();
  });

  it('show the messages of a model call, with a way to the span of each tool call', async () => {
    const monitor = startMonitor({ events: picture() });
    await show(monitor, spanNamed(monitor, 'decide'), <SpanInspectorPrefab defaultTab="messages" />);
    const list = await screen.findByRole('list');
    expect(within(list).getAllByRole('listitem')).toHaveLength(4);
    await userEvent.click(screen.getByRole('button', { name: 'Open issue_refund' }));
    expect(screen.getByRole('heading', { name: /issue_refund/ })).toBeVisible();
  });

  it('filter attributes and say how many match', async () => {
    const detail: Detail = { attributes: { temperature: 0.2, top_p: 1, nested: { deep: 'needle' } } };
    const monitor = startMonitor({
      events: [spanEnd('r', 's', { kind: 'llm', name: 'm', startedAtMs: BASE_MS }, { detail })],
    });
    await show(monitor, spanNamed(monitor, 'm'), <SpanInspectorPrefab defaultTab="attributes" />);
    const table = await screen.findByRole('table', { name: 'Attributes' });
    expect(within(table).getAllByRole('row')).toHaveLength(4);
    await userEvent.type(screen.getByRole('searchbox'), 'needle');
    expect(screen.getByText('1 match')).toBeVisible();
    expect(within(screen.getByRole('table', { name: 'Attributes' })).getByText('nested')).toBeVisible();
  });
});

describe('content', () => {
  it('is asked for when the span is opened, with a way to try again', async () => {
    const loadDetail = vi
      .fn<() => Promise<Detail>>()
      .mockRejectedValueOnce(new MonitorError('detail.unreachable', { happened: 'a', follows: 'b', todo: 'c' }))
      .mockResolvedValue({ input: '{"city":"Oslo"}', output: 'rain' });
    const monitor = startMonitor({
      events: [
        spanEnd(
          'r',
          's',
          { kind: 'tool', name: 't', startedAtMs: BASE_MS },
          { refs: { input: { kind: 'text', sizeBytes: 15 } } },
        ),
      ],
      store: { detailSource: { loadDetail, loadWorkflow: () => Promise.resolve(undefined) } },
    });
    expect(loadDetail).not.toHaveBeenCalled();
    await show(monitor, spanNamed(monitor, 't'));
    await waitFor(() => {
      monitor.store.flush();
      expect(screen.getByText('detail.unreachable')).toBeVisible();
    });
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    await settle(monitor);
    await waitFor(() => {
      monitor.store.flush();
      expect(screen.getByText('rain')).toBeVisible();
    });
    expect(screen.getByText('"city"')).toBeVisible();
    expect(loadDetail).toHaveBeenCalledTimes(2);
  });

  it('is chips for who may not read it, and asks the host for access', async () => {
    const onRequestAccess = vi.fn<() => void>();
    const monitor = startMonitor({
      roles: ['viewer'],
      events: simulateRun({ scenario: 'mock', startAtMs: BASE_MS, content: 'refs' }),
    });
    const { container } = await show(
      monitor,
      spanNamed(monitor, 'decide'),
      <SpanInspectorPrefab onRequestAccess={onRequestAccess} />,
    );
    expect(screen.getByText('3 messages, 425 B')).toBeVisible();
    expect(screen.getByText('Inputs and outputs need the developer role.')).toBeVisible();
    expect(container).not.toHaveTextContent('249');
    await userEvent.click(screen.getByRole('button', { name: 'Request access' }));
    expect(onRequestAccess).toHaveBeenCalledOnce();
  });

  it('that is not there says why', async () => {
    const monitor = startMonitor({
      events: [
        spanStart('r', 'a', { kind: 'tool', name: 'open' }),
        spanEnd('r', 'b', {
          kind: 'tool',
          name: 'refused',
          status: 'error',
          isExecuted: false,
          errorCode: 'approval.rejected',
        }),
        spanEnd('r', 'c', { kind: 'tool', name: 'broken', status: 'error' }),
        spanEnd('r', 'd', { kind: 'tool', name: 'quiet' }),
      ],
    });
    for (const [name, reason] of [
      ['open', 'Not yet. It is still running.'],
      ['refused', 'None. A person rejected the call, so it never ran.'],
      ['broken', 'None. The call failed before one was returned.'],
      ['quiet', /^None was recorded/],
    ] as const) {
      const { unmount } = await show(monitor, spanNamed(monitor, name));
      expect(await screen.findByText(reason)).toBeVisible();
      unmount();
    }
  });

  it('folds after twelve lines and opens on request', async () => {
    const output = Array.from({ length: 30 }, (_, at) => `line ${at}`).join('\n');
    const monitor = startMonitor({ events: [spanEnd('r', 's', { kind: 'tool', name: 't' }, { detail: { output } })] });
    const { container } = await show(monitor, spanNamed(monitor, 't'));
    const more = await screen.findByRole('button', { name: 'Show all 30 lines' });
    expect(container).not.toHaveTextContent('line 12');
    await userEvent.click(more);
    expect(container).toHaveTextContent('line 29');
  });

  it('above a megabyte is a download, not a part of the page', async () => {
    const output = 'x'.repeat(1_000_001);
    const monitor = startMonitor({ events: [spanEnd('r', 's', { kind: 'tool', name: 't' }, { detail: { output } })] });
    const { container } = await show(monitor, spanNamed(monitor, 't'));
    expect(await screen.findByRole('button', { name: 'Download 1.0 MB' })).toBeVisible();
    expect(container.textContent?.length).toBeLessThan(2_000);
  });

  it('of a running call is shown as it is written, never as a live region', async () => {
    const monitor = startMonitor({ events: [spanStart('r', 's', { kind: 'llm', name: 'm' })] });
    const { container } = await show(monitor, spanNamed(monitor, 'm'));
    act(() => {
      const { runId, spanId } = spanNamed(monitor, 'm');
      monitor.transport.sink.onLive({ t: 'live', run: runId, span: spanId, offset: 0, text: 'The pol' });
      monitor.store.flush();
    });
    const text = await screen.findByText('The pol');
    expect(text.closest('[aria-busy="true"]')).not.toBeNull();
    expect(text.closest('[aria-live]')).toBeNull();
    expect(container).toHaveTextContent('still writing');
  });
});

describe('the JSON tree', () => {
  const detail = { output: { a: { b: { needle: [1, 2, 3] } }, other: 'text' } };
  const open = async () => {
    const monitor = startMonitor({ events: [spanEnd('r', 's', { kind: 'tool', name: 't' }, { detail })] });
    await show(monitor, spanNamed(monitor, 't'), <SpanInspectorPrefab defaultTab="json" />);
    const tree = await screen.findByRole('tree', { name: 'Span as JSON' });
    const active = () => document.getElementById(tree.getAttribute('aria-activedescendant') ?? '');
    return { tree, active };
  };

  it('is walked with the arrows, one tab stop', async () => {
    const { tree, active } = await open();
    act(() => tree.focus());
    await userEvent.keyboard('{End}');
    expect(active()).toHaveTextContent(/^output: \{ … \} 2 keys/);
    expect(active()).toHaveAttribute('aria-expanded', 'false');
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(active()).toHaveTextContent(/^a:/);
    expect(active()).toHaveAttribute('aria-level', '4');
    await userEvent.keyboard('{ArrowLeft}');
    expect(active()).toHaveTextContent(/^output:/);
    expect(tree.querySelectorAll('[tabindex="0"]')).toHaveLength(0);
  });

  it('lists the rest of a long list by keyboard, and goes on there', async () => {
    const items = Array.from({ length: 1003 }, (_, at) => `item ${at}`);
    const monitor = startMonitor({
      events: [spanEnd('r', 's', { kind: 'tool', name: 't' }, { detail: { output: { items } } })],
    });
    await show(monitor, spanNamed(monitor, 't'), <SpanInspectorPrefab defaultTab="json" />);
    const tree = await screen.findByRole('tree', { name: 'Span as JSON' });
    act(() => tree.focus());
    // in: output, then items; past its last line that is listed stands the line for the rest
    await userEvent.keyboard('{End}{ArrowRight}{End}{ArrowRight}{End}');
    expect(screen.queryByRole('button', { name: /^Copy path/ })).toBeNull();
    await userEvent.keyboard('{Enter}');
    expect(screen.getByRole('button', { name: 'Copy path detail.output.items[1000]' })).toBeVisible();
    await userEvent.keyboard('{End}');
    expect(screen.getByRole('button', { name: 'Copy path detail.output.items[1002]' })).toBeVisible();
  });

  it('finds what is collapsed, and copies its path', async () => {
    const { active } = await open();
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search in JSON' }), 'needle{Enter}');
    await waitFor(() => expect(active()).toHaveTextContent(/^needle/));
    expect(screen.getByText('1 of 1')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Copy path detail.output.a.b.needle' })).toBeVisible();
  });
});

describe('faces', () => {
  it('empty, gone, stale and with events missing', async () => {
    const monitor = startMonitor({
      events: [spanEnd('r', 's', { kind: 'tool', name: 't', startedAtMs: BASE_MS }, { atMs: BASE_MS + 9e5 })],
    });
    const { unmount } = render(monitor.ui(<SpanInspectorPrefab />));
    expect(screen.getByText('Select a span')).toBeVisible();
    unmount();
    const gone = render(monitor.ui(<SpanInspectorPrefab spanKey={keyOf('r', 'never')} />));
    expect(screen.getByText('This span is not held')).toBeVisible();
    gone.unmount();
    await show(monitor, spanNamed(monitor, 't'));
    await act(() => monitor.advance(5_000));
    act(() => {
      monitor.transport.sink.onGap({ t: 'gap', epoch: 'ab12', from: 1, to: 9, why: 'retention', n: 8 });
      monitor.setConnection({
        phase: 'reconnecting',
        sinceMs: BASE_MS,
        attempt: 2,
        nextTryAtMs: BASE_MS + 1e5,
        code: 'x',
        lastGoodAtMs: BASE_MS,
      });
    });
    await act(() => monitor.advance(20_000));
    expect(await screen.findByText(/^Last update/, {}, { timeout: 4_000 })).toBeVisible();
    expect(screen.getByText('Events are missing inside this span.')).toBeVisible();
    act(() => monitor.setConnection(live));
  });

  it('as a drawer it is not modal, closes with Escape and gives focus back to where it came from', async () => {
    const monitor = startMonitor({ events: picture() });
    const span = spanNamed(monitor, 'decide');
    const Opener = () => {
      const { select } = useSelection();
      return <button onClick={() => select({ runId: span.runId, spanKey: span.key })}>the row</button>;
    };
    render(
      monitor.ui(
        <>
          <Opener />
          <SpanInspectorPrefab layout="drawer" />
        </>,
      ),
    );
    expect(screen.queryByRole('region', { name: 'Span detail' })).toBeNull();
    const row = screen.getByText('the row');
    act(() => row.focus());
    await userEvent.click(row);
    expect(screen.getByRole('region', { name: 'Span detail' })).toBeVisible();
    expect(document.activeElement).toBe(row);
    act(() => screen.getByRole('tab', { name: 'Detail' }).focus());
    fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
    expect(screen.queryByRole('region', { name: 'Span detail' })).toBeNull();
    expect(document.activeElement).toBe(row);
  });

  it('renders on a server, with no style attribute', () => {
    const store = createMonitorStore();
    const { ui } = startMonitor();
    const html = renderToString(ui(<SpanInspectorPrefab spanKey={keyOf('r', 's')} layout="panel" />, { store }));
    expect(html).toContain('This span is not held');
    expect(html).not.toContain('style=');
  });
});
