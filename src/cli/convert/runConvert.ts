import { parseArgs } from 'node:util';
import { exportFormatNames } from '../../adapters/index.ts';
import type { MonitorEvent } from '../../model/event.ts';
import type { Io } from '../io.ts';
import { readTraceText } from '../traceFiles/readTraceText.ts';
import { printable, readTraceFile, tellIssues, tellNoTrace } from '../traceFiles/tellOutcome.ts';
import { writeOut } from '../writeOut.ts';
import { convertEvents } from './convertEvents.ts';

const WRONG_USE = 2;

const help = `Usage: spanlight convert <file>... --to ${exportFormatNames.join('|')} [--out <file>]

Reads captured traces of any known format and writes them as one file. Runs that stand in several files are merged.

  --to spanlight   Spanlight events, one a line (JSONL): what the relay, the command line and the dashboard read
  --to otlp        an OTLP export request (JSON) in the GenAI conventions: what any OpenTelemetry collector reads
  --to spans       a table of spans (CSV)
  --to costs       a table of what each run was charged, by model (CSV)

Options:
      --out <file>     where to write; without it, standard output
  -h, --help           this text
`;

/** `spanlight convert`. @returns 0; 2 when a file could not be read or is of no known format, after the rest was written */
export async function runConvert(argv: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  const to = exportFormatNames.find((name) => name === values.to);
  const fault = positionals.length === 0 ? 'a file is missing' : to ? undefined : faultOf(values.to);
  if (!to || fault !== undefined) {
    io.stderr(`spanlight convert: ${fault}. More: spanlight convert --help\n`);
    return WRONG_USE;
  }
  const events: MonitorEvent[] = [];
  let exitCode = 0;
  let read = 0;
  for (const path of new Set(positionals)) {
    const found = await readEvents(path, io);
    if (found === 'unreadable') exitCode = WRONG_USE;
    else if (found !== 'no-trace') {
      read += 1;
      for (const event of found) events.push(event);
    }
  }
  if (read === 0) {
    io.stderr('spanlight convert: there was nothing to write.\n');
    return WRONG_USE;
  }
  const text = convertEvents(events, to);
  if (values.out === undefined) io.stdout(text);
  else await writeOut('convert', values.out, text, io);
  return exitCode;
}

const faultOf = (target: string | undefined): string =>
  target === undefined
    ? `--to is missing: ${exportFormatNames.join(', ')}`
    : `there is no format "${printable(target).slice(0, 80)}" to convert to: ${exportFormatNames.join(', ')}`;

async function readEvents(path: string, io: Io): Promise<readonly MonitorEvent[] | 'no-trace' | 'unreadable'> {
  const text = await readTraceFile(path, io);
  if (text === undefined) return 'unreadable';
  const outcome = readTraceText(text);
  if (outcome.kind !== 'trace') {
    tellNoTrace(path, outcome, io);
    return outcome.kind === 'unknown' ? 'unreadable' : 'no-trace';
  }
  tellIssues(path, outcome.issues, io);
  return outcome.events;
}
