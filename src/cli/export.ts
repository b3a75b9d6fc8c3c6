import { parseArgs } from 'node:util';
import { exportFormatNames } from '../adapters/index.ts';
import { type RelayAddress, resolveRelayAddress } from '../agent/options.ts';
import { MonitorError } from '../model/errors.ts';
import type { Io, RunCommand } from './io.ts';
import { writeOut } from './writeOut.ts';

const help = `Usage: spanlight export [options]

Writes runs that a relay holds as one file: what the token may see of them, and no more.

Options:
  --from URL       the relay (default: SPANLIGHT_URL, else http://127.0.0.1:8090)
  --token TOKEN    a token that may read (default: SPANLIGHT_TOKEN, which shows in no process list)
  --format NAME    ${exportFormatNames.join(', ')} (default: spanlight)
                   spanlight and otlp read back as the same runs; spans and costs are tables (CSV)
  --run ID         this run only; may stand there several times
  --since TIME     runs that started then or later: a time like 2026-11-28T08:00Z, or 90m, 12h, 7d ago
  --status NAME    running, waiting, completed, failed, cancelled; may stand there several times
  --agent NAME     runs in which this agent took part; may stand there several times
  --limit N        runs at most (default 1000)
  --content        with inputs, outputs and the rest of the content, for who may read it
  --out FILE       where to write; without it, standard output
  -h, --help
`;

const MS_BY_UNIT: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * `spanlight export`.
 * @throws {MonitorError} `export.refused`, `export.unreachable`, `export.cut-off`, `export.no-output`, `cli.bad-option`, `agent.bad-url`
 */
export const runExport: RunCommand = async (argv, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      from: { type: 'string' },
      token: { type: 'string' },
      format: { type: 'string', default: 'spanlight' },
      run: { type: 'string', multiple: true },
      since: { type: 'string' },
      status: { type: 'string', multiple: true },
      agent: { type: 'string', multiple: true },
      limit: { type: 'string' },
      content: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  const query = new URLSearchParams({ format: values.format, content: String(values.content) });
  if (values.limit !== undefined) query.set('limit', values.limit);
  if (values.since !== undefined) query.set('from', String(timeOf(values.since, Date.now())));
  for (const name of ['run', 'status', 'agent'] as const) {
    for (const value of values[name] ?? []) query.append(name, value);
  }
  // an ingest token, which may stand in the same environment, reads nothing
  const env = { ...io.env, SPANLIGHT_INGEST_TOKEN: undefined };
  const token = values.token ?? (io.env.SPANLIGHT_TOKEN || undefined);
  const address = resolveRelayAddress({ url: values.from, token }, env);
  const response = await ask(address, query, io);
  if (values.out === undefined) {
    for await (const text of textOf(response)) io.stdout(text);
    return 0;
  }
  let whole = '';
  for await (const text of textOf(response)) whole += text;
  await writeOut('export', values.out, whole, io);
  return 0;
};

async function ask({ url, token }: RelayAddress, query: URLSearchParams, io: Io): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${url}/v1/export?${query}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: io.signal,
    });
  } catch (cause) {
    throw new MonitorError(
      'export.unreachable',
      {
        happened: `No relay answers at ${url}.`,
        follows: 'Nothing was written.',
        todo: 'Start it, or name another one with --from.',
      },
      { cause },
    );
  }
  if (response.ok) return response;
  const { code, message } = await reasonOf(response);
  throw new MonitorError('export.refused', {
    happened: `The relay said no: ${message} [${code}]`,
    follows: 'Nothing was written.',
    todo: isNoToken(response.status)
      ? 'Give a token that may read with --token or SPANLIGHT_TOKEN; for --content one that may read content.'
      : 'Change the options and try again.',
  });
}

const isNoToken = (status: number): boolean => status === 401 || status === 403;

async function reasonOf(response: Response): Promise<{ readonly code: string; readonly message: string }> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    return error;
  } catch {
    return { code: `http.${response.status}`, message: 'It gave no reason.' };
  }
}

async function* textOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) yield decoder.decode(bytes as Uint8Array, { stream: true });
  } catch (cause) {
    throw new MonitorError(
      'export.cut-off',
      {
        happened: 'The relay ended before the export did.',
        follows: 'What was written is no whole file.',
        todo: 'Try again, with a smaller --limit.',
      },
      { cause },
    );
  }
  yield decoder.decode();
}

/** Epoch ms of an ISO time, or of a stretch like `90m` before now. */
function timeOf(text: string, nowMs: number): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * (MS_BY_UNIT[unit] ?? 0);
  const timeMs = Date.parse(text);
  if (Number.isFinite(timeMs)) return timeMs;
  throw new MonitorError('cli.bad-option', {
    happened: 'The value of --since is no time.',
    follows: 'Nothing was written.',
    todo: 'Give a time like 2026-11-28T08:00Z, or a stretch like 90m, 12h or 7d.',
  });
}
