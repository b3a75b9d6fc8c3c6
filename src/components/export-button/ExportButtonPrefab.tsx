'use client';
import { useState } from 'react';
import { useCan } from '../../hooks/useCan.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { MonitorError } from '../../model/errors.ts';
import {
  type ExportSource,
  type RunExportFormat,
  type RunExportQuery,
  runExportFormats,
} from '../../model/exportQuery.ts';
import { Button } from '../internals/Button.tsx';
import { downloadBlob } from '../internals/downloadBlob.ts';
import { Popover, usePopover } from '../internals/Popover.tsx';

export interface ExportButtonPrefabProps {
  /** Where exports come from, e.g. `createRelayClient`: the relay writes what the role may see, within the scope of the provider. */
  readonly source: ExportSource;
  /** Which runs where none is selected, or with `scope: 'list'`: what a list is filtered to. Default: the newest. */
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

/** Saves runs as a file. Content goes with it only where the role may read it and the person asks for it. Sets `data-state` (idle, busy). */
export function ExportButtonPrefab({ source, query, scope = 'run', layout = 'row' }: ExportButtonPrefabProps) {
  const { store, messages, selection, announce } = useMonitorContext();
  const words = messages.file;
  const canRead = useCan('read.payload');
  const [format, setFormat] = useState<RunExportFormat>('spanlight');
  const [hasContent, setHasContent] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const popover = usePopover();
  const { isOpen, id: popoverId, triggerRef } = popover;
  const runId = scope === 'run' ? selection.runId : undefined;
  const isTable = format === 'spans' || format === 'costs';

  const save = async () => {
    setIsBusy(true);
    setFault(undefined);
    try {
      const content = canRead && hasContent && !isTable;
      const blob = await store.scoped(source).exportRuns({
        ...query,
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
