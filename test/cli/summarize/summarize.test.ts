import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runSummarize } from '../../../src/cli/summarize/index.ts';
import type { FileSummary, TraceSummary } from '../../../src/cli/summarize/types.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const folders = ['openai-agents-js', 'openai-agents-python', 'otlp', 'ai-sdk', 'openinference', 'public'];
const allFiles = folders.flatMap((folder) => readdirSync(`${fixtures}${folder}`).map((name) => `${folder}/${name}`));
const expected = JSON.parse(readFileSync(`${fixtures}expected.json`, 'utf8')) as Record<string, FileSummary>;
const traceFiles = allFiles.filter((file) => file in expected);

interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function summarize(argv: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<Output> {
  let stdout = '';
  let stderr = '';
  const code = await runSummarize(argv, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    env: {},
    cwd: fixtures,
    readFile: async (path) => files[path] ?? readFile(resolve(fixtures, path), 'utf8'),
    signal: new AbortController().signal,
    writeFile: async () => undefined,
    isTerminal: false,
  });
  return { code, stdout, stderr };
}

const sorted = (list: readonly unknown[]) => [...list].map((item) => JSON.stringify(item)).sort();

/** The comparison of `test/fixtures/README.md`: durations within 0.01 ms, cost within 1e-9 USD, two lists in any order. */
function comparable(trace: TraceSummary) {
  const { duration_ms, root_duration_ms, cost_usd_sample_prices, cost_usd_reported, agents, guardrails, ...exact } =
    trace;
  const near = (value: number | null, step: number) => (value === null ? null : Math.round(value / step));
  return {
    exact,
    agents: sorted(agents),
    guardrails: sorted(guardrails),
    durations: [near(duration_ms, 0.01), near(root_duration_ms, 0.01)],
    costs: [near(cost_usd_sample_prices, 1e-9), near(cost_usd_reported, 1e-9)],
  };
}

