import type { Relay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { capabilitiesByRole } from '../../src/model/capabilities.ts';
import { asRunId, asSpanId } from '../../src/model/ids.ts';
import type { LiveFrame, LiveText } from '../../src/model/wire.ts';
import { createRedactor } from '../../src/relay/projection/redaction/createRedactor.ts';
import { createLiveBook } from '../../src/relay/wire/liveBook.ts';
import { codeOf, post, type Reader, read, send, spanEvent, startRelay } from './support.ts';

const run = `trace_${'b'.repeat(32)}`;
const span = `span_${'c'.repeat(24)}`;
const start = () => spanEvent({ run, span, a: { kind: 'llm', name: 'answer', startedAtMs: 1, status: 'running' } });
const end = () => spanEvent({ run, span, type: 'span.end', a: { kind: 'llm', endedAtMs: 2, status: 'ok' } });

const write = async (relay: Relay, ...texts: readonly { offset: number; text: string }[]) => {
  const body = JSON.stringify({ texts: texts.map((text) => ({ run, span, ...text })) });
  expect((await post(relay, '/v1/live', body)).status).toBe(200);
};
const livesOf = ({ frames }: Reader): LiveFrame[] => frames.filter((frame) => frame.t === 'live');
const textOf = (reader: Reader): string =>
  livesOf(reader).reduce((text, frame) => text.slice(0, frame.offset) + frame.text, '');
/** Whatever was sent before it has come when it has come. */
const settle = async (relay: Relay, reader: Reader) => {
  const mark = spanEvent({ run: `trace_${'d'.repeat(32)}` });
  await send(relay, [mark]);
  await reader.waitFor(() => reader.events().some(({ span: id }) => id === mark.span));
};

describe('text of a running model call', () => {
  it('comes to who has the run open, in order, and to nobody who has not', async () => {
    const relay = await startRelay();
    const open = await read(relay, { role: 'developer', subs: [{ sub: 'overview' }, { sub: `run:${run}` }] });
    const closed = await read(relay, { role: 'developer', subs: [{ sub: 'overview' }] });
    await send(relay, [start()]);
    await write(relay, { offset: 0, text: 'Your invoice ' });
    await write(relay, { offset: 13, text: 'is paid.' });
    await open.waitFor(() => textOf(open) === 'Your invoice is paid.');
    await settle(relay, closed);
    expect(livesOf(closed)).toEqual([]);
  });

  it('has no number and stands in no log: a reader who comes after its end sees none of it', async () => {
    const relay = await startRelay();
    const open = await read(relay, { role: 'developer', subs: [{ sub: `run:${run}` }, { sub: 'overview' }] });
    await send(relay, [start()]);
    await write(relay, { offset: 0, text: 'Half a sentence' });
    await open.waitFor(() => textOf(open) !== '');
    const { head } = (await open.next('welcome')) as { head: number };
    expect(head).toBe(0);
    await send(relay, [end()]);
    await write(relay, { offset: 15, text: ' and what was late' });
    const late = await read(relay, { role: 'developer', subs: [{ sub: `run:${run}` }, { sub: 'overview' }] });
    await settle(relay, late);
    await settle(relay, open);
    expect(late.raw().toString()).not.toContain('Half a sentence');
    expect(open.raw().toString()).not.toContain('late');
    expect((await late.next('welcome')).head).toBe(2);
  });

  it('is given from its beginning to who opens the run later, and goes on from there', async () => {
    const relay = await startRelay();
    await write(relay, { offset: 0, text: 'First. ' }, { offset: 7, text: 'Second. ' });
    const reader = await read(relay, { role: 'developer', subs: [{ sub: 'overview' }] });
    await reader.next('snap');
    reader.sendFrame({ t: 'sub', subs: [{ sub: `run:${run}` }] });
    await reader.waitFor(() => textOf(reader) === 'First. Second. ');
    await write(relay, { offset: 15, text: 'Third.' });
    await reader.waitFor(() => textOf(reader) === 'First. Second. Third.');
    expect(livesOf(reader).at(-1)).toMatchObject({ offset: 15, text: 'Third.' });
    reader.sendFrame({ t: 'unsub', subs: [{ sub: `run:${run}` }] });
    reader.sendFrame({ t: 'sub', subs: [{ sub: 'logs' }] });
    await reader.waitFor(() => reader.frames.length > 0);
    await settle(relay, reader);
    await write(relay, { offset: 21, text: 'unseen' });
    await settle(relay, reader);
    expect(reader.raw().toString()).not.toContain('unseen');
  });

  it('sends no byte of it to a role that may not read payloads', async () => {
    const relay = await startRelay();
    const roles = (['viewer', 'operator', 'approver'] as const).filter(
      (role) => !capabilitiesByRole[role].includes('read.payload'),
    );
    expect(roles).toHaveLength(3);
    const subs = [{ sub: 'overview' as const }, { sub: `run:${run}` as const }];
    const readers = await Promise.all(roles.map((role) => read(relay, { role, subs })));
    const developer = await read(relay, { role: 'developer', subs });
    await send(relay, [start()]);
    await write(relay, { offset: 0, text: 'kanariebird sings' });
    await developer.waitFor(() => textOf(developer) === 'kanariebird sings');
    for (const reader of readers) {
      await settle(relay, reader);
      for (const form of ['kanariebird', Buffer.from('kanariebird').toString('hex'), 'live']) {
        expect(reader.raw().toString('latin1')).not.toContain(form);
      }
    }
  });

  it('is taken from agents only, bounded in size and in rate, each refusal with its code', async () => {
    const relay = await startRelay();
    const answers = async (body: string, headers = {}) => {
      const response = await post(relay, '/v1/live', body, headers);
      return [response.status, response.ok ? '' : await codeOf(response)];
    };
    expect(await answers('{"texts":[]}', { authorization: `Bearer ${relay.tokens.developer}` })).toEqual([
      403,
      'auth.forbidden',
    ]);
    expect(await answers('{')).toEqual([400, 'ingest.bad-json']);
    expect(await answers('{"texts":[{"run":"","span":"s","offset":-1,"text":"x"}]}')).toEqual([422, 'ingest.bad-live']);
    const long = JSON.stringify({ texts: [{ run, span, offset: 0, text: 'x'.repeat(300 * 1024) }] });
    expect(await answers(long)).toEqual([413, 'ingest.too-large']);
    const strict = await startRelay({ ingestPerMinute: 1 });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await post(strict, '/v1/live', '{"texts":[]}')).status),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(19);
    await send(strict, [spanEvent()]); // its events are counted apart
  });
});

