import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRunId, asSpanId } from '../../src/model/ids.ts';
import { createRedactor } from '../../src/relay/projection/redaction/createRedactor.ts';
import { parseRedaction } from '../../src/relay/projection/redaction/loadRedaction.ts';
import { createLiveBook } from '../../src/relay/wire/liveBook.ts';
import { createLiveFeed } from '../../src/relay/wire/liveFeed.ts';
import { get, onEnd, send, spanEvent, startRelay } from './support.ts';

const redactorOf = (...rules: object[]) => createRedactor(parseRedaction({ version: 1, rules }, 'file'));
const outputOf = (rules: readonly object[], output: unknown) => redactorOf(...rules).redact({ output }).output;
/** As a producer writes it who writes ASCII only. */
const ascii = (text: string) =>
  text.replaceAll(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

describe('a value that a rule names by its path', () => {
  const email = [{ path: '**.email', kind: 'mail' }];
  const taken = { redacted: 'mail', size: 7 };

  it.each<readonly [string, unknown, unknown]>([
    ['below a list', [[{ email: 'a@b.c' }]], [[{ email: taken }]]],
    ['under a key in other letters', { EMail: 'a@b.c' }, { EMail: taken }],
    ['with its size in bytes', { email: 'ä@b' }, { email: { redacted: 'mail', size: 6 } }],
    ['under a key with dots', { 'user.email': 'a@b.c', 'user.age': 7 }, { 'user.email': taken, 'user.age': 7 }],
    ['below a key with dots', { 'email.work': 'a@b.c' }, { 'email.work': taken }],
    ['in JSON in a text', '{"email":"a@b.c"}', JSON.stringify({ email: taken })],
    ['under a key that JSON escapes', '{"\\u0065mail":"a@b.c"}', JSON.stringify({ email: taken })],
    [
      'in JSON in a text in JSON in a text',
      JSON.stringify({ body: JSON.stringify({ email: 'a@b.c' }) }),
      JSON.stringify({ body: JSON.stringify({ email: taken }) }),
    ],
    [
      'in JSON that was made a text twice',
      JSON.stringify(JSON.stringify({ email: 'a@b.c' })),
      JSON.stringify(JSON.stringify({ email: taken })),
    ],
    ['twice under one key', '{"email":"a@b.c","email":"a@b.c"}', JSON.stringify({ email: taken })],
    ['beside __proto__', '{"__proto__":{"email":"a@b.c"}}', `{"__proto__":${JSON.stringify({ email: taken })}}`],
  ])('is taken out %s', (_where, output, expected) => {
    expect(outputOf(email, output)).toEqual(expected);
  });

  it.each([
    ['cut off', '{"name":"x","email":"a@b'],
    ['cut off in a list', '[1, {"email":"a@b'],
    ['cut off in a list of texts', '["x", {"email":"a@b'],
    ['cut off in a text', '"{\\"email\\":\\"a@b'],
    ['line by line', '{"a":1}\n{"email":"a@b.c"}'],
    ['as Python prints it', "{'email': 'a@b.c'}"],
    ['in a list, as Python prints it', "[{'email': 'a@b.c'}, None]"],
    ['in a list of numbers, as Python prints it', "[1, {'email': 'a@b.c'}]"],
  ])('takes with it what cannot be looked into: %s', (_what, output) => {
    expect(outputOf(email, output)).toEqual({ redacted: 'unreadable', size: JSON.stringify(output).length });
  });

  it('is found by a step with signs left open, as by a regular expression of the same meaning; also over a dot in its key', () => {
    const sign = (of: readonly string[]) => fc.string({ unit: fc.constantFrom(...of), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sign(['a', 'b', '*']), sign(['a', 'b', 'c']), (glob, key) => {
        fc.pre(glob !== '**');
        const isTaken =
          typeof (outputOf([{ path: `output.${glob}` }], { [key]: 'x' }) as Record<string, unknown>)[key] === 'object';
        expect([glob, key, isTaken]).toEqual([glob, key, new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(key)]);
      }),
      { seed: 3, numRuns: 2000 },
    );
    expect(outputOf([{ path: 'output.user*mail' }], { 'user.email': 'a@b.c' })).toMatchObject({
      'user.email': { redacted: 'usermail' },
    });
  });

  it('leaves what only looks like JSON, and what no rule can meet in', () => {
    for (const text of ['[Note] all is well', '"Well", she said', '{braces} in a sentence', '[1] a source'])
      expect(outputOf(email, text)).toBe(text);
    expect(redactorOf({ path: 'input.email' }).redact({ output: '{"email":"a' }).output).toBe('{"email":"a');
  });

  it('is looked for by its pattern in all of a text that cannot be looked into', () => {
    const rules = [{ path: '**.note', detect: 'email' }];
    expect(outputOf(rules, '{"note":"ask mary@example.com","x":"tr')).toBe('{"note":"ask [redacted: email]","x":"tr');
    expect(outputOf(rules, '{"other":"ask mary@example.com"}')).toBe('{"other":"ask mary@example.com"}');
  });

  it('is looked for by its pattern at that place and below it, and nowhere else', () => {
    const mary = 'mary@example.com';
    const [rules, gone] = [[{ path: '**.note', detect: 'email' }], '[redacted: email]'];
    expect(outputOf(rules, { note: mary, to: mary, list: [{ note: { deep: [mary, 7] } }] })).toEqual({
      note: gone,
      to: mary,
      list: [{ note: { deep: [gone, 7] } }],
    });
    expect(outputOf(rules, JSON.stringify({ note: mary, to: mary }))).toBe(JSON.stringify({ note: gone, to: mary }));
  });

  it('is not reached where a text holds more levels than are walked through: the rest of it goes', () => {
    const levels = (count: number) => `${'['.repeat(count)}{"email":"a@b.c"}${']'.repeat(count)}`;
    expect(outputOf(email, levels(150))).toContain('"redacted":"mail"');
    const deep = outputOf(email, levels(300)) as string;
    expect(deep).not.toContain('a@b.c');
    expect(deep).toContain('"redacted":"too deep"');
    expect(deep).toMatch(/^\[{199}/);
    expect(outputOf([{ path: 'input.email' }], levels(300))).toBe(levels(300)); // no rule looks there
    const inTwoTexts = `${'['.repeat(120)}${JSON.stringify(levels(120))}${']'.repeat(120)}`;
    expect(outputOf(email, inTwoTexts)).not.toContain('a@b.c');
    expect(outputOf(email, inTwoTexts)).toContain('too deep');
  });
});

describe('a value that a rule knows by its shape', () => {
  const mary = 'mary@example.com';
  const key = 'sk-live_0123456789abcdef';
  const rules = [{ detect: 'email' }, { detect: 'key' }, { detect: 'connection' }, { text: 'Müller-####' }];

  it.each([
    ['plain', mary],
    ['in the escapes of JSON', `{"m":"mary\\u0040example.com"}`],
    ['beginning with an escape', '\\u006dary@example.com'],
    ['in escapes that were escaped again', JSON.stringify({ m: '{"m":"mary\\u0040example.com"}' })],
    ['in capital escapes', 'mary\\U0040example.com'],
    ['in the escapes of Python', "b'mary\\x40example.com'"],
    ['in a URL', 'GET /users?email=mary%40example.com&n=1'],
    ['in full width', 'ｍａｒｙ＠ｅｘａｍｐｌｅ．ｃｏｍ'],
    ['with a sign between that nobody sees', 'mary\u200b@\u00adexample.com'],
    ['a name with an umlaut, by a producer that writes ASCII', ascii('{"to":"Müller-1234"}')],
    ['cut off, by such a producer', ascii('{"to":"Müller-1234","n":"x')],
    ['a connection with the slashes escaped, as PHP does it', '{"db":"postgres:\\/\\/app:hunter2@db\\/x"}'],
    ['a key behind an escaped quote', `{"auth":"\\"${key}\\""}`],
    ['a key with a sign inside that nobody sees', key.replace('live', 'li\u2060ve')],
  ])('is taken out %s', (_how, text) => {
    for (const place of [text, { deep: [text] }, { [text]: 1 }]) {
      const shown = JSON.stringify(outputOf(rules, place));
      expect(shown).toContain('[redacted: ');
      expect(shown).not.toMatch(/example|ｅｘａｍ|006d|1234|hunter2|0123456789/);
    }
  });

  it('is taken out whole where two rules meet in it, in whatever order they stand', () => {
    const card = { detect: 'card', kind: 'card' };
    const start = { text: '4111', kind: 'start' };
    for (const order of [
      [card, start],
      [start, card],
    ])
      expect(outputOf(order, 'pay 4111 1111 1111 1111 now')).toMatch(/^pay \[redacted: (?:card|start)\] now$/);
    expect(outputOf([start, card], 'pay 4111 now')).toBe('pay [redacted: start] now');
  });

  it('is found in a text as it stands, also where another rule looks inside of it', () => {
    const pin = { text: '"pin":####', kind: 'pin' };
    for (const others of [[], [{ path: '**.email' }]])
      expect(outputOf([...others, pin], '{"pin":1234,"n":1}')).toBe('{[redacted: pin],"n":1}');
  });

  it('leaves every other sign where it is, whatever the text', () => {
    const sign = fc.constantFrom('a', '\\', '\\u0040', '\\\\n', '%4', '%41', '"', 'ａ', '\u200b', '7', ' ');
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 20 }), fc.array(sign, { maxLength: 20 }), (left, right) => {
        const [before, after] = [`${left.join('')} `, ` ${right.join('')}`];
        expect(outputOf([{ text: 'Q####Q' }], `${before}Q1234Q${after}`)).toBe(`${before}[redacted: text]${after}`);
        expect(outputOf([{ text: 'Q####Q' }], `${before}Q\\u00312%334Q${after}`)).toBe(
          `${before}[redacted: text]${after}`,
        );
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  it('holds back of a running text where an escape begins, and no more', () => {
    const redactor = redactorOf({ text: 'Q####Q' });
    const text = 'all is well '.repeat(20);
    for (const end of ['\\', '\\u', '\\\\u00', '\\x4', '%', '%4']) expect(redactor.maskLiveText(text + end)).toBe(text);
    for (const end of ['\\u0040', '\\x40', '%40', '%9', '']) expect(redactor.maskLiveText(text + end)).toBe(text + end);
    expect(redactor.maskLiveText(`${text}\\u0051`)).toBe(text); // it may become Q1234Q
  });

  it('is taken out of the text of a running call however it is escaped, and cut through its escapes', () => {
    const [run, span] = [asRunId('trace_1'), asSpanId('span_1')];
    const [email, name] = [{ detect: 'email' }, { text: 'Müller-####' }]; // of a pattern no more is held back than may become one
    for (const [secret, rule] of [
      ['mary\\u0040example.com', email],
      ['mary%40example.com', email],
      [`${'mary'.repeat(16)}@example.com`, email],
      [`postgres://app:${'hunter2'.repeat(20)}@db/x`, { detect: 'connection' }],
      ['mary＠example.com', email],
      ['M\\\\u00fcller-1234', name],
    ] as const) {
      const redactor = redactorOf(rule);
      const text = `{"to":"${secret}","what":"${'all is well '.repeat(30)}"}`;
      for (const size of [1, 2, 3, 5, 8, 13]) {
        const book = createLiveBook({ now: () => 0, redactor });
        const feed = createLiveFeed(book, () => true, redactor);
        feed.setSubs([{ sub: `run:${run}` }]);
        let shown = '';
        for (let offset = 0; offset < text.length; offset += size) {
          book.take([{ run, span, offset, text: text.slice(offset, offset + size) }]);
          for (let frame = feed.next(); frame; frame = feed.next()) shown = shown.slice(0, frame.offset) + frame.text;
          expect([secret, size, /mary|M\\|1234|example|postgres|hunter2/.exec(shown)]).toEqual([secret, size, null]);
        }
        expect(shown).toMatch(/^\{"to":"\u2022+","what":"all is well/);
      }
    }
  });
});

describe('a text of the history', () => {
  const start = async (rules: readonly object[], store: 'memory' | 'sqlite' = 'memory') => {
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const redactionPath = join(folder, 'redaction.json');
    await writeFile(redactionPath, JSON.stringify({ version: 1, rules }));
    return startRelay({ redactionPath, store, ...(store === 'sqlite' && { dataDir: join(folder, 'data') }) });
  };
  const failed = (index: number, error: unknown) =>
    spanEvent({
      type: 'span.end',
      a: { kind: 'tool', name: `tool-${index}`, status: 'error', endedAtMs: 5, errorType: `E${index}` },
      detail: { error },
    });

  it('loses what a rule takes out before it is cut and made the template of an error', async () => {
    const relay = await start([
      { text: 'account ###### *', kind: 'account' },
      { text: `N${'@'.repeat(80)}`, kind: 'name' },
      { path: 'error.ssn' },
      { path: 'error.message.pin' },
    ]);
    await send(relay, [
      failed(1, { message: 'no funds on account 123456 Canary' }), // the digits go from a template, and with them the shape
      failed(2, { message: `${'so it is. '.repeat(15)}N${'canary'.repeat(14)}` }), // a template ends in the middle of it
      failed(3, '{"ssn": canary}'),
      failed(4, '{"ssn": true, "open": false}'),
      failed(5, { message: '{"pin": true, "open": false}' }),
      failed(6, { message: 'nothing to hide' }),
    ]);
    const answer = await get(relay, '/v1/errors', 'developer');
    const { groups } = (await answer.json()) as { groups: { errorType: string; template?: string }[] };
    const templates = Object.fromEntries(groups.map(({ errorType, template }) => [errorType, template]));
    expect(templates).toMatchObject({ E1: 'no funds on [redacted: account]', E6: 'nothing to hide' });
    for (const type of ['E2', 'E3', 'E4', 'E5']) expect(templates[type] ?? '').not.toMatch(/canary|:\s*true/i);
  });

  it('is found by what is shown of it: no page tells where something was taken out', async () => {
    const relay = await start([{ text: 'canary-#', kind: 'bird' }], 'sqlite');
    const line = (index: number, message: string) => ({
      id: `line-${index}`,
      type: 'log',
      ts: 1000 + index,
      a: { level: 'info' },
      detail: { message },
    });
    for (let from = 0; from < 5000; from += 1000) {
      await send(
        relay,
        Array.from({ length: 1000 }, (_, index) => line(from + index, 'a canary-7 sings')),
      );
    }
    const ask = async (text: string) => (await get(relay, `/v1/logs?text=${text}&limit=500`, 'developer')).json();
    const [hidden, absent] = [await ask('canary-7'), await ask('canary-8')] as { lines: unknown[]; next?: string }[];
    expect(hidden?.lines).toEqual([]);
    expect(absent?.lines).toEqual([]);
    // a cursor says how far was looked: no further for what was taken out than for what never stood there
    const placeOf = (next: string | undefined) =>
      next && (JSON.parse(Buffer.from(next, 'base64url').toString()) as unknown[]).slice(1);
    expect(placeOf(hidden?.next)).toEqual(placeOf(absent?.next));
    expect(hidden?.next).toBeDefined();
    expect(((await ask('bird')) as { lines: unknown[] }).lines).toHaveLength(500);
  });
});
