import {
  asRunId,
  createMonitorStore,
  createPages,
  createQuestion,
  type MonitorEvent,
  selectRun,
} from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { BASE_MS, keyOf, runStart, spanEnd, spanStart } from './support/buildEvents.ts';
import { createFakeHistory } from './support/fakeHistory.ts';
import { createFakePlatform, createFakeTransport } from './support/fakePlatform.ts';

const later = () => new Promise((resolve) => setImmediate(resolve));
const id = (index: number) => asRunId(`run-${index}`);
/** A run that ended, with two spans. */
const endedRun = (index: number): MonitorEvent[] => [
  runStart(id(index), { name: `Run ${index}` }, { atMs: BASE_MS + index * 1000 }),
  spanStart(id(index), 'top', {}, { atMs: BASE_MS + index * 1000 }),
  spanEnd(id(index), 'child', { kind: 'tool', name: 'look' }, { atMs: BASE_MS + index * 1000 + 10, parent: 'top' }),
  spanEnd(id(index), 'top', {}, { atMs: BASE_MS + index * 1000 + 20 }),
];

function setUp(limits = {}) {
  const events: MonitorEvent[] = [];
  const platform = createFakePlatform();
  const transport = createFakeTransport();
  const history = createFakeHistory(() => events);
  const store = createMonitorStore({ ...platform.options, transport, historySource: history, limits });
  store.connect();
  const add = (more: readonly MonitorEvent[]) => {
    events.push(...more);
    store.ingest(more);
    store.flush();
  };
  const settle = async () => {
    await later();
    store.flush();
  };
  return { store, history, events, add, settle, transport };
}

describe('a run that is not held', () => {
  it('is read from the history when it is opened, and let go when it is closed', async () => {
    const { store, history, events, add, settle, transport } = setUp();
    events.push(...endedRun(1));
    add(endedRun(2));
    const close = store.openRun(id(1));
    const closeToo = store.openRun(id(1));
    await settle();
    expect(history.asked).toEqual(['run run-1']);
    expect(store.getView().openedRuns.get(id(1))).toEqual({ state: 'ready' });
    const { entities, runIds } = store.getView();
    expect([...entities.spansOf(id(1))].map(({ spanId }) => spanId)).toEqual(['top', 'child']);
    expect(selectRun(store.getView(), id(1))?.status).toBe('completed');
    expect(runIds).toEqual([id(2)]); // it is in no list and no sum
    expect(transport.subs.flat()).not.toContain('run:run-1'); // it ended: the line has nothing to say
    close();
    await settle();
    expect(entities.getSpan(keyOf(id(1), 'top'))).toBeDefined();
    closeToo();
    await settle();
    expect(entities.getSpan(keyOf(id(1), 'top'))).toBeUndefined();
    expect(store.getView().openedRuns.size).toBe(0);
    expect(store.getView().counters.evictedRuns).toBe(0);
  });

  it('is asked for once by a view that mounts twice in one go, and given up by one that leaves', async () => {
    const { store, history, events } = setUp();
    events.push(...endedRun(1));
    store.openRun(id(1))();
    const close = store.openRun(id(1));
    history.isHeld = true;
    await later();
    expect(history.asked).toEqual(['run run-1']);
    close();
    await later();
    expect(history.aborted).toBe(1);
    await history.release();
    store.flush();
    expect(store.getView().entities.runIds).toEqual([]);
  });

  it('is followed on the line while more may come of it, and lives when more comes', async () => {
    const { store, events, add, settle, transport } = setUp();
    events.push(runStart(id(1)), spanStart(id(1), 'top'));
    const close = store.openRun(id(1));
    await settle();
    await settle();
    expect(transport.subs.at(-1)).toContain('run:run-1');
    expect(store.getView().runIds).toEqual([]);
    add([spanEnd(id(1), 'top', {}, { atMs: BASE_MS + 5 })]);
    expect(store.getView().runIds).toEqual([id(1)]);
    close();
    await settle();
    expect(store.getView().runIds).toEqual([id(1)]); // what lives stays
  });

  it('says why it cannot be read, and is read again when asked', async () => {
    const { store, history, events, settle } = setUp();
    store.openRun(id(9));
    await settle();
    expect(store.getView().openedRuns.get(id(9))).toEqual({ state: 'error', code: 'history.not-found' });
    events.push(...endedRun(9));
    store.retryRun(id(9));
    await settle();
    expect(store.getView().openedRuns.get(id(9))).toEqual({ state: 'ready' });
    expect(history.asked).toEqual(['run run-9', 'run run-9']);
  });

  it('stays while it is open, whatever the bounds, and comes back after it was evicted', async () => {
    const { store, add, settle } = setUp({ runs: 3 });
    for (let index = 1; index <= 3; index += 1) add(endedRun(index));
    const close = store.openRun(id(1)); // held: nothing to read
    await settle();
    for (let index = 4; index <= 8; index += 1) add(endedRun(index));
    const { entities } = store.getView();
    expect(entities.getRun(id(1))).toBeDefined();
    expect(entities.getRun(id(2))).toBeUndefined();
    const closeTwo = store.openRun(id(2));
    await settle();
    expect([...entities.spansOf(id(2))]).toHaveLength(2);
    add(endedRun(9));
    expect([...entities.spansOf(id(2))]).toHaveLength(2);
    close();
    closeTwo();
    await settle();
    expect(entities.getRun(id(2))).toBeUndefined();
  });

  it('is read again after a snapshot replaced everything', async () => {
    const { store, history, events, settle, transport } = setUp();
    events.push(...endedRun(1));
    store.openRun(id(1));
    await settle();
    transport.sink.onSnapshot({ t: 'snap', epoch: 'a', at: 4, part: 1, parts: 1, ev: endedRun(2) });
    await settle();
    await settle();
    expect([...store.getView().entities.spansOf(id(1))]).toHaveLength(2);
    expect(history.asked).toEqual(['run run-1', 'run run-1']);
    expect(store.getView().runIds).toEqual([id(2)]);
  });

  it('is gone with all that the history gave when the identity changes', async () => {
    const { store, events, settle, transport } = setUp();
    events.push(...endedRun(1));
    const welcome = {
      t: 'welcome',
      v: 1,
      conn: 'c',
      project: 'p',
      epoch: 'a',
      head: 0,
      oldest: 1,
      now: BASE_MS,
      hb: 1000,
      limits: { frameBytes: 1, ringEvents: 1 },
      resume: 'ok',
    } as const;
    transport.sink.onWelcome(
      { ...welcome, who: 'dev', roles: ['developer'], can: ['read.shape', 'read.payload'] },
      false,
    );
    await settle();
    store.addLogTexts(new Map([['line', 'geheim']]));
    store.keepHistoryRuns(
      await createFakeHistory(() => events)
        .loadRuns({})
        .then(({ runs }) => runs),
    );
    await settle();
    const before = store.getView();
    expect([before.logTexts.size, before.historyRuns.size]).toEqual([1, 1]);
    transport.sink.onWelcome({ ...welcome, who: 'view', roles: ['viewer'], can: ['read.shape'] }, false);
    await settle();
    const after = store.getView();
    expect([after.logTexts.size, after.historyRuns.size, after.historyEra - before.historyEra]).toEqual([0, 0, 1]);
  });
});

