import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderToString } from 'react-dom/server';
import { type Selection, useSelection, WorkflowGraphPrefab } from 'spanlight';
import { asRunId, createMonitorStore, MonitorError, type Workflow } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { BASE_MS, spanEnd, spanStart } from '../store/support/buildEvents.ts';
import { startMonitor } from './support/startMonitor.tsx';

const runId = asRunId('r');
const selected = { defaultSelection: { runId } };
const workflow = {
  version: 1 as const,
  title: 'support.json',
  nodes: [
    { id: 'a', kind: 'agent' as const, label: 'Triage' },
    { id: 'b', kind: 'agent' as const, label: 'Shipping' },
    { id: 'c', kind: 'tool' as const, label: 'search' },
  ],
  edges: [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c' },
  ],
};
const events = () => [
  spanStart('r', 'a', { name: 'Triage' }),
  spanEnd('r', 't', { kind: 'tool', name: 'search', startedAtMs: BASE_MS }, { parent: 'a', atMs: BASE_MS + 1_800 }),
  spanEnd(
    'r',
    'u',
    { kind: 'tool', name: 'secret', startedAtMs: BASE_MS, status: 'error' },
    { parent: 'a', atMs: BASE_MS + 5 },
  ),
];
const Seen = ({ onSelection }: { onSelection: (selection: Selection) => void }) => {
  onSelection(useSelection().selection);
  return null;
};

describe('the workflow graph as a list', () => {
  it('gives the same data as a table, and opens the latest call of a step', async () => {
    const monitor = startMonitor({ events: events() });
    const seen = vi.fn<(selection: Selection) => void>();
    render(
      monitor.ui(
        <>
          <WorkflowGraphPrefab workflow={workflow} defaultView="list" />
          <Seen onSelection={seen} />
        </>,
        selected,
      ),
    );
    const table = screen.getByRole('table', { name: 'Workflow graph, support.json, lit by r' });
    const rows = within(table)
      .getAllByRole('row')
      .map((row) =>
        within(row)
          .getAllByRole(row.querySelector('td') ? 'cell' : 'columnheader')
          .map((cell) => cell.textContent),
      );
    expect(rows).toEqual([
      ['Step', 'State', 'Calls', 'Failed', 'Last', 'Total', 'Leads to'],
      ['running', '1', '0', expect.any(String), expect.any(String), 'Shipping (handoff), search, secret'],
      ['not used', '0', '0', '—', '—', ''],
      ['done', '1', '0', '1.80 s', '1.80 s', ''],
      ['failed, not in file', '1', '1', '5 ms', '5 ms', ''],
    ]);
    await userEvent.click(within(table).getByRole('button', { name: /search/ }));
    expect(seen).toHaveBeenLastCalledWith(expect.objectContaining({ spanKey: expect.stringContaining('t') }));
  });

  it('says at least where events are missing', async () => {
    const monitor = startMonitor({ events: events() });
    render(monitor.ui(<WorkflowGraphPrefab workflow={workflow} defaultView="list" />, selected));
    await act(() => monitor.advance(1_000));
    act(() => {
      monitor.transport.sink.onGap({ t: 'gap', epoch: 'ab12', from: 1, to: 9, why: 'retention', n: 8 });
      monitor.store.flush();
    });
    expect(screen.getAllByText('≥ 1').length).toBeGreaterThan(0);
    expect(screen.getByText('Events missing')).toBeVisible();
  });
});

describe('the faces of the workflow graph', () => {
  const faceOf = (ui: React.ReactNode, props = {}) => {
    const monitor = startMonitor();
    return render(monitor.ui(ui, props));
  };
  it('a file that cannot be read: line, place and reason', () => {
    const text =
      '{\n "version": 1,\n "title": "x",\n "nodes": [{"id":"a","kind":"robot","label":"A"}],\n "edges": []\n}';
    faceOf(<WorkflowGraphPrefab workflow={text} />);
    expect(screen.getByText('The workflow file cannot be read')).toBeVisible();
    expect(screen.getByText(/^Line 4, nodes\[0\]\.kind must be one of agent/)).toBeVisible();
  });
  it('a file without nodes', () => {
    faceOf(<WorkflowGraphPrefab workflow={{ ...workflow, nodes: [], edges: [] }} />);
    expect(screen.getByText('The workflow file has no nodes')).toBeVisible();
  });
  it('no run selected, no spans yet', () => {
    faceOf(<WorkflowGraphPrefab mode="discovered" />);
    expect(screen.getByText('Select a run to see its graph')).toBeVisible();
    faceOf(<WorkflowGraphPrefab mode="discovered" />, selected);
    expect(screen.getByText('No spans yet')).toBeVisible();
  });
  it('a workflow that could not be loaded, with a way to try again; what the spans show instead in auto mode', async () => {
    const error = new MonitorError('detail.unreachable', { happened: 'a', follows: 'b', todo: 'c' });
    const loadWorkflow = vi
      .fn<() => Promise<Workflow | undefined>>()
      .mockRejectedValueOnce(error)
      .mockRejectedValueOnce(error)
      .mockResolvedValue(workflow);
    const source = { loadDetail: () => Promise.resolve({}), loadWorkflow };
    const monitor = startMonitor({ events: events(), store: { detailSource: source } });
    const settle = () => act(() => monitor.advance(0));
    const { unmount } = render(monitor.ui(<WorkflowGraphPrefab defaultView="list" />, selected));
    expect(document.querySelector('[aria-busy="true"]')).not.toBeNull();
    await settle();
    expect(screen.getByRole('button', { name: /secret/ })).toBeVisible();
    expect(screen.getByText('r', { selector: '.sl-panel__note' })).toBeVisible();
    unmount();
    render(monitor.ui(<WorkflowGraphPrefab mode="declared" defaultView="list" />, selected));
    await settle();
    expect(screen.getByText('The workflow could not be loaded')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    await settle();
    if (screen.queryByRole('button', { name: 'Retry' })) {
      await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
      await settle();
    }
    expect(screen.getByText('support.json, lit by r')).toBeVisible();
  });
  it('renders on a server: nothing is known there, and no style attribute is made', () => {
    const html = renderToString(
      startMonitor().ui(<WorkflowGraphPrefab workflow={workflow} />, { store: createMonitorStore(), ...selected }),
    );
    expect(html).toContain('Workflow');
    expect(html).not.toContain('style=');
  });
});