describe('spanlight summarize --json', () => {
  it('answers every captured file as expected.json does, on every field', async () => {
    const { code, stdout } = await summarize([...allFiles, '--json', '--prices', 'prices.sample.json']);
    const answers = JSON.parse(stdout) as Record<string, FileSummary>;
    expect(code).toBe(0);
    expect(Object.keys(answers).sort()).toEqual([...traceFiles].sort());
    expect([...traceFiles].sort()).toEqual(Object.keys(expected).sort());
    expect(traceFiles.length).toBe(67);
    for (const file of traceFiles) {
      expect(answers[file]?.format, file).toBe(expected[file]?.format);
      expect(answers[file]?.traces.map(comparable), file).toEqual(expected[file]?.traces.map(comparable));
    }
  });

  it('keeps the names of fields of expected.json, and no others', async () => {
    const file = 'openai-agents-js/05-hitl-approve.callbacks.jsonl';
    const { stdout } = await summarize([file, '--json']);
    const [answer] = (JSON.parse(stdout) as Record<string, FileSummary>)[file]?.traces ?? [];
    const [wanted] = expected[file]?.traces ?? [];
    expect(Object.keys(answer ?? {}).sort()).toEqual(Object.keys(wanted ?? {}).sort());
  });

  it('prints nothing but JSON on standard output and names what is no trace on standard error', async () => {
    const state = 'openai-agents-js/05-hitl-approve.state-before.json';
    const stream = 'openai-agents-js/14-run-stream-events.jsonl';
    const { code, stdout, stderr } = await summarize([state, stream, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({});
    expect(stderr).toContain(`${state}: no trace: this is a saved run state`);
    expect(stderr).toContain(`${stream}: no trace: this is the stream events`);
  });

  it('names an unrecognised file with what was tried, prints the rest, and ends in 2', async () => {
    const good = 'openai-agents-js/12-custom-model-without-llm-spans.callbacks.jsonl';
    const files = {
      'odd.json': '{"hello": "world"}',
      'broken.txt': 'not { json',
      'half.json': '[\n  {\n    "resourceSpans": [\n      {}\n',
      'empty.json': ' \n',
    };
    const paths = [...Object.keys(files), 'gone.json', 'openai-agents-js', good];
    const { code, stdout, stderr } = await summarize([...paths, '--json'], files);
    expect(code).toBe(2);
    expect(Object.keys(JSON.parse(stdout))).toEqual([good]);
    expect(stderr).toContain(
      'odd.json: not recognised. Tried: JSON, JSONL, spanlight, openai-agents, redis-events, otlp, langfuse',
    );
    for (const name of ['broken.txt', 'half.json'])
      expect(stderr).toContain(
        `${name}: neither JSON nor JSONL: another kind of file, or one that was cut off. [input.no-json]`,
      );
    expect(stderr).toContain('empty.json: the file is empty. [input.empty]');
    expect(stderr).toContain('gone.json: could not be read: there is no such file (ENOENT). [input.unreadable]');
    expect(stderr).toContain('openai-agents-js: could not be read: it is a folder; give its files (EISDIR).');
    expect(stderr.trimEnd().split('\n')).toHaveLength(6);
  });

  it('prices nothing without a price file, and says how many tokens miss a price', async () => {
    const file = 'openai-agents-js/01-support-handoff.callbacks.jsonl';
    const { stdout } = await summarize([file, '--json']);
    const [trace] = (JSON.parse(stdout) as Record<string, FileSummary>)[file]?.traces ?? [];
    expect(trace?.cost_usd_sample_prices).toBe(0);
    expect(trace?.unpriced_tokens).toBe(2407);
  });

  it('keeps the good lines of a damaged file and tells the bad one by its number', async () => {
    const file = 'openai-agents-js/12-custom-model-without-llm-spans.callbacks.jsonl';
    const lines = readFileSync(`${fixtures}${file}`, 'utf8').trimEnd().split('\n');
    const damaged = [...lines.slice(0, 2), '{"seq": 2, "at"', ...lines.slice(2)].join('\r\n');
    const { code, stdout, stderr } = await summarize(['damaged.jsonl', '--json'], { 'damaged.jsonl': damaged });
    expect(code).toBe(0);
    expect(stderr).toContain('line 3: The line is no JSON');
    const [trace] = (JSON.parse(stdout) as Record<string, FileSummary>)['damaged.jsonl']?.traces ?? [];
    expect(trace?.span_count).toBe(5);
  });

  it('refuses a price file that cannot be used', async () => {
    const argv = ['openai-agents-js/12-custom-model-without-llm-spans.callbacks.jsonl', '--prices', 'prices.json'];
    await expect(summarize(argv, { 'prices.json': 'nonsense' })).rejects.toThrow('summarize.bad-prices');
    await expect(summarize(['x', '--prices', 'absent.json'])).rejects.toThrow('summarize.no-prices');
  });
});

describe('spanlight summarize', () => {
  it('shows people what ran, without control characters out of the file', async () => {
    const item = {
      object: 'trace',
      id: 'trace_1',
      workflow_name: 'Red \u001b[31malert\u001b[0m',
      group_id: null,
      metadata: null,
    };
    const { stdout } = await summarize(['odd.jsonl'], { 'odd.jsonl': JSON.stringify([item]) });
    expect(stdout).toContain('trace_1');
    expect(stdout).not.toContain('\u001b');
  });

  it('tells status, agents, tokens and cost of a run', async () => {
    const file = 'openai-agents-python/01-support-handoff.callbacks.jsonl';
    const { stdout } = await summarize([file, '--prices', 'prices.sample.json']);
    expect(stdout).toContain(`${file} (openai-agents-callbacks, 1 trace)`);
    for (const text of [
      'completed',
      'Billing Agent, Support Agent',
      'Support Agent > Billing Agent',
      '2,407',
      '$0.002515',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  it('asks for a file when none is given', async () => {
    const { code, stderr } = await summarize([]);
    expect(code).toBe(2);
    expect(stderr).toContain('a file is missing');
  });
});
