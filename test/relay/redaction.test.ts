import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRunId, asSpanId } from '../../src/model/ids.ts';
import { createRedactor } from '../../src/relay/projection/redaction/createRedactor.ts';
import { parseRedaction } from '../../src/relay/projection/redaction/loadRedaction.ts';
import { createTextPattern } from '../../src/relay/projection/redaction/textPattern.ts';
import { createLiveBook, type LiveBook } from '../../src/relay/wire/liveBook.ts';
import { createLiveFeed } from '../../src/relay/wire/liveFeed.ts';
import { createSeededRandom } from '../../src/simulator/seededRandom.ts';
import { get, onEnd, post, read, send, spanEvent, startRelay } from './support.ts';

const redactorOf = (...rules: object[]) => createRedactor(parseRedaction({ version: 1, rules }, 'file'));
const matches = (pattern: string, text: string) =>
  createTextPattern(pattern)
    .find(text)
    .map(([start, end]) => text.slice(start, end));

describe('a text pattern', () => {
  it.each([
    ['CUST-####', 'is cust-1234 or CUST-12345', ['cust-1234', 'CUST-1234']],
    ['ab', 'abab', ['ab', 'ab']],
    ['x*', 'x-one, xtwo x', ['x-one', 'xtwo']],
    ['@#', 'a1b2', ['a1', 'b2']],
    ['\\#1', '#1 21', ['#1']],
    ['a*b', 'aXXbYYb', ['aXXbYYb']],
    ['aab', 'aaab', ['aab']],
    ['??', 'x', []],
  ])('%s in %j', (pattern, text, found) => {
    expect(matches(pattern, text)).toEqual(found);
  });

  it('finds what a regular expression of the same meaning finds', () => {
    const sign = fc.constantFrom('a', 'b', '1', '#', '@', '?', '*', '-');
    const regexOf: Record<string, string> = { '#': '[0-9]', '@': '[a-z]', '?': '[0-9a-z]', '*': '[0-9a-z_-]+' };
    fc.assert(
      fc.property(
        fc.array(sign, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', ' '), maxLength: 20 }),
        (signs, text) => {
          const regex = new RegExp(signs.map((one) => regexOf[one] ?? one).join(''), 'g');
          expect(matches(signs.join(''), text)).toEqual([...text.matchAll(regex)].map(([found]) => found));
        },
      ),
      { seed: 7, numRuns: 2000 },
    );
  });
});

describe('the rules of a team', () => {
  it('take values out by path, also in JSON that stands in a text, and say what was there', () => {
    const redactor = redactorOf({ path: '**.email', kind: 'email', reason: 'policy 7' }, { path: 'input.*.note' });
    const redacted = redactor.redact({
      input: [{ note: 'x', keep: 1, Email: 'a@b.c' }],
      arguments: '{"to":{"email":"a@b.c"},"n":1}',
      output: 'plain',
    });
    const email = { redacted: 'email', size: 7, reason: 'policy 7' };
    expect(redacted.input).toEqual([{ note: { redacted: 'note', size: 3 }, keep: 1, Email: email }]);
    expect(JSON.parse(redacted.arguments as string)).toEqual({ to: { email }, n: 1 });
    expect(redacted.output).toBe('plain');
    // JSON that was cut off could hide what a rule would take
    expect(redactor.redact({ arguments: '{"to":{"email":"a@b' }).arguments).toMatchObject({ redacted: 'unreadable' });
  });

  it('take parts of texts out by shape and pattern, in keys and numbers too', () => {
    const redactor = redactorOf({ detect: 'email' }, { detect: 'card' }, { text: 'CUST-####', kind: 'customer' });
    const redacted = redactor.redact({
      message: 'mail mary@example.com about CUST-1234, card 4111 1111 1111 1111, order 4111 1111 1111 1112',
      input: { 'mary@example.com': 4111111111111111 },
    });
    expect(redacted.message).toBe(
      'mail [redacted: email] about [redacted: customer], card [redacted: card], order 4111 1111 1111 1112',
    );
    expect(redacted.input).toEqual({ '[redacted: email]': { redacted: 'card', size: 16 } });
  });

  it('hold on every way out: content, log lines, error groups, live text', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spanlight-'));
    onEnd(() => rm(folder, { recursive: true }));
    const redactionPath = join(folder, 'redaction.json');
    await writeFile(
      redactionPath,
      JSON.stringify({ version: 1, rules: [{ text: 'canary-*' }, { path: 'input.secret' }] }),
    );
    const relay = await startRelay({ redactionPath });
    const run = `trace_${'cd'.repeat(16)}`;
    const span = `span_${'ce'.repeat(12)}`;
    const reader = await read(relay, { role: 'developer', subs: [{ sub: 'overview' }, { sub: `run:${run}` }] });
    await reader.next('snap');
    await send(relay, [
      spanEvent({
        run,
        span,
        a: { kind: 'llm', name: 'call' },
        detail: { input: { secret: 'canary-0', open: 'seen' } },
      }),
      spanEvent({
        run,
        span: `${span}1`,
        type: 'span.end',
        a: { kind: 'tool', name: 't', status: 'error', endedAtMs: 5 },
        detail: { error: { message: 'canary-abc failed' }, output: { a: ['canary-1'] } },
      }),
      { id: 'line-1', type: 'log', ts: 5, run, a: { level: 'info' }, detail: { message: 'say canary-2' } },
    ]);
    const text = `${'the canary-3 sings. '.repeat(20)}canary`;
    await post(
      relay,
      '/v1/live',
      JSON.stringify({
        texts: [
          { run, span, offset: 0, text },
          { run, span, offset: text.length, text: '-4 and more' },
        ],
      }),
    );
    const live = await reader.next('live');
    expect(live.text).toContain('sings');
    const answers = [JSON.stringify(reader.frames)];
    for (const path of [
      `/v1/runs/${run}/spans/${span}/payload`,
      `/v1/runs/${run}/spans/${span}1/payload`,
      '/v1/events/line-1/payload',
      '/v1/logs',
      '/v1/errors',
      `/v1/runs/${run}`,
    ]) {
      const response = await get(relay, path, 'developer');
      expect([path, response.status]).toEqual([path, 200]);
      answers.push(await response.text());
    }
    expect(answers.join('\n')).toContain('seen');
    expect(answers.join('\n')).toContain('"redacted":"secret"');
    expect(answers.filter((answer) => /canary-[a-z0-9]/.test(answer))).toEqual([]);
    const search = await get(relay, '/v1/logs?text=canary-2', 'developer');
    expect(((await search.json()) as { lines: unknown[] }).lines).toEqual([]);
  });

  describe('hold in the text of a running call', () => {
    const rules = parseRedaction(
      {
        version: 1,
        rules: [
          { detect: 'key' },
          { detect: 'connection' },
          { detect: 'pem' },
          { text: 'no-*-end' },
          { text: `N${'#'.repeat(95)}` },
        ],
      },
      'rules',
    );
    const secrets = [
      'sk-live_0123456789canary',
      `postgres://app:${'canary'.repeat(30)}@db.example/x`,
      `-----BEGIN KEY-----\n${'canary\n'.repeat(60)}-----END KEY-----`,
      `no-${'canary_'.repeat(20)}-end`,
      `N${'7'.repeat(95)}`,
    ];
    const run = asRunId('trace_1');
    const span = asSpanId('span_1');
    const words = 'All is well, the order has been shipped. ';
    const redactor = createRedactor(rules);
    /** What a reader of the run has been sent, each sign at its place. */
    const watch = (book: LiveBook) => {
      const feed = createLiveFeed(book, () => true, redactor);
      feed.setSubs([{ sub: `run:${run}` }]);
      const signs: string[] = [];
      return {
        pull() {
          for (let frame = feed.next(); frame; frame = feed.next())
            for (let index = 0; index < frame.text.length; index += 1)
              signs[frame.offset + index] = frame.text.charAt(index);
        },
        text: () => Array.from(signs, (sign) => sign ?? ' ').join(''),
      };
    };
    const isClean = (text: string) => !/canary|7777|sk-live|BEGIN/.test(text);

    it('however it is cut into pieces, for who was there and who comes late', () => {
      const random = createSeededRandom(5);
      for (const secret of secrets) {
        for (let round = 0; round < 3; round += 1) {
          const text = `${words.repeat(4)}${secret} ${words.repeat(20)}`;
          const book = createLiveBook({ now: () => 0, redactor });
          const first = watch(book);
          for (let offset = 0; offset < text.length; ) {
            const size = 1 + random.whole(0, 39);
            book.take([{ run, span, offset, text: text.slice(offset, offset + size) }]);
            offset += size;
            first.pull();
            if (!random.chance(0.3)) continue;
            const late = watch(book);
            late.pull();
            expect([secret, late.text(), isClean(late.text())]).toEqual([secret, late.text(), true]);
          }
          expect([secret, first.text(), isClean(first.text())]).toEqual([secret, first.text(), true]);
          expect(first.text()).toContain(words.repeat(4));
          expect(first.text()).toContain(words.repeat(10)); // what comes behind it is shown again
        }
      }
    });

    it('where its front was let go in the middle of it', () => {
      for (const secret of secrets) {
        for (let before = 0; before < secret.length + 20; before += 1 + Math.floor(secret.length / 25)) {
          const text = `${'x '.repeat(10)}${secret} ${words.repeat(2)}`;
          const most = text.length - before;
          const book = createLiveBook({ now: () => 0, redactor, maxCharactersPerSpan: most });
          for (let offset = 0; offset < text.length; offset += 25)
            book.take([{ run, span, offset, text: text.slice(offset, offset + 25) }]);
          const late = watch(book);
          late.pull();
          expect([secret, before, isClean(late.text())]).toEqual([secret, before, true]);
          expect(book.heldCharacters).toBeLessThanOrEqual(most);
        }
      }
    });

    it('where a piece of it never came: then no more is shown before it is whole', () => {
      for (const secret of secrets) {
        const book = createLiveBook({ now: () => 0, redactor });
        const first = watch(book);
        const text = `${words}${secret} ${words.repeat(10)}`;
        const cut = words.length + 20;
        book.take([{ run, span, offset: 0, text: text.slice(0, cut) }]);
        first.pull();
        book.take([{ run, span, offset: cut + 1, text: text.slice(cut + 1) }]);
        const late = watch(book);
        for (const reader of [first, late]) {
          reader.pull();
          expect([secret, isClean(reader.text())]).toEqual([secret, true]);
        }
        expect(late.text()).toBe('');
      }
      const open = createRedactor([]);
      const book = createLiveBook({ now: () => 0, redactor: open });
      book.take([{ run, span, offset: 50, text: 'without rules it is shown' }]);
      const feed = createLiveFeed(book, () => true, open);
      feed.setSubs([{ sub: `run:${run}` }]);
      expect(feed.next()).toMatchObject({ offset: 50, text: 'without rules it is shown' });
    });
  });

  it.each<readonly [boolean, object]>([
    [false, { path: 'output' }],
    [false, { path: 'output.email' }],
    [false, { path: '**.email' }],
    [false, { path: '*.*.email' }],
    [true, { path: 'output.email', detect: 'email' }], // it looks for what has a shape, and that can be taken out of a piece
    [true, { path: 'input.email' }],
    [true, { path: 'input.**' }],
    [true, { detect: 'email' }],
  ])('show of the text of a running call, before it can be looked into: %s, by %j', (isShown, rule) => {
    const redactor = redactorOf(rule);
    const book = createLiveBook({ now: () => 0, redactor });
    const [run, span] = [asRunId('trace_1'), asSpanId('span_1')];
    const feed = createLiveFeed(book, () => true, redactor);
    feed.setSubs([{ sub: `run:${run}` }]);
    book.take([{ run, span, offset: 0, text: `All is well. ${'And so on. '.repeat(20)}` }]);
    expect(feed.next()?.text.startsWith('All is well.') ?? false).toBe(isShown);
  });

  it.each([
    [{ version: 2, rules: [] }],
    [{ version: 1, rules: [{}] }],
    [{ version: 1, rules: [{ text: 'a' }] }],
    [{ version: 1, rules: [{ text: '**' }] }],
    [{ version: 1, rules: [{ path: 'a..b' }] }],
    [{ version: 1, rules: [{ detect: 'soul' }] }],
    [{ version: 1, rules: [{ text: 'ab', detect: 'card' }] }],
    [{ version: 1, rules: [{ regex: '(a+)+$' }] }],
  ])('are refused at the start where they say nothing or something else: %j', (json) => {
    expect(() => parseRedaction(json, 'file')).toThrow(expect.objectContaining({ code: 'settings.bad-redaction' }));
  });
});
