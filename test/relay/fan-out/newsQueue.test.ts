import { expect, it } from 'vitest';
import type { LiveNews, News } from '../../../src/relay/fan-out/FanOut.ts';
import { createNewsQueue } from '../../../src/relay/fan-out/newsQueue.ts';

const news = (from: number, to: number, more: Partial<News> = {}): News => ({
  project: 'shop',
  epoch: 'ab',
  from,
  to,
  events: Array.from({ length: to - from }, (_, index) => ({ seq: from + 1 + index }) as never),
  ...more,
});
const live = (project: string, text: string): LiveNews => ({
  project,
  texts: [{ run: 'r', span: 's', offset: 0, text } as never],
});

/** What is said of all that came in one turn. */
function saidOf(all: readonly News[], texts: readonly LiveNews[] = []) {
  const said: News[] = [];
  const saidLive: LiveNews[] = [];
  const queue = createNewsQueue(
    (one) => void said.push(one),
    (one) => void saidLive.push(one),
  );
  for (const one of all) queue.add(one);
  for (const one of texts) queue.addLive(one);
  expect([said, saidLive]).toEqual([[], []]);
  queue.flush();
  queue.flush();
  return { said, saidLive };
}

it('joins news of one project that follow on each other, also where news of another stand between', () => {
  const bank = (from: number, to: number) => news(from, to, { project: 'bank' });
  const { said } = saidOf([news(0, 1), bank(0, 2), news(1, 3), bank(2, 3)]);
  expect(said).toEqual([news(0, 3), bank(0, 3)]);
});

it.each<readonly [string, News, News]>([
  ['a hole between', news(0, 1), news(2, 3)],
  ['the same again', news(0, 1), news(0, 1)],
  ['another epoch', news(0, 1), news(1, 2, { epoch: 'cd' })],
  ['a wake-up first', news(0, 1, { events: undefined }), news(1, 2)],
  ['a wake-up behind', news(0, 1), news(1, 2, { events: undefined })],
  ['a project that is another', news(0, 1), news(1, 2, { project: 'bank' })],
  ['hundreds of events', news(0, 600), news(600, 601)],
])('says by itself, in its order: %s', (_what, first, second) => {
  expect(saidOf([first, second]).said).toEqual([first, second]);
});

it('joins the text of running calls by project, in its order', () => {
  const { saidLive } = saidOf([], [live('shop', 'a'), live('bank', 'x'), live('shop', 'b')]);
  expect(saidLive).toEqual([
    { project: 'shop', texts: [...live('shop', 'a').texts, ...live('shop', 'b').texts] },
    live('bank', 'x'),
  ]);
});
