import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../src/model/validateEvent.ts';

const good = {
  id: '0199d3f0-0000-7000-8000-0000000000aa',
  type: 'span.end',
  sv: 1,
  ts: 1_760_000_000_000.5,
  run: 'trace_1',
  span: 'span_1',
  parent: 'span_0',
  prod: { id: 'p', n: 4 },
  a: { kind: 'llm', name: 'response', usage: { scope: 'leaf', inputTokens: 3 } },
  detail: { input: 'question' },
};

const codeOf = (raw: unknown) => {
  const { issue } = parseEvent(raw);
  return issue && `${issue.code} at ${issue.path}`;
};

describe('parseEvent', () => {
  it('takes a good event as it is', () => {
    expect(parseEvent(good)).toEqual({ event: good });
  });

  it('leaves out what only the relay may set, unless it comes from the relay', () => {
    const stamped = { ...good, seq: 7, rts: 1_760_000_000_100 };
    expect(parseEvent(stamped).event).toEqual(good);
    expect(parseEvent(stamped, { keepServerFields: true }).event).toEqual(stamped);
  });

  it.each([
    ['no object', 'text', 'event.no-object at '],
    ['a list', [good], 'event.no-object at '],
    ['no type', { ...good, type: undefined }, 'event.no-type at type'],
    ['an unknown type', { ...good, type: 'span.explode' }, 'event.unknown-type at type'],
    ['a type out of the prototype', { ...good, type: 'toString' }, 'event.unknown-type at type'],
    ['no id', { ...good, id: undefined }, 'event.missing-id at id'],
    ['an id that is a number', { ...good, id: 7 }, 'event.bad-id at id'],
    ['an empty span', { ...good, span: '' }, 'event.bad-id at span'],
    ['a span for nothing', { ...good, span: undefined }, 'event.missing-id at span'],
    ['a span event without a run', { ...good, run: null }, 'event.missing-id at run'],
    ['an id that is too long', { ...good, run: 'x'.repeat(257) }, 'event.bad-id at run'],
    ['a control character in an id', { ...good, span: 'a\u001fb' }, 'event.bad-id at span'],
    ['a line break in an id', { ...good, parent: 'a\nb' }, 'event.bad-id at parent'],
    ['half a character in an id', { ...good, id: 'a\ud83d' }, 'event.bad-id at id'],
    ['no time', { ...good, ts: undefined }, 'event.bad-time at ts'],
    ['a time before 1970', { ...good, ts: -1 }, 'event.bad-time at ts'],
    ['a time in the year 275760', { ...good, ts: 8.64e15 }, 'event.bad-time at ts'],
    ['an endless time', { ...good, ts: JSON.parse('1e400') as number }, 'event.bad-time at ts'],
    ['a time that is no number', { ...good, ts: Number.NaN }, 'event.bad-time at ts'],
    ['a strange version', { ...good, sv: 0 }, 'event.bad-version at sv'],
    ['a counter below zero', { ...good, prod: { id: 'p', n: -1 } }, 'event.bad-number at n'],
    ['fields that are a list', { ...good, a: [] }, 'event.bad-fields at a'],
    ['an unknown kind', { ...good, a: { kind: 'wizard' } }, 'event.bad-field at a.kind'],
    [
      'an endless count',
      { ...good, a: { usage: { scope: 'leaf', inputTokens: Infinity } } },
      'event.bad-field at a.usage.inputTokens',
    ],
    ['a count above what numbers hold', { ...good, a: { attempt: 2 ** 53 } }, 'event.bad-field at a.attempt'],
    ['a name that is too long', { ...good, a: { name: 'x'.repeat(257) } }, 'event.too-long at a.name'],
    ['too many names', { ...good, a: { toolNames: Array(257).fill('x') } }, 'event.too-long at a.toolNames'],
    [
      'names that add up',
      { ...good, a: { toolNames: Array(256).fill('x'.repeat(256)), handoffNames: ['y'] } },
      'event.too-large at a',
    ],
    ['detail that is text', { ...good, detail: 'text' }, 'event.bad-detail at detail'],
    ['an approval without a call', { ...good, type: 'approval.requested' }, 'event.missing-id at ref'],
    ['a beat of nobody', { ...good, type: 'producer.beat', prod: undefined }, 'event.missing-id at prod'],
  ])('refuses %s by code and place', (_name, raw, code) => {
    expect(codeOf(raw)).toBe(code);
  });

  it('takes null for absent, as other languages write it', () => {
    const raw = {
      ...good,
      parent: null,
      prod: null,
      detail: null,
      a: { kind: 'llm', name: null, usage: { scope: 'leaf', outputTokens: null } },
    };
    expect(parseEvent(raw).event).toEqual({
      id: good.id,
      type: 'span.end',
      sv: 1,
      ts: good.ts,
      run: 'trace_1',
      span: 'span_1',
      a: { kind: 'llm', usage: { scope: 'leaf' } },
    });
  });

  it('keeps fields it does not know as content that no viewer sees', () => {
    const raw = { ...good, a: { kind: 'tool', colour: 'red' }, detail: { mood: 'good', attributes: { own: 1 } } };
    const { event } = parseEvent(raw);
    expect(event?.a).toEqual({ kind: 'tool' });
    expect(event?.detail).toEqual({ attributes: { colour: 'red', mood: 'good', own: 1 } });
  });

  it('drops what it does not know inside a field', () => {
    const usage = { scope: 'leaf', inputTokens: 3, mood: 'good', nested: { scope: 'leaf' }, ['__proto__']: 1 };
    const links = [{ runId: 'r', relation: 'link', colour: 'red', spanId: null }];
    const { event } = parseEvent({ ...good, a: { kind: 'llm', usage, links } });
    expect(event?.a).toEqual({
      kind: 'llm',
      usage: { scope: 'leaf', inputTokens: 3 },
      links: [{ runId: 'r', relation: 'link' }],
    });
    expect(event?.detail).toEqual(good.detail);
  });

  it('refuses lists of lists however deep they are', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`);
    expect(codeOf({ ...good, a: { toolNames: deep } })).toBe('event.bad-field at a.toolNames[0]');
    expect(codeOf({ ...good, a: { usage: { scope: 'leaf', inputTokens: deep } } })).toBe(
      'event.bad-field at a.usage.inputTokens',
    );
  });

  it('makes texts that every store takes', () => {
    const raw = {
      ...good,
      a: { name: 'nul\0 and \ud83d half, \ud83d\ude00 whole' },
      detail: { input: { 'k\0': '\udc00' } },
    };
    const { event } = parseEvent(raw);
    expect(event?.a).toEqual({ name: 'nul\ufffd and \ufffd half, \ud83d\ude00 whole' });
    expect(event?.detail).toEqual({ input: { 'k\ufffd': '\ufffd' } });
  });

  it('drops keys that reach a prototype', () => {
    const text = `{"a":{"__proto__":{"kind":"tool"},"constructor":1,"name":"x"},"detail":{"__proto__":1,"input":{"a":{"__proto__":{"polluted":true}}}}}`;
    const { event } = parseEvent({ ...good, ...(JSON.parse(text) as object) });
    expect(event?.a).toEqual({ name: 'x' });
    expect(JSON.stringify(event?.detail)).toBe('{"input":{"a":{}}}');
    const input = event?.detail?.input as { a: { polluted?: boolean } } | undefined;
    expect(input?.a.polluted).toBeUndefined();
    expect(parseEvent({ ...good, detail: { input: { constructor: 1, prototype: 2, kept: 3 } } }).event?.detail).toEqual(
      { input: { kept: 3 } },
    );
  });

  it('cuts what is nested deeper than code should walk', () => {
    const depth = 10_000;
    const bomb: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    const { event } = parseEvent({ ...good, detail: { input: bomb } });
    expect(JSON.stringify(event?.detail).length).toBeLessThan(300);
    expect(JSON.stringify(event?.detail)).toContain('deeper than');
  });

  it('keeps numbers that JSON has no form for as text in content', () => {
    expect(parseEvent({ ...good, detail: { input: JSON.parse('[1e400]') as unknown } }).event?.detail).toEqual({
      input: ['Infinity'],
    });
  });

  it('never throws, and what it takes it takes again unchanged', () => {
    const types = fc.constantFrom(
      'span.end',
      'run.start',
      'log',
      'approval.decided',
      'score',
      'alert.firing',
      'producer.beat',
    );
    const loose = fc.record(
      {
        id: fc.anything(),
        type: types,
        ts: fc.oneof(fc.nat(), fc.anything()),
        run: fc.anything(),
        span: fc.anything(),
        ref: fc.anything(),
        a: fc.anything(),
        detail: fc.anything(),
        refs: fc.anything(),
        prod: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const nearlyGood = fc
      .record({ a: fc.object({ maxDepth: 3 }), detail: fc.object() })
      .map((parts) => ({ ...good, ...parts }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), loose, nearlyGood), (raw) => {
        const first = parseEvent(raw).event;
        if (!first) return;
        expect(parseEvent(JSON.parse(JSON.stringify(first))).event).toEqual(JSON.parse(JSON.stringify(first)));
      }),
      { numRuns: 400 },
    );
  });
});
