import { describe, expect, it } from 'vitest';
import type { AgentTimers } from '../../src/agent/agentTimers.ts';
import { createEventQueue, type QueuedEvent } from '../../src/agent/eventQueue.ts';
import { createEventSender } from '../../src/agent/eventSender.ts';
import type { PostOutcome } from '../../src/agent/postEvents.ts';

const build = (id: string, content?: string): QueuedEvent => ({
  id,
  type: 'span.end',
  head: `{"id":"${id}"}`,
  content,
});

/** Timers that a test runs by hand. */
function createHandTimers() {
  let nowMs = 0;
  let waiting: { callback: () => void; atMs: number }[] = [];
  const timers: AgentTimers = {
    setTimeout(callback, delayMs) {
      const timer = { callback, atMs: nowMs + Math.max(0, delayMs) };
      waiting.push(timer);
      return timer;
    },
    clearTimeout(timer) {
      waiting = waiting.filter((one) => one !== timer);
    },
  };
  const settle = async () => {
    for (let round = 0; round < 50; round += 1) await Promise.resolve();
  };
  return {
    timers,
    now: () => nowMs,
    async advanceMs(ms: number) {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const [next] = waiting.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (!next) break;
        waiting = waiting.filter((one) => one !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.callback();
        await settle();
      }
      nowMs = endMs;
    },
  };
}

function startSender(answer: (events: readonly QueuedEvent[], attempt: number) => PostOutcome | Promise<PostOutcome>) {
  const clock = createHandTimers();
  const queue = createEventQueue({ maxEvents: 10_000, maxBytes: 16 * 1024 * 1024 });
  const posts: { atMs: number; ids: string[]; hasDetail: boolean }[] = [];
  const troubles: string[] = [];
  const sender = createEventSender({
    queue,
    timers: clock.timers,
    now: clock.now,
    random: () => 1 - Number.EPSILON,
    flushEveryMs: 100,
    onTrouble: ({ code }) => troubles.push(code),
    async post(events) {
      posts.push({
        atMs: clock.now(),
        ids: events.map(({ id }) => id),
        hasDetail: events.some(({ content }) => content !== undefined),
      });
      return answer(events, posts.length);
    },
  });
  const push = (...events: QueuedEvent[]) => {
    for (const event of events) queue.push(event);
    sender.nudge();
  };
  return { ...clock, queue, sender, posts, troubles, push };
}

const taken: PostOutcome = { kind: 'taken', refused: [] };

