import { readFileSync } from 'node:fs';
import { createExportWriter, detectFormat, type ExportFormatName, parseText } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/createFold.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { spanKeyOf } from '../../src/model/ids.ts';
import type { Span } from '../../src/model/span.ts';

const fixture = (path: string) => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');

function eventsOf(text: string): readonly MonitorEvent[] {
  const parsed = parseText(text);
  if (!('value' in parsed)) throw new Error('no JSON');
  const found = detectFormat(parsed.value);
  if (found.kind !== 'trace') throw new Error('no trace');
  return found.adapter.read(parsed.value).events;
}

function foldOf(events: Iterable<MonitorEvent>) {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  fold.settle();
  return fold;
}

function exportAll(events: Iterable<MonitorEvent>, name: ExportFormatName): string {
  const fold = foldOf(events);
  const { reader } = fold;
  const writer = createExportWriter(name);
  let text = writer.begin() + writer.common(fold.commonFacts());
  for (const runId of reader.runIds) {
    const run = reader.getRun(runId);
    if (!run) continue;
    const modelLines = reader.chargeLines(runId, 'model');
    text += writer.run({ run, spans: reader.spansOf(runId), events: fold.factsOf(runId), modelLines });
  }
  return text + writer.end();
}

/** Reads RFC 4180, so that the tests do not trust what wrote it. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < csv.length; at += 1) {
    const char = csv.charAt(at);
    if (isQuoted && char === '"' && csv.charAt(at + 1) === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && char === ',') {
      rows.at(-1)?.push(cell);
      cell = '';
    } else if (!isQuoted && char === '\r') {
      rows.at(-1)?.push(cell);
      cell = '';
      rows.push([]);
      at += 1;
    } else cell += char;
  }
  return rows.slice(0, -1);
}

const named = (csv: string): Record<string, string>[] => {
  const [head = [], ...rows] = rowsOf(csv);
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ''])));
};

const file = 'openai-agents-js/01-support-handoff.callbacks.jsonl';

describe('an export', () => {
  it.each(['spanlight', 'otlp'] as const)('as %s reads back as the same runs', (name) => {
    const events = eventsOf(fixture(file));
    const text = exportAll(events, name);
    const [before, after] = [foldOf(events).reader, foldOf(eventsOf(text)).reader];
    expect(after.runIds).toEqual(before.runIds);
    for (const runId of before.runIds) {
      const { status, totals, spanCount, name: title } = before.getRun(runId) ?? {};
      expect(after.getRun(runId)).toMatchObject({ status, totals, spanCount, name: title });
    }
  });

  it('as a table of spans has a line a span, with times, tokens and cost', () => {
    const rows = named(exportAll(eventsOf(fixture(file)), 'spans'));
    const { reader } = foldOf(eventsOf(fixture(file)));
    expect(rows).toHaveLength(reader.spanCount);
    const call = rows.find(({ kind }) => kind === 'llm');
    expect(call).toMatchObject({ status: 'ok', provider: 'openai' });
    expect(Number(call?.input_tokens)).toBeGreaterThan(0);
    expect(Date.parse(call?.ended_at ?? '') - Date.parse(call?.started_at ?? '')).toBe(
      Math.floor(Number(call?.duration_ms)),
    );
  });

  it('as a table of costs adds up to the totals of the runs, and leaves unknown costs empty', () => {
    const events = eventsOf(fixture('public/langfuse-openai-agents-2025-09-30.json'));
    const rows = named(exportAll(events, 'costs'));
    const { reader } = foldOf(events);
    const runs = reader.runIds.map((runId) => reader.getRun(runId));
    const sum = (read: (row: Record<string, string>) => string | undefined) =>
      rows.reduce((total, row) => total + Number(read(row) ?? 0), 0);
    const wanted = runs.reduce((total, run) => total + (run?.totals.costNanoUsd ?? 0), 0) / 1e9;
    expect(sum(({ cost_usd }) => cost_usd)).toBeCloseTo(wanted, 9);
    const unknown = named(exportAll(eventsOf(fixture(file)), 'costs'));
    expect(unknown.length).toBeGreaterThan(0);
    for (const row of unknown) expect(row.cost_usd).toBe('');
  });
});

describe('a parent that was not received', () => {
  it('is written by no format, also where it is handed over among the spans', () => {
    const { reader } = foldOf(
      eventsOf(fixture('openinference/openai-agents-js-chat-completions-tool-error-then-model-error.json')),
    );
    const [runId] = reader.runIds;
    const run = runId && reader.getRun(runId);
    if (!run) throw new Error('no run');
    const spans = [...reader.spansOf(runId)];
    const missing = spans.flatMap(({ parentId }) => {
      const parent = parentId === undefined ? undefined : reader.getSpan(spanKeyOf(runId, parentId));
      return parent?.isPlaceholder ? [parent] : [];
    });
    expect(missing.length).toBeGreaterThan(0);
    for (const name of ['spans', 'otlp'] as const) {
      const written = (handed: readonly Span[]) =>
        createExportWriter(name).run({ run, spans: handed, events: [], modelLines: [] });
      expect(written([...missing, ...spans])).toBe(written(spans));
    }
  });
});

describe('texts from outside in a table', () => {
  const hostile = [
    '=1+1',
    '+1',
    '-1+2',
    '@SUM(A1)',
    '|calc',
    '%0A',
    ' =1',
    '\t=1',
    '\r=1',
    '\n=1',
    '\u0000=1',
    '\ufeff=1',
    '\u200b=1',
    '\uff1d1',
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    'a,b',
    'a"b',
    'a\r\nb',
    'größe 📦',
  ];

  it('are never formulas, never break a line, and stay what they are', () => {
    const events = hostile.map(
      (name, index): MonitorEvent =>
        ({
          id: `event-${index}`,
          type: 'span.end',
          sv: 1,
          ts: 1_790_000_000_000,
          run: 'run-1',
          span: `span-${index}`,
          a: { kind: 'tool', name, startedAtMs: 1_790_000_000_000 + index, endedAtMs: 1_790_000_001_000, status: 'ok' },
        }) as unknown as MonitorEvent,
    );
    const csv = exportAll(events, 'spans');
    const rows = named(csv);
    expect(rows).toHaveLength(hostile.length);
    for (const [index, name] of hostile.entries()) {
      const cell = rows.find(({ span_id }) => span_id === `span-${index}`)?.name ?? '';
      expect(cell).not.toMatch(/^[\s\p{Cc}\p{Cf}]*[=+\-@|%\uff1d]/u);
      expect(cell.replace(/^'/, '')).toBe(name.replaceAll('\u0000', ''));
    }
  });
});