describe('what is held of it', () => {
  const redactor = createRedactor([]);
  const piece = (offset: number, text: string, of = span): LiveText => ({
    run: asRunId(run),
    span: asSpanId(of),
    offset,
    text,
  });
  const heldIn = (book: ReturnType<typeof createLiveBook>) => [...book.textsOf(asRunId(run))];

  it('keeps the end of a long text, and says where it begins', () => {
    const book = createLiveBook({ redactor, now: () => 0, maxCharactersPerSpan: 10 });
    book.take([piece(0, '0123456789'), piece(10, 'abc')]);
    expect(heldIn(book)).toMatchObject([{ start: 3, text: '3456789abc' }]);
  });

  it('takes a repeat once, joins what overlaps, and starts anew after a hole', () => {
    const book = createLiveBook({ redactor, now: () => 0 });
    book.take([piece(0, 'Hello'), piece(0, 'Hello'), piece(3, 'lo you')]);
    expect(heldIn(book)).toMatchObject([{ start: 0, text: 'Hello you' }]);
    book.take([piece(50, 'later')]);
    expect(heldIn(book)).toMatchObject([{ start: 50, text: 'later' }]);
  });

  it('is bounded over all calls, and lets go of calls that fell silent', () => {
    let nowMs = 0;
    const book = createLiveBook({ redactor, now: () => nowMs, maxCharacters: 100 });
    for (let at = 0; at < 50; at += 1) book.take([piece(0, '0123456789', `span_${at}`)]);
    expect(book.heldCharacters).toBe(100);
    nowMs = 10 * 60_000;
    book.take([piece(0, 'new', 'span_new')]);
    expect(heldIn(book).map(({ text }) => text)).toEqual(['new']);
  });
});
