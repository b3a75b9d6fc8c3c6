import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseText } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import { runConvert } from '../../../src/cli/convert/index.ts';
import { summarizeFile } from '../../../src/cli/summarize/summarizeFile.ts';
import { fixturesDir, traceFiles } from '../../adapters/traceFixtures.ts';

interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly written: Readonly<Record<string, string>>;
}

async function convert(argv: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<Output> {
  let stdout = '';
  let stderr = '';
  const written: Record<string, string> = {};
  const code = await runConvert(argv, {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    env: {},
    cwd: fixturesDir,
    readFile: async (path) => files[path] ?? readFile(resolve(fixturesDir, path), 'utf8'),
    writeFile: async (path, text) => {
      if (path.startsWith('gone/')) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      written[path] = text;
    },
    signal: new AbortController().signal,
    isTerminal: false,
  });
  return { code, stdout, stderr, written };
}

const answersOf = (text: string) => {
  const outcome = summarizeFile(text, { models: {} });
  if (outcome.kind !== 'summary') throw new Error(`no trace: ${outcome.kind}`);
  expect(outcome.issues).toEqual([]);
  return outcome.summary.traces;
};

describe('spanlight convert', () => {
  it.each(['spanlight', 'otlp'])('to %s: a summary of what was written answers as the original', async (target) => {
    for (const file of traceFiles) {
      const original = answersOf(await readFile(resolve(fixturesDir, file), 'utf8'));
      const { code, written } = await convert([file, '--to', target, '--out', 'out']);
      expect(code).toBe(0);
      const byId = (traces: typeof original) =>
        [...traces].sort((left, right) => (left.trace_id < right.trace_id ? -1 : 1));
      expect(byId(answersOf(written['out'] ?? '')), file).toEqual(byId(original));
    }
  });

  it('merges what several files tell of one run, and writes to standard output without --out', async () => {
    const name = 'openai-agents-js/01-support-handoff';
    const { stdout } = await convert([`${name}.callbacks.jsonl`, `${name}.ingest.json`, '--to', 'otlp']);
    const [trace, ...others] = answersOf(stdout);
    expect(others).toEqual([]);
    expect(trace?.tokens.total).toBe(2407);
  });

  it('writes OTLP that any reader of the conventions understands', async () => {
    const { stdout } = await convert(['openai-agents-js/01-support-handoff.callbacks.jsonl', '--to', 'otlp']);
    const document = parseText(stdout).value as {
      resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
    };
    const spans = document.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(spans.length).toBeGreaterThan(10);
    for (const span of spans) {
      expect(span).toMatchObject({
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
        startTimeUnixNano: expect.stringMatching(/^\d{19}$/),
        endTimeUnixNano: expect.stringMatching(/^\d{19}$/),
      });
    }
    expect(spans.filter((span) => span['parentSpanId'] === undefined)).toHaveLength(1);
  });

  it('names what it cannot read, writes the rest, and ends in 2', async () => {
    const good = 'otlp/semconv-failed-run.json';
    const state = 'openai-agents-js/05-hitl-approve.state-before.json';
    const files = { 'odd.json': '{"hello": "world"}' };
    const { code, stderr, written } = await convert(['odd.json', state, good, '--to', 'otlp', '--out', 'o'], files);
    expect(code).toBe(2);
    expect(stderr).toContain('odd.json: not recognised. Tried: JSON, JSONL, spanlight');
    expect(stderr).toContain(`${state}: no trace: this is a saved run state`);
    expect(answersOf(written['o'] ?? '')).toHaveLength(1);
    const nothing = await convert([state, '--to', 'otlp', '--out', 'o']);
    expect(nothing).toMatchObject({ code: 2, written: {} });
  });

  it('asks for a target that there is, and for a file', async () => {
    expect(await convert(['otlp/semconv-failed-run.json'])).toMatchObject({ code: 2 });
    const { code, stderr } = await convert(['otlp/semconv-failed-run.json', '--to', 'toString']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no format "toString" to convert to: spanlight, otlp, spans, costs');
    expect((await convert(['--to', 'otlp'])).stderr).toContain('a file is missing');
  });

  it('fails with a code where it cannot write', async () => {
    const argv = ['otlp/semconv-failed-run.json', '--to', 'spanlight', '--out', 'gone/o'];
    await expect(convert(argv)).rejects.toThrow('convert.no-output');
  });
});
