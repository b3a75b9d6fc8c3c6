import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ExportButtonPrefab, MonitorProvider, RunListPrefab } from 'spanlight';
import { createHeldExport } from 'spanlight/adapters';
import { simulateRun } from 'spanlight/simulator';
import { createMonitorStore } from 'spanlight/store';
import type { RunExportQuery } from 'spanlight/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MonitorError } from '../../src/model/errors.ts';
import { asRunId } from '../../src/model/ids.ts';
import { startMonitor } from './support/startMonitor.tsx';

const asked: RunExportQuery[] = [];
const source = {
  exportRuns: async (query: RunExportQuery) => {
    asked.push(query);
    return new Blob(['x']);
  },
};
let saved: string[] = [];
beforeEach(() => {
  asked.length = 0;
  saved = [];
  URL.createObjectURL = () => 'blob:x';
  URL.revokeObjectURL = () => undefined;
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
});
afterEach(() => vi.restoreAllMocks());

describe('ExportButton', () => {
  it('saves the selected run in the chosen format, without content until a person asks for it', async () => {
    const { ui } = startMonitor();
    render(ui(<ExportButtonPrefab source={source} />, { defaultSelection: { runId: asRunId('r/1') } }));
    await userEvent.click(screen.getByRole('button', { name: 'Export this run' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'With inputs and outputs' }));
    await userEvent.selectOptions(screen.getByLabelText('Export format'), 'otlp');
    await userEvent.click(screen.getByRole('button', { name: 'Export this run' }));
    await userEvent.selectOptions(screen.getByLabelText('Export format'), 'costs');
    await userEvent.click(screen.getByRole('button', { name: 'Export this run' }));
    expect(asked).toMatchObject([
      { format: 'spanlight', content: false, runIds: ['r/1'] },
      { format: 'otlp', content: true, runIds: ['r/1'] },
      { format: 'costs', content: false, runIds: ['r/1'] },
    ]);
    expect(saved).toEqual(['r-1.jsonl', 'r-1.otlp.json', 'r-1.costs.csv']);
  });

  it('saves what a list is filtered to, and offers no content to who may not read it', async () => {
    const { ui } = startMonitor({ roles: ['viewer'] });
    render(ui(<ExportButtonPrefab source={source} scope="list" query={{ statuses: ['failed'] }} />));
    expect(screen.queryByRole('checkbox')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Export runs' }));
    expect(asked).toMatchObject([{ format: 'spanlight', content: false, statuses: ['failed'], runIds: undefined }]);
  });

  it('asks within the scope of the provider', async () => {
    const withScope = vi.fn<() => typeof source>(() => source);
    const { ui } = startMonitor();
    render(ui(<ExportButtonPrefab source={{ ...source, withScope }} />, { scope: { user: 'ann' } }));
    await userEvent.click(screen.getByRole('button', { name: 'Export runs' }));
    expect(withScope).toHaveBeenCalledWith({ user: 'ann' });
    expect(asked).toHaveLength(1);
  });

  it('follows the filters of the run list that it stands in', async () => {
    const { ui } = startMonitor();
    const button = <ExportButtonPrefab source={source} scope="list" />;
    render(ui(<RunListPrefab text="refund" filter={{ userId: 'u1' }} actions={button} />));
    await userEvent.click(screen.getByRole('tab', { name: /Failed/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Export runs' }));
    expect(asked).toMatchObject([{ statuses: ['failed'], text: 'refund', users: ['u1'] }]);
  });

  it('saves what the store holds where no relay stands behind it, and shows nothing where nothing can be saved', async () => {
    const held = createMonitorStore({ scheduler: { request: () => {}, cancel: () => {} } });
    held.ingest(simulateRun({ scenario: 'support-handoff', seed: 7, content: 'inline' }));
    held.flush();
    const files: Blob[] = [];
    URL.createObjectURL = (blob) => {
      files.push(blob as Blob);
      return 'blob:x';
    };
    const { rerender } = render(
      <MonitorProvider store={held}>
        <ExportButtonPrefab source={source} loadHeldExport={async () => createHeldExport} />
      </MonitorProvider>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Export runs' }));
    await waitFor(() => expect(files).toHaveLength(1));
    expect(asked).toEqual([]);
    expect(files[0]?.size).toBeGreaterThan(1000);
    rerender(
      <MonitorProvider store={held}>
        <ExportButtonPrefab />
      </MonitorProvider>,
    );
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('says why an export failed, by its code', async () => {
    const { ui } = startMonitor();
    const words = { happened: 'a', follows: 'b', todo: 'c' };
    const failing = { exportRuns: () => Promise.reject(new MonitorError('history.busy', words)) };
    render(ui(<ExportButtonPrefab source={failing} />));
    await userEvent.click(screen.getByRole('button', { name: 'Export runs' }));
    expect(await screen.findByText('The export failed (history.busy).')).toBeVisible();
  });
});
