import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createTraceFileReader, detectFormat, parseText, type TraceFilePart } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import { createFold } from '../../../src/fold/createFold.ts';
import type { MonitorEvent } from '../../../src/model/event.ts';

const read = async (text: string, reader = createTraceFileReader()) => {
  const parts: TraceFilePart[] = [];
  for await (const part of reader.read(new Blob([text]))) parts.push(part);
  return {
    parts,
    events: parts.flatMap(({ events }) => events),
    issues: parts.flatMap(({ issues }) => issues),
    format: parts.findLast(({ format }) => format !== undefined)?.format,
    fault: parts.at(-1)?.fault,
  };
};

const totalsOf = (events: readonly MonitorEvent[]) => {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  fold.settle();
  return fold.reader.runIds
    .flatMap((id) => fold.reader.getRun(id) ?? [])
    .map(({ runId, status, spanCount, totals }) => ({ runId, status, spanCount, ...totals }))
    .sort((a, b) => (a.runId < b.runId ? -1 : 1));
};

const fixtures = readdirSync('test/fixtures', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.jsonl?$/.test(name))
  .map((name) => join('test/fixtures', name))
  .filter(
    (path) => statSync(path).isFile() && detectFormat(parseText(readFileSync(path, 'utf8')).value).kind === 'trace',
  );

describe('a trace file read in parts', () => {
  it('finds files to read', () => expect(fixtures.length).toBeGreaterThan(10));

  it.each(fixtures)('%s says the same as in one go', async (path) => {
    const text = readFileSync(path, 'utf8');
    const parsed = parseText(text);
    const found = detectFormat(parsed.value);
    if (found.kind !== 'trace') throw new Error('no trace');
    const whole = found.adapter.read(parsed.value);
    const { events, issues, format } = await read(text);
    expect(format).toBe(found.adapter.id);
    expect(totalsOf(events)).toEqual(totalsOf(whole.events));
    expect(issues.length).toBe(parsed.issues.length + whole.issues.length);
  });

  it('counts lines that are no JSON by their number and keeps the others', async () => {
    const line = (n: number) =>
      JSON.stringify({
        id: `e${n}`,
        type: 'span.start',
        sv: 1,
        ts: n,
        run: 'r',
        span: `s${n}`,
        a: { kind: 'tool', name: 't', startedAtMs: n },
      });
    const text = `${Array.from({ length: 400 }, (_, n) => line(n)).join('\n')}\nbroken\n${line(400)}\n`;
    const { events, issues } = await read(text);
    expect(events).toHaveLength(401);
    expect(issues).toEqual([expect.objectContaining({ path: 'line 401', code: 'input.bad-json' })]);
  });

  it('says what was tried, what it is instead, and what cannot be read', async () => {
    expect((await read('{"hello":1}')).fault).toMatchObject({
      kind: 'unknown',
      tried: expect.arrayContaining(['JSON', 'otlp']),
    });
    expect((await read('nothing at all')).fault).toMatchObject({ kind: 'unknown' });
    expect((await read('{"messages":[{"role":"user","content":"x"}]}')).fault).toMatchObject({ kind: 'not-a-trace' });
    expect((await read('')).fault).toMatchObject({ kind: 'unknown' });
    const broken = {
      size: 10,
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }),
    } as unknown as Blob;
    const parts: TraceFilePart[] = [];
    for await (const part of createTraceFileReader().read(broken)) parts.push(part);
    expect(parts.at(-1)?.fault).toEqual({ kind: 'unreadable' });
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const text = readFileSync(fixtures[0] ?? '', 'utf8');
    const reading = (async () => {
      for await (const _part of createTraceFileReader().read(new Blob([text]), abort.signal)) abort.abort();
    })();
    await expect(reading).rejects.toThrow(/abort/i);
  });
});
