import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createTraceFileReader, detectFormat, parseText, type TraceFilePart } from 'spanlight/adapters';
import { createSeededRandom } from 'spanlight/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

/** Above a mebibyte a document is taken apart instead of parsed. */
const LARGE = 1_300_000;

/** A document whose lists are so long that it is read in slices: the same entries, each under ids of its own. */
function enlarge(text: string): string {
  let number = 0;
  const parsed = JSON.parse(text) as unknown;
  const many = (list: readonly unknown[]): unknown[] => {
    const more: unknown[] = [];
    for (let length = 0; length < LARGE; ) {
      for (const item of list) {
        number += 1;
        const suffix = String(number).padStart(6, '0');
        const copy = JSON.stringify(item).replace(
          /"(spanId|id)":"([^"]{8,})"/,
          (_all, name: string, id: string) => `"${name}":"${id.slice(0, -6)}${suffix}"`,
        );
        length += copy.length;
        more.push(JSON.parse(copy));
      }
    }
    return more;
  };
  if (Array.isArray(parsed)) return JSON.stringify(many(parsed));
  const record = parsed as Record<string, unknown>;
  const name = ['observations', 'data', 'events'].find((key) => Array.isArray(record[key]));
  if (name) return JSON.stringify({ ...record, [name]: many(record[name] as unknown[]) }, null, 1);
  const groups = record['resourceSpans'] as { scopeSpans: { spans: unknown[] }[] }[];
  const scope = groups[0]?.scopeSpans[0];
  if (!scope) throw new Error('no list');
  scope.spans = many(scope.spans);
  return JSON.stringify(record);
}

describe('a document of more than a mebibyte', () => {
  const documents = fixtures.filter((path) => path.endsWith('.json') && /otlp|langfuse|ingest|agent-prism/.test(path));
  const one = (pattern: RegExp) => documents.find((path) => pattern.test(path)) ?? '';
  const chosen = [
    one(/otlp\/.*json$/),
    one(/public\/langfuse-openai/),
    one(/agent-prism-langfuse/),
    one(/ingest\.json/),
  ];

  it.each(chosen)('such as a longer %s says the same in slices as in one go', async (path) => {
    const text = enlarge(readFileSync(path, 'utf8'));
    const value = parseText(text).value;
    const found = detectFormat(value);
    if (found.kind !== 'trace') throw new Error('no trace');
    const whole = found.adapter.read(value);
    const { parts, events, issues, format } = await read(text);
    expect(format).toBe(found.adapter.id);
    expect(totalsOf(events)).toEqual(totalsOf(whole.events));
    expect(issues).toHaveLength(whole.issues.length);
    expect(parts.length).toBeGreaterThan(3);
    expect(Math.max(...parts.map((part) => part.events.length))).toBeLessThan(whole.events.length / 2);
    expect(parts.some(({ wasParsedAtOnce }) => wasParsedAtOnce)).toBe(false);
    const progress = parts.map(({ readBytes }) => readBytes);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  const spans = (count: number) =>
    Array.from({ length: count }, (_unused, n) => ({
      traceId: 'a'.repeat(32),
      spanId: (n + 1).toString(16).padStart(16, '0'),
      name: `call ${n} ${'x'.repeat(150)}`,
      startTimeUnixNano: '1760000000000000000',
      endTimeUnixNano: '1760000001000000000',
    }));

  it('knows what stands around a list, also where that comes after it, and says where a fault is', async () => {
    const list = spans(6000);
    Object.assign(list[4321] ?? {}, { startTimeUnixNano: 'never' });
    const scopeSpans = [{ spans: spans(1) }, { spans: list, scope: { name: 'late' } }];
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
    const { events, issues } = await read(
      JSON.stringify({ resourceSpans: [{ scopeSpans: [] }, { scopeSpans, resource }] }),
    );
    expect(events.filter(({ type }) => type === 'span.end')).toHaveLength(6001);
    expect(issues).toEqual([
      expect.objectContaining({ path: 'resourceSpans[1].scopeSpans[1].spans[4321].startTimeUnixNano' }),
    ]);
    const declared = events.find(({ type }) => type === 'run.start');
    expect(JSON.stringify(declared?.detail)).toContain('shop');
  });

  it('with a record that is no JSON is read but for that record', async () => {
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans(6000) }] }] });
    const { events, issues } = await read(text.replace(/"name":"call 2500 /, '"name":nonsense"call 2500 '));
    expect(events.filter(({ type }) => type === 'span.end')).toHaveLength(5999);
    expect(issues).toEqual([
      expect.objectContaining({ code: 'input.bad-json', path: 'resourceSpans[0].scopeSpans[0].spans[2500]' }),
    ]);
  });

  it('as one line among others is read in slices, too, and its faults by line and place', async () => {
    const list = spans(6000);
    Object.assign(list[5000] ?? {}, { endTimeUnixNano: 'never' });
    const long = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] });
    const short = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans(2).slice(1) }] }] });
    const { events, issues, parts } = await read(`${short}\n${long}\nbroken\n${short}\n`);
    expect(events.filter(({ type }) => type === 'span.end').length).toBe(6001);
    expect(issues.map(({ path }) => path)).toEqual([
      'line 2.resourceSpans[0].scopeSpans[0].spans[5000].endTimeUnixNano',
      'line 3',
    ]);
    expect(Math.max(...parts.map((part) => part.events.length))).toBeLessThan(4000);
  });

  it('that ends in the middle, or holds one record that cannot be cut, is told of', async () => {
    const whole = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans(6000) }] }] });
    expect((await read(whole.slice(0, -10))).fault).toMatchObject({ kind: 'unknown' });
    const [first] = spans(1);
    const attributes = [{ key: 'input.value', value: { stringValue: 'x'.repeat(LARGE) } }];
    const { events, parts } = await read(
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...first, attributes }] }] }] }),
    );
    expect(events.filter(({ type }) => type === 'span.end')).toHaveLength(1);
    expect(parts.some(({ wasParsedAtOnce }) => wasParsedAtOnce)).toBe(true);
    expect((await read(JSON.stringify({ hello: 'x'.repeat(LARGE) }))).fault).toMatchObject({ kind: 'unknown' });
  });
});

