import { parseArgs } from 'node:util';
import { MonitorError } from '../../model/errors.ts';
import { type PriceTable, parsePriceTable } from '../../prices/index.ts';
import type { Io } from '../io.ts';
import { codeOf, printable, readTraceFile, tellIssues, tellNoTrace } from '../traceFiles/tellOutcome.ts';
import { formatSummaries } from './formatSummaries.ts';
import { type FileOutcome, summarizeFile } from './summarizeFile.ts';
import type { FileSummary } from './types.ts';

const UNREADABLE = 2;

const help = `Usage: spanlight summarize <file>... [--json] [--prices <file>]

Reads captured traces and says what ran: agents, tools, errors, tokens, cost, time. The format of each file is found by trying:
OpenAI Agents SDK callbacks and exporter batches, OTLP (GenAI conventions, OpenInference, Vercel AI SDK, OpenLLMetry, MCP),
Langfuse downloads, Spanlight events; JSON or JSONL.

Options:
      --json           one JSON object on standard output, keyed by each path as given
      --prices <file>  a price table as JSON: {"models": {"name": {"input": 2.5, "output": 15}}}, US dollars per 1M tokens
  -h, --help           this text
`;

/** \`spanlight summarize\`. @returns 0; 2 when a file could not be read or is of no known format, after the rest was printed */
export async function runSummarize(argv: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      prices: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (positionals.length === 0) {
    io.stderr('spanlight summarize: a file is missing. More: spanlight summarize --help\n');
    return UNREADABLE;
  }
  const table = values.prices === undefined ? { models: {} } : await readPrices(values.prices, io);
  const summaries = new Map<string, FileSummary>();
  let exitCode = 0;
  for (const path of new Set(positionals)) {
    const outcome = await readFile(path, table, io);
    if (outcome?.kind === 'summary') summaries.set(path, outcome.summary);
    if (!outcome || outcome.kind === 'unknown') exitCode = UNREADABLE;
  }
  io.stdout(
    values.json ? `${JSON.stringify(Object.fromEntries(summaries), undefined, 1)}\n` : formatSummaries(summaries),
  );
  return exitCode;
}

async function readPrices(path: string, io: Io): Promise<PriceTable> {
  const { table, issues } = parsePriceTable(parseJson(await readText(path, io), path));
  for (const issue of issues) io.stderr(`${printable(path)}: ${issue.path}: ${issue.reason} [${issue.code}]\n`);
  return table;
}

async function readText(path: string, io: Io): Promise<string> {
  try {
    return await io.readFile(path);
  } catch (cause) {
    throw new MonitorError(
      'summarize.no-prices',
      {
        happened: `The price file ${printable(path)} could not be read (${codeOf(cause)}).`,
        follows: 'Nothing was summarised.',
        todo: 'Check the path.',
      },
      { cause },
    );
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MonitorError('summarize.bad-prices', {
      happened: `The price file ${printable(path)} is no JSON.`,
      follows: 'Nothing was summarised.',
      todo: 'Give a file like {"models": {"name": {"input": 2.5, "output": 15}}}.',
    });
  }
}

/** Says on standard error what is wrong with a file; the others go on. */
async function readFile(path: string, table: PriceTable, io: Io): Promise<FileOutcome | undefined> {
  const text = await readTraceFile(path, io);
  if (text === undefined) return undefined;
  const outcome = summarizeFile(text, table);
  if (outcome.kind === 'summary') tellIssues(path, outcome.issues, io);
  else tellNoTrace(path, outcome, io);
  return outcome;
}