describe('texts of log lines', () => {
  it('are asked for together, once, and none is remembered as none', async () => {
    const { store, history, events, settle } = setUp();
    events.push({
      id: 'l1',
      type: 'log',
      sv: 1,
      ts: 1,
      a: { level: 'info' },
      detail: { message: 'hello' },
    } as MonitorEvent);
    store.loadLogTexts(['l1']);
    store.loadLogTexts(['l1', 'l2']);
    await settle();
    expect(history.asked).toEqual(['texts l1,l2']);
    expect([...store.getView().logTexts]).toEqual([
      ['l1', 'hello'],
      ['l2', null],
    ]);
    store.loadLogTexts(['l1', 'l2']);
    await settle();
    expect(history.asked).toHaveLength(1);
  });
});

describe('pages', () => {
  const numbers = (size: number) => {
    const asked: (string | undefined)[] = [];
    const load = async (cursor: string | undefined) => {
      asked.push(cursor);
      const from = Number(cursor ?? 0);
      const items = Array.from({ length: 3 }, (_, index) => from + index).filter((item) => item < size);
      return { items, next: from + 3 < size ? String(from + 3) : undefined };
    };
    return { asked, load };
  };

  it('come one after the other, each once, to the end', async () => {
    const { asked, load } = numbers(7);
    const pages = createPages({ load, keyOf: String });
    for (let round = 0; round < 6; round += 1) {
      pages.loadMore();
      pages.loadMore();
      await later();
    }
    expect(pages.read()).toEqual({ items: [0, 1, 2, 3, 4, 5, 6], state: 'idle', isEnd: true, errorCode: undefined });
    expect(asked).toEqual([undefined, '3', '6']);
  });

  it('show a row once that two pages have', async () => {
    const pages = createPages({
      load: async (cursor) => (cursor ? { items: [2, 3] } : { items: [1, 2], next: 'more' }),
      keyOf: String,
    });
    pages.loadMore();
    await later();
    pages.loadMore();
    await later();
    expect(pages.read().items).toEqual([1, 2, 3]);
  });

  it('go through what is known in one go', async () => {
    const { asked, load } = numbers(9);
    const pages = createPages({ load, keyOf: String, isKnown: (item) => item < 6 });
    pages.loadMore();
    await later();
    expect(asked).toEqual([undefined, '3', '6']);
    const all = numbers(9);
    const known = createPages({ load: all.load, keyOf: String, isKnown: () => true });
    known.loadMore();
    await later();
    expect(all.asked).toEqual([undefined, '3', '6']);
    expect(known.read()).toMatchObject({ state: 'idle', isEnd: true });
  });

  it('stop going through pages without anything new after a while, and go on when they are asked again', async () => {
    const asked: number[] = [];
    const load = async (cursor: string | undefined) => {
      asked.push(Number(cursor ?? 0));
      return { items: [], next: String(Number(cursor ?? 0) + 1) };
    };
    const pages = createPages({ load, keyOf: String });
    const { items } = pages.read();
    pages.loadMore();
    await vi.waitFor(() => expect(pages.read().state).toBe('idle'));
    expect(asked).toHaveLength(21);
    expect(pages.read()).toMatchObject({ items: [], isEnd: false });
    expect(pages.read().items).toBe(items); // nothing to show anew
    pages.loadMore();
    await vi.waitFor(() => expect(pages.read().state).toBe('idle'));
    expect(asked).toEqual(Array.from({ length: 42 }, (_, index) => index));
  });

  it('keep what they have after an error, and try the same page again', async () => {
    const { asked, load } = numbers(7);
    let isBroken = false;
    const pages = createPages({
      load: (cursor) => (isBroken ? Promise.reject(new Error('x')) : load(cursor)),
      keyOf: String,
    });
    pages.loadMore();
    await later();
    isBroken = true;
    pages.loadMore();
    await later();
    expect(pages.read()).toMatchObject({ items: [0, 1, 2], state: 'error', errorCode: 'history.unreachable' });
    isBroken = false;
    pages.loadMore();
    await later();
    expect(pages.read()).toMatchObject({ items: [0, 1, 2, 3, 4, 5], state: 'idle', errorCode: undefined });
    expect(asked).toEqual([undefined, '3']);
  });

  it('take no answer that comes after they were let go', async () => {
    const asked: { signal: AbortSignal; answer: (page: { items: number[] }) => void; fail: (cause: Error) => void }[] =
      [];
    const pages = createPages<number>({
      load: (_cursor, signal) => new Promise((answer, fail) => void asked.push({ signal, answer, fail })),
      keyOf: String,
    });
    pages.loadMore();
    pages.reset();
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[0]?.answer({ items: [1] });
    await later();
    expect(pages.read()).toMatchObject({ items: [], state: 'idle' });
    pages.loadMore();
    pages.reset();
    asked[1]?.fail(new Error('given up'));
    await later();
    expect(pages.read()).toMatchObject({ items: [], state: 'idle', errorCode: undefined });
    pages.loadMore();
    expect(asked[2]?.signal.aborted).toBe(false);
    asked[2]?.answer({ items: [2] });
    await later();
    expect(pages.read()).toMatchObject({ items: [2], state: 'idle', isEnd: true });
  });

  it('begin anew after they were let go, with the rows that were there before, and say what comes and goes', async () => {
    const { asked, load } = numbers(5);
    const heard: string[] = [];
    let shown = 0;
    const pages = createPages({
      load,
      keyOf: String,
      onItems: (added, removed) => void heard.push(`+${added.join()} -${removed.join()}`),
    });
    const leave = pages.subscribe(() => {
      shown += 1;
    });
    const loadAll = async () => {
      for (let round = 0; round < 3; round += 1) {
        pages.loadMore();
        await later();
      }
    };
    pages.loadMore();
    await later();
    pages.reset();
    expect(pages.read()).toEqual({ items: [], state: 'idle', isEnd: false, errorCode: undefined });
    const shownBefore = shown;
    leave();
    await loadAll();
    expect(pages.read()).toMatchObject({ items: [0, 1, 2, 3, 4], isEnd: true });
    expect(asked).toEqual([undefined, undefined, '3']); // nothing is asked behind the end
    expect(heard).toEqual(['+0,1,2 -', '+ -0,1,2', '+0,1,2 -', '+3,4 -']);
    expect([shownBefore > 0, shown]).toEqual([true, shownBefore]);
  });
});

describe('a question', () => {
  it('is asked once by a view that mounts twice, given up when it leaves, and keeps its last answer over an error', async () => {
    let asked = 0;
    let isBroken = false;
    const signals: AbortSignal[] = [];
    const question = createQuestion({
      ask: async (signal) => {
        asked += 1;
        signals.push(signal);
        await later();
        if (isBroken) throw new Error('x');
        return asked;
      },
    });
    question.subscribe(() => undefined)();
    const leave = question.subscribe(() => undefined);
    await later();
    await later();
    expect([asked, question.read()]).toEqual([1, { state: 'ready', answer: 1, errorCode: undefined }]);
    isBroken = true;
    question.reload();
    await later();
    await later();
    expect(question.read()).toEqual({ state: 'error', answer: 1, errorCode: 'history.unreachable' });
    question.reload();
    leave();
    expect(signals.at(-1)?.aborted).toBe(true);
  });
});
