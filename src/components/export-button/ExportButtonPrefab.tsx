'use client';
import { useContext, useState } from 'react';
import { useCan } from '../../hooks/useCan.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { MonitorError } from '../../model/errors.ts';
import {
  type ExportSource,
  type RunExportFormat,
  type RunExportQuery,
  runExportFormats,
} from '../../model/exportQuery.ts';
import type { MonitorStore } from '../../store/types.ts';
import { Button } from '../internals/Button.tsx';
import { downloadBlob } from '../internals/downloadBlob.ts';
import { Popover, usePopover } from '../internals/Popover.tsx';
import { RunListContext } from '../run-list/RunListContext.ts';

export interface ExportButtonPrefabProps {
  /** Where exports come from, e.g. `createRelayClient`: the relay writes what the role may see, within the scope of the provider. */
  readonly source?: ExportSource | undefined;
  /**
   * Exports what the store holds, where no relay stands behind it, as with an opened file, or where there is no `source`. Loaded when
   * it is needed, e.g. `async () => (await import('spanlight/adapters')).createHeldExport`.
   */
  readonly loadHeldExport?: (() => Promise<(store: MonitorStore) => ExportSource>) | undefined;
  /** Which runs where none is selected, or with `scope: 'list'`. Default: what the run list around it is filtered to, else the newest. */
  readonly query?: Omit<RunExportQuery, 'format' | 'content' | 'runIds'> | undefined;
  /** `run`: the selected run (default). `list`: the runs of `query`. */
  readonly scope?: 'run' | 'list' | undefined;
  /** `row` (default): all choices beside each other. `menu`: one button, the choices behind it, e.g. in a toolbar. */
  readonly layout?: 'row' | 'menu' | undefined;
}

const extensions: Readonly<Record<RunExportFormat, string>> = {
  spanlight: 'jsonl',
  otlp: 'otlp.json',
  spans: 'spans.csv',
  costs: 'costs.csv',
};

/**
 * Saves runs as a file. Content goes with it only where the role may read it and the person asks for it. Nothing where nothing can be
 * saved. Sets `data-state` (idle, busy).
 */
export function ExportButtonPrefab({
  source,
  loadHeldExport,
  query,
  scope = 'run',
  layout = 'row',
}: ExportButtonPrefabProps) {
  const { store, messages, selection, announce } = useMonitorContext();
  const words = messages.file;
  const canRead = useCan('read.payload');
  const [format, setFormat] = useState<RunExportFormat>('spanlight');
  const [hasContent, setHasContent] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const popover = usePopover();
  const { isOpen, id: popoverId, triggerRef } = popover;
  const list = useContext(RunListContext);
  const runId = scope === 'run' ? selection.runId : undefined;
  const isTable = format === 'spans' || format === 'costs';
  // a file that is open has no relay behind it: that of the host knows nothing of it
  const isHeld = loadHeldExport !== undefined && (source === undefined || store.historySource === undefined);
  if (!isHeld && source === undefined) return null;

  const save = async () => {
    setIsBusy(true);
    setFault(undefined);
    try {
      const content = canRead && hasContent && !isTable;
      const from = isHeld ? (await loadHeldExport())(store) : source && store.scoped(source);
      if (!from) return;
      const blob = await from.exportRuns({
        ...(query ?? list?.query),
        format,
        content,
        runIds: runId === undefined ? undefined : [runId],
      });
      downloadBlob(blob, `${runId ?? 'runs'}.${extensions[format]}`);
      announce(words.exported, 'polite');
      if (layout === 'menu') popover.close();
    } catch (cause) {
      setFault(words.exportFailed(cause instanceof MonitorError ? cause.code : 'export.failed'));
    } finally {
      setIsBusy(false);
    }
  };

  const choices = (
    <span className="sl-export" role="group" aria-label={words.exportLabel} data-state={isBusy ? 'busy' : 'idle'}>
      <select
        className="sl-select"
        aria-label={words.exportFormat}
        value={format}
        onChange={(event) => setFormat(event.target.value as RunExportFormat)}
      >
        {runExportFormats.map((name) => (
          <option key={name} value={name}>
            {words.exportNames[name]}
          </option>
        ))}
      </select>
      {canRead && !isTable ? (
        <label className="sl-export__content">
          <input type="checkbox" checked={hasContent} onChange={(event) => setHasContent(event.target.checked)} />
          {words.withContent}
        </label>
      ) : null}
      <Button icon="download" aria-busy={isBusy || undefined} onClick={() => void (isBusy ? undefined : save())}>
        {isBusy ? words.exporting : runId === undefined ? words.exportRuns : words.exportRun}
      </Button>
      {fault === undefined ? null : (
        <span role="alert" className="sl-export__fault">
          {fault}
        </span>
      )}
    </span>
  );
  if (layout === 'row') return choices;
  return (
    <>
      <Button
        ref={triggerRef}
        icon="download"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? popoverId : undefined}
        onClick={popover.toggle}
      >
        {words.exportLabel}
      </Button>
      <Popover state={popover} label={words.exportLabel} className="sl-export__menu">
        {choices}
      </Popover>
    </>
  );
}
