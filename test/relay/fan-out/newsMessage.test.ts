import { expect, it } from 'vitest';
import { parseNewsMessage } from '../../../src/relay/fan-out/newsMessage.ts';

const news = { project: 'shop', epoch: 'ab', from: 0, to: 2, events: [{ seq: 1 }, { seq: 2 }] };
const live = { project: 'shop', texts: [{ run: 'r', span: 's', offset: 0, text: 'x' }] };
const message = { v: 1, relay: 'one', n: 1, at: 5, news };

it('reads news with its events or without, and text of running calls', () => {
  const { news: _news, ...bare } = message;
  for (const whole of [message, { ...message, news: { ...news, events: undefined } }, { ...bare, live }])
    expect(parseNewsMessage(JSON.stringify(whole))).toEqual(JSON.parse(JSON.stringify(whole)));
});

it.each<readonly [string, unknown]>([
  ['no JSON', undefined],
  ['a list', [message]],
  ['another version', { ...message, v: 2 }],
  ['no relay', { ...message, relay: 7 }],
  ['no number', { ...message, n: -1 }],
  ['half a number', { ...message, n: 1.5 }],
  ['no time', { ...message, at: undefined }],
  ['a time in words', { ...message, at: '2026-01-01' }],
  ['neither news nor text', { ...message, news: undefined }],
  ['no project', { ...message, news: { ...news, project: undefined } }],
  ['no epoch', { ...message, news: { ...news, epoch: 7 } }],
  ['a range that is none', { ...message, news: { ...news, from: 2, events: [] } }],
  ['fewer events than its range', { ...message, news: { ...news, events: [{ seq: 1 }] } }],
  ['events out of order', { ...message, news: { ...news, events: [{ seq: 2 }, { seq: 1 }] } }],
  ['events that are none', { ...message, news: { ...news, events: [1, 2] } }],
  ['text of no project', { ...message, news: undefined, live: { texts: live.texts } }],
  ['text that is no list', { ...message, news: undefined, live: { ...live, texts: 'x' } }],
  ['a text that is none', { ...message, news: undefined, live: { ...live, texts: ['x'] } }],
])('reads nothing of %s', (_what, value) => {
  expect(parseNewsMessage(JSON.stringify(value) ?? '{')).toBeUndefined();
});