/** Everything that was said and refused, without the order in which it was. */
const saidIn = (events: readonly MonitorEvent[]): string[] => events.map((event) => JSON.stringify(event)).sort();

describe('a file on a machine that is now quick and now slow, so that its slices are of any size', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Slices are cut by the clock: one that leaps makes some of one record and some of thousands. */
  function leapingClock(seed: number): void {
    const random = createSeededRandom(seed);
    let nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      nowMs += random.next() < 0.5 ? 0.001 : random.next() * 30;
      return nowMs;
    });
  }

  async function expectSameAsWhole(text: string, seeds: readonly number[]): Promise<void> {
    const { value, issues: unparsed, isLines } = parseText(text);
    const found = detectFormat(value);
    if (found.kind !== 'trace') throw new Error('no trace');
    const whole = found.adapter.read(value);
    const said = saidIn(whole.events);
    const faults = (issues: readonly { readonly path: string; readonly code: string }[]) =>
      issues.map(({ path, code }) => (isLines ? code : `${path} ${code}`)).sort();
    for (const seed of seeds) {
      leapingClock(seed);
      const { events, issues, format } = await read(text);
      vi.restoreAllMocks();
      expect(format).toBe(found.adapter.id);
      expect(events).toHaveLength(whole.events.length);
      expect(saidIn(events)).toEqual(said);
      expect(faults(issues)).toEqual(faults([...unparsed, ...whole.issues]));
    }
  }

  it.each(fixtures)('%s says the same', async (path) => {
    await expectSameAsWhole(readFileSync(path, 'utf8'), [1, 2, 3]);
  });

  const otlpSpan = (n: number, random: () => number) => ({
    traceId: (1 + Math.floor(random() * 3)).toString(16).padStart(32, '0'),
    spanId: (n + 1).toString(16).padStart(16, '0'),
    parentSpanId: (1 + Math.floor(random() * 6000)).toString(16).padStart(16, '0'),
    name: `invoke_agent ${n} ${'x'.repeat(200)}`,
    startTimeUnixNano: n % 70 === 0 ? 'never' : '1760000000000000000',
    endTimeUnixNano: `17600000${String(1 + (n % 89)).padStart(2, '0')}000000000`,
    attributes: [
      { key: 'gen_ai.operation.name', value: { stringValue: n % 3 === 0 ? 'chat' : 'invoke_agent' } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: String(n) } },
      { key: 'user.id', value: { stringValue: `user ${n % 5}` } },
    ],
  });
  const resources = (count: number, each: number) => {
    const random = createSeededRandom(7);
    let n = 0;
    return Array.from({ length: count }, (_unused, at) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: `service ${at}` } }] },
      scopeSpans: ['by hand', '@ai-sdk/otel'].map((name) => ({
        scope: { name },
        spans: Array.from({ length: each }, () => {
          n += 1;
          return otlpSpan(n, () => random.next());
        }),
      })),
    }));
  };

  it.each([
    ['one large resource', { resourceSpans: resources(1, 3000) }],
    ['many resources', { resourceSpans: resources(40, 70) }],
    ['a small document of many resources', { resourceSpans: resources(60, 2) }],
    ['a list of requests', resources(30, 100).map((resource) => ({ resourceSpans: [resource] }))],
    [
      'bare spans and something else',
      [...resources(1, 1500).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)), 7],
    ],
  ])('%s of OTLP, with orphans, several services and faults, says the same', async (_name, document) => {
    await expectSameAsWhole(JSON.stringify(document), [4, 5]);
  });

  it('events of our own as they are posted, with faults, say the same', async () => {
    const events = Array.from({ length: 300 }, (_unused, n) =>
      n % 50 === 49
        ? { id: `e${n}`, type: 'span.start', ts: n, a: {} }
        : {
            id: `e${n}`,
            type: 'span.start',
            sv: 1,
            ts: n,
            run: 'r',
            span: `s${n}`,
            a: { kind: 'tool', startedAtMs: n },
          },
    );
    await expectSameAsWhole(JSON.stringify({ events }), [6, 7, 8]);
  });

  it('observations in a trace with a fault of its own say it once', async () => {
    const observations = Array.from({ length: 400 }, (_unused, n) => ({
      id: `o${n}`,
      type: 'SPAN',
      startTime: n % 100 === 99 ? 'never' : '2026-11-28T10:00:00.000Z',
      input: n === 200 ? 'x'.repeat(300_000) : 'y'.repeat(4000),
    }));
    const trace = { id: 't', timestamp: 'never', scores: [{ name: 'taste', value: 1 }] };
    await expectSameAsWhole(JSON.stringify({ trace, observations }), [9, 10]);
    await expectSameAsWhole(JSON.stringify({ ...trace, observations: observations.slice(0, 60) }), [11, 12]);
    const nameless = { ...trace, id: '' };
    const named = observations.map((observation) => ({ ...observation, traceId: 't' }));
    await expectSameAsWhole(JSON.stringify({ trace: nameless, observations: named }), [13, 14]);
    await expectSameAsWhole(JSON.stringify({ trace: nameless, observations: named.slice(0, 60) }), [15, 16]);
  });

  it('lines that begin with something strange are of the format that most of the first are of', async () => {
    const line = (n: number) => ({ id: `e${n}`, type: 'span.start', sv: 1, ts: n, run: 'r', span: `s${n}`, a: {} });
    const lines = [{ note: 'a header' }, ...Array.from({ length: 120 }, (_unused, n) => line(n))];
    await expectSameAsWhole(lines.map((value) => JSON.stringify(value)).join('\n'), [13, 14, 15, 16]);
  });
});