describe('createEventSender', () => {
  it('waits a little for company and sends one batch', async () => {
    const { push, posts, advanceMs, sender } = startSender(() => taken);
    push(build('a'));
    push(build('b'));
    await advanceMs(99);
    expect(posts).toEqual([]);
    await advanceMs(1);
    expect(posts).toEqual([{ atMs: 100, ids: ['a', 'b'], hasDetail: false }]);
    expect(sender.sentEvents).toBe(2);
  });

  it('sends the same batch again, later each time, and keeps the order', async () => {
    const { push, posts, advanceMs, sender, troubles } = startSender((_events, attempt) =>
      attempt <= 3 ? { kind: 'later', code: 'http.503' } : taken,
    );
    push(build('a'));
    await advanceMs(100);
    push(build('b'));
    await advanceMs(60_000);
    expect(posts.map(({ ids }) => ids.join())).toEqual(['a', 'a', 'a', 'a', 'b']);
    const waits = posts.slice(1, 4).map(({ atMs }, index) => Math.round(atMs - (posts[index]?.atMs ?? 0)));
    expect(waits).toEqual([500, 1_000, 2_000]);
    expect(sender).toMatchObject({ sentEvents: 2, inFlightEvents: 0 });
    expect(troubles).toEqual(['http.503', 'http.503', 'http.503']);
  });

  it('waits as long as the relay asks', async () => {
    const { push, posts, advanceMs } = startSender((_events, attempt) =>
      attempt === 1 ? { kind: 'later', code: 'http.429', afterMs: 7_000 } : taken,
    );
    push(build('a'));
    await advanceMs(7_099);
    expect(posts).toHaveLength(1);
    await advanceMs(1);
    expect(posts).toHaveLength(2);
  });

  it('asks a relay that refuses its token only now and then', async () => {
    const { push, posts, advanceMs } = startSender(() => ({ kind: 'barred', code: 'http.401' }));
    push(build('a'));
    await advanceMs(65_000);
    expect(posts.map(({ atMs }) => atMs)).toEqual([100, 30_100, 60_100]);
  });

  it('finds the one event that spoils its batch: content goes first, then the event, its neighbours are kept', async () => {
    const { push, posts, advanceMs, sender } = startSender((events) =>
      events.some(({ id }) => id === 'c') ? { kind: 'refused', code: 'http.413' } : taken,
    );
    push(build('a'), build('b'), build('c', '"x"'), build('d'));
    await advanceMs(1_000);
    expect(sender).toMatchObject({ sentEvents: 3, refusedEvents: 1, inFlightEvents: 0 });
    expect(posts.filter(({ ids }) => ids.join() === 'c').map(({ hasDetail }) => hasDetail)).toEqual([true, false]);
    expect(posts.filter(({ ids }) => ids.join() === 'a,b')).toHaveLength(1);
  });

  it('counts events that the relay refused one by one', async () => {
    const { push, advanceMs, sender, troubles } = startSender(() => ({
      kind: 'taken',
      refused: [{ id: 'b', st: 'bad', code: 'event.bad-field' }],
    }));
    push(build('a'), build('b'));
    await advanceMs(100);
    expect(sender).toMatchObject({ sentEvents: 1, refusedEvents: 1 });
    expect(troubles).toEqual(['event.bad-field']);
  });

  it('takes at most a thousand events and a MiB into one batch', async () => {
    const { push, posts, advanceMs } = startSender(() => taken);
    push(...Array.from({ length: 2_500 }, (_, index) => build(String(index))));
    await advanceMs(100);
    expect(posts.map(({ ids }) => ids.length)).toEqual([1_000, 1_000, 500]);
    const large = `"${'x'.repeat(400_000)}"`;
    push(...['a', 'b', 'c'].map((id) => build(id, large)));
    await advanceMs(100);
    expect(posts.slice(3).map(({ ids }) => ids.join())).toEqual(['a,b', 'c']);
  });

  it('flushes now, tries again while there is time, and gives up when it is over', async () => {
    const { push, posts, advanceMs, sender } = startSender((_events, attempt) =>
      attempt < 3 ? { kind: 'later', code: 'net.ECONNREFUSED' } : taken,
    );
    push(build('a'));
    const flushed = sender.flush(5_000);
    await advanceMs(1_000);
    await flushed;
    expect(posts.map(({ atMs }) => atMs)).toEqual([0, 250, 500]);
    expect(sender.sentEvents).toBe(1);
  });

  it('gives up a flush in time when the relay never answers, and loses nothing', async () => {
    const { push, advanceMs, now, sender } = startSender(() => new Promise(() => undefined));
    push(build('a'));
    let endedAtMs: number | undefined;
    void sender.flush(2_000).then(() => {
      endedAtMs = now();
    });
    await advanceMs(10_000);
    expect(endedAtMs).toBe(2_000);
    expect(sender.inFlightEvents).toBe(1);
  });
});

describe('the pace of a sender', () => {
  /** A relay that takes 10 ms for every batch. */
  const startSlow = () => {
    const answers: (() => void)[] = [];
    const started = startSender(
      () => new Promise<PostOutcome>((resolve) => answers.push(() => resolve({ kind: 'taken', refused: [] }))),
    );
    return { ...started, answer: () => answers.shift()?.() };
  };
  const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => build(`${from + index}`));

  it('lets what came while a batch was under way wait for company, too', async () => {
    const { push, posts, answer, advanceMs } = startSlow();
    push(...ids(0, 2));
    await advanceMs(100);
    push(...ids(2, 3));
    answer();
    await advanceMs(99);
    expect(posts.map((post) => post.ids.length)).toEqual([2]);
    await advanceMs(1);
    expect(posts.map((post) => post.ids.length)).toEqual([2, 3]);
  });

  it('goes on at once while whole batches wait, and while somebody waits for the rest', async () => {
    const { push, posts, answer, advanceMs, sender } = startSlow();
    push(...ids(0, 2500));
    await advanceMs(0);
    answer();
    await advanceMs(0);
    expect(posts.map((post) => post.ids.length)).toEqual([1000, 1000]);
    answer();
    await advanceMs(0);
    expect(posts).toHaveLength(2);
    const flushed = sender.flush(5000);
    await advanceMs(0);
    answer();
    await flushed;
    expect(posts.map((post) => post.ids.length)).toEqual([1000, 1000, 500]);
  });
});
