import type { MonitorEvent } from '../../model/event.ts';
import { type RunExportFormat, runExportFormats } from '../../model/exportQuery.ts';
import type { ChargeLine } from '../../model/run.ts';
import { type RunToWrite, writeOtlp, writeRun } from '../otlp/index.ts';
import { costsHead, spansHead, writeCostRows, writeSpanRows } from './tables.ts';

/** A run as it is to be exported. Who may not see content gives spans and events without it. */
export interface RunToExport extends RunToWrite {
  /** Everything that was said of the run, its spans too. */
  readonly events: Iterable<MonitorEvent>;
  /** What was charged, by model. */
  readonly modelLines: readonly ChargeLine[];
}

/** A way to write runs. A document is `begin`, the runs with `separator` between those that are not empty, `end`. */
export interface ExportFormat {
  readonly contentType: string;
  /** Of the file, without a dot. */
  readonly extension: string;
  readonly begin: string;
  readonly separator: string;
  readonly end: string;
  /** One run; empty where there is nothing to tell. */
  write(run: RunToExport): string;
  /** Events that belong to no run; empty where the format has no word for them. */
  writeCommon(events: readonly MonitorEvent[]): string;
}

const linesOf = (events: Iterable<MonitorEvent>): string => {
  let text = '';
  for (const event of events) text += `${JSON.stringify(event)}\n`;
  return text;
};
const csv = { contentType: 'text/csv; charset=utf-8', extension: 'csv', separator: '', end: '' } as const;

/**
 * What runs can be exported as. `spanlight` and `otlp` keep everything: reading them again gives the same state. The tables are for
 * spreadsheets: a text that one would run as a formula is marked as text.
 */
export const exportFormats = {
  spanlight: {
    contentType: 'application/x-ndjson',
    extension: 'jsonl',
    begin: '',
    separator: '',
    end: '',
    write: ({ events }) => linesOf(events),
    writeCommon: linesOf,
  },
  otlp: {
    contentType: 'application/json',
    extension: 'otlp.json',
    begin: '{"resourceSpans":[',
    separator: ',',
    end: ']}\n',
    write: (run) => JSON.stringify(writeRun(run)),
    writeCommon: (events) =>
      writeOtlp([], { events })
        .resourceSpans.map((one) => JSON.stringify(one))
        .join(','),
  },
  spans: { ...csv, begin: spansHead, write: writeSpanRows, writeCommon: () => '' },
  costs: { ...csv, begin: costsHead, write: writeCostRows, writeCommon: () => '' },
} as const satisfies Readonly<Record<RunExportFormat, ExportFormat>>;

/** Name of a format that runs are written in. */
export type ExportFormatName = RunExportFormat;
/** All formats: `spanlight`, `otlp`, `spans` and `costs`. */
export const exportFormatNames = runExportFormats;

/** Writes a document in parts, one run after the other. */
export function createExportWriter(name: ExportFormatName) {
  const format: ExportFormat = exportFormats[name];
  let isFirst = true;
  const part = (text: string): string => {
    if (text === '') return '';
    const written = isFirst ? text : format.separator + text;
    isFirst = false;
    return written;
  };
  return {
    format,
    begin: () => format.begin,
    run: (run: RunToExport) => part(format.write(run)),
    common: (events: readonly MonitorEvent[]) => part(format.writeCommon(events)),
    end: () => format.end,
  };
}
