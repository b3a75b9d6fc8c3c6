import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createFold } from '../../src/fold/createFold.ts';
import type { Run } from '../../src/model/run.ts';
import type { RunLog } from '../../src/relay/run-log/RunLog.ts';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('../../python', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Runs a module of `python/` with the system's Python. @returns what it printed, both streams */
export async function runPython(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout, stderr } = await run('python3', args, {
    cwd,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...env },
    timeout: 60_000,
  });
  return stdout + stderr;
}

interface ExpectedTrace {
  readonly trace_id: string;
  readonly status: string;
  readonly span_count: number;
  readonly tokens: { readonly input: number; readonly output: number };
}

/** Answers for the captures of the SDK for Python, by the id of the trace. */
function expectedTraces(): ReadonlyMap<string, ExpectedTrace> {
  const all = JSON.parse(readFileSync(`${fixtures}expected.json`, 'utf8')) as Record<
    string,
    { readonly traces: readonly ExpectedTrace[] }
  >;
  const names = readdirSync(`${fixtures}openai-agents-python`).filter((name) => name.endsWith('.callbacks.jsonl'));
  const traces = names.flatMap((name) => all[`openai-agents-python/${name}`]?.traces ?? []);
  return new Map(traces.map((trace) => [trace.trace_id, trace]));
}

/** The runs that a log holds, as merged now. */
export async function runsIn(log: RunLog): Promise<ReadonlyMap<string, Run>> {
  const fold = createFold();
  const { facts } = await log.snapshot('default');
  for await (const part of facts) for (const event of part) fold.apply(event);
  fold.settle();
  return new Map(fold.reader.runIds.map((runId) => [runId, fold.reader.getRun(runId) as Run]));
}

/** What both sides say of a run. The words of the captures are those of the files, see their README. */
export const answersOf = (runs: ReadonlyMap<string, Run>) =>
  new Map(
    [...runs].map(([id, { status, spanCount, totals }]) => [
      id,
      { status, spanCount, inputTokens: totals.inputTokens, outputTokens: totals.outputTokens },
    ]),
  );
export const answersExpected = () =>
  new Map(
    [...expectedTraces()].map(([id, { status, span_count, tokens }]) => [
      id,
      {
        status: status === 'waiting_approval' ? 'waiting' : status,
        spanCount: span_count,
        inputTokens: tokens.input,
        outputTokens: tokens.output,
      },
    ]),
  );
