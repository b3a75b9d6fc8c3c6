import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { detectFormat, nativeAdapter, parseText } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';

const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)), 'utf8');
const detect = (name: string) => detectFormat(parseText(fixture(name)).value);

const event = { id: 'e1', type: 'span.start', sv: 1, ts: 5, run: 'r', span: 's', a: { name: 'x' } };

describe('detectFormat', () => {
  it.each([
    ['openai-agents-js/01-support-handoff.callbacks.jsonl', 'openai-agents'],
    ['openai-agents-python/01-support-handoff.ingest.json', 'openai-agents'],
    ['redis/normalised-events.sample.jsonl', 'redis-events'],
    ['otlp/semconv-support-run.batch.json', 'otlp'],
    ['ai-sdk/generate-text-tools.legacy.json', 'otlp'],
    ['openinference/openai-agents-js-support-handoff.json', 'otlp'],
    ['public/agent-prism-rag-earnings.otlp-openinference.json', 'otlp'],
    ['public/langfuse-langgraph-python-2025-08-22.json', 'langfuse'],
  ])('knows %s', (name, id) => {
    expect(detect(name)).toMatchObject({ kind: 'trace', adapter: { id }, confidence: 1 });
  });

  it('knows its own events, alone, in a list and as they are posted', () => {
    for (const raw of [event, [event, event], { events: [event] }]) {
      expect(detectFormat(raw)).toMatchObject({ kind: 'trace', adapter: { id: 'spanlight' } });
    }
  });

  it('names what may be taken for a trace and is none', () => {
    expect(detect('openai-agents-js/05-hitl-approve.state-before.json')).toMatchObject({
      kind: 'not-a-trace',
      shape: { id: 'openai-agents-run-state' },
    });
    expect(detect('openai-agents-js/14-run-stream-events.jsonl')).toMatchObject({
      kind: 'not-a-trace',
      shape: { id: 'openai-agents-stream-events' },
    });
  });

  it('says what it tried when it knows nothing', () => {
    for (const raw of [undefined, null, 7, 'text', {}, [], [{ hello: 'world' }]]) {
      expect(detectFormat(raw)).toEqual({
        kind: 'unknown',
        tried: ['spanlight', 'openai-agents', 'redis-events', 'otlp', 'langfuse'],
      });
    }
  });
});

describe('parseText', () => {
  it('reads JSON, and JSONL with blank lines, Windows line ends and a byte order mark', () => {
    expect(parseText('\ufeff{"a":1}')).toEqual({ value: { a: 1 }, isLines: false, issues: [] });
    expect(parseText('{"a":1}\r\n\r\n{"b":2}\r\n')).toEqual({ value: [{ a: 1 }, { b: 2 }], isLines: true, issues: [] });
  });

  it('keeps the lines it can read and names the others', () => {
    const { value, issues } = parseText('{"a":1}\n{"b":\n{"c":3}');
    expect(value).toEqual([{ a: 1 }, { c: 3 }]);
    expect(issues).toEqual([{ path: 'line 2', code: 'input.bad-json', reason: expect.any(String) }]);
  });

  it('has no value where there is nothing', () => {
    expect(parseText('').value).toBeUndefined();
    expect(parseText('no json').value).toBeUndefined();
  });
});

describe('the adapter of native events', () => {
  it('keeps what the relay said and refuses one event at a time', () => {
    const stamped = { ...event, seq: 4, rts: 6 };
    const { events, issues } = nativeAdapter.read([stamped, { ...event, ts: 'now' }, { ...event, type: 'span.fly' }]);
    expect(events).toEqual([stamped]);
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '[1].ts event.bad-time',
      '[2].type event.unknown-type',
    ]);
  });
});
