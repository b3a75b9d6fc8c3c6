import { act, render, screen } from '@testing-library/react';
import { ErrorGroupsPrefab, RunListPrefab, SpanInspectorPrefab } from 'spanlight';
import { asRunId, asSpanId, type MonitorEvent } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import type { Scope } from '../../src/model/scope.ts';
import { BASE_MS, keyOf, runStart, spanEnd } from '../store/support/buildEvents.ts';
import { createFakeHistory } from '../store/support/fakeHistory.ts';
import { startMonitor } from './support/startMonitor.tsx';

const openSpan = { defaultSelection: { runId: asRunId('r'), spanKey: keyOf('r', 's') } };
const toolSpan = (detail: object): MonitorEvent =>
  spanEnd('r', 's', { kind: 'tool', name: 'find_customer', startedAtMs: BASE_MS }, { detail });

describe('a field that a rule of the team took out', () => {
  it('is a chip with its kind, size and reason in the inspector, beside the fields that stayed', async () => {
    const redacted = { redacted: 'email', size: 21, reason: 'privacy policy' };
    const monitor = startMonitor({ events: [toolSpan({ arguments: { contact: redacted, city: 'Oslo' } })] });
    const { container } = render(monitor.ui(<SpanInspectorPrefab />, openSpan));
    await act(() => monitor.advance(0));
    await act(() => monitor.advance(0));
    expect(await screen.findByText('"city"')).toBeVisible();
    const chip = container.querySelector('.sl-redacted');
    expect(chip).toHaveTextContent('redacted, email, 21 B');
    expect(chip).toHaveAttribute('data-sl-tip', 'redacted, email, 21 B, privacy policy');
    expect(container).not.toHaveTextContent('"redacted"'); // a chip, not the record that says so
  });
});

describe('a scope of the provider', () => {
  it('is told to the line when it changes, and what was held of the scope before is gone when it changes', () => {
    const monitor = startMonitor();
    const setScope = vi.fn<(scope: Scope | undefined) => void>();
    Object.assign(monitor.transport, { setScope });
    const { rerender } = render(monitor.ui(<RunListPrefab />, { scope: { user: 'ann' } }));
    expect(setScope).toHaveBeenCalledWith({ user: 'ann' });
    setScope.mockClear();
    act(() => monitor.ingest(runStart('run-1', { name: 'Run of Ann' })));
    expect(screen.getByText('Run of Ann')).toBeVisible();
    rerender(monitor.ui(<RunListPrefab />, { scope: { user: 'ann' } })); // the same, said anew
    expect(setScope).not.toHaveBeenCalled();
    expect(screen.getByText('Run of Ann')).toBeVisible();
    rerender(monitor.ui(<RunListPrefab />, { scope: { user: 'ben' } }));
    act(() => monitor.ingest());
    expect(screen.queryByText('Run of Ann')).toBeNull();
    expect(monitor.store.getState().runIds).toEqual([]);
    rerender(monitor.ui(<RunListPrefab />));
    expect(setScope.mock.calls).toEqual([[{ user: 'ben' }], [undefined]]);
  });

  it('that changes lets go of what the history gave, too', () => {
    const monitor = startMonitor();
    const before = monitor.store.getState().historyEra;
    monitor.store.setScope({ user: 'ben' });
    monitor.store.flush();
    expect(monitor.store.getState().historyEra).toBe(before + 1);
  });
});

describe('for a viewer', () => {
  it('an error has its class and code, and a chip in the place of its message', async () => {
    const group = {
      errorType: 'ToolTimeout',
      errorCode: 'tool.timeout',
      count: 2,
      runCount: 1,
      firstAtMs: BASE_MS - 1000,
      lastAtMs: BASE_MS,
      agentNames: ['Billing'],
      sample: { runId: asRunId('r'), spanId: asSpanId('s') },
      trend: [],
    };
    const loadErrors = async () => ({ groups: [group], groupCount: 1, errorCount: 2 });
    const historySource = { ...createFakeHistory(() => []), loadErrors };
    const { container } = render(
      startMonitor({ roles: ['viewer'], store: { historySource } }).ui(<ErrorGroupsPrefab />),
    );
    expect(await screen.findByText(/ToolTimeout/)).toBeVisible();
    expect(container.querySelector('.sl-redacted')).toBeVisible();
  });
});
