import * as fc from 'fast-check';
import { createMonitorStore, type MonitorStore, type SpanKey, type SpanKind } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { createSpanTreeIndex, type SpanTreeIndex, type SpanTreeRow } from '../../../src/store/tree/index.ts';
import { eventsOf, keyOf, ORIGIN_MS, runId, type SpanSketch } from './buildSpans.ts';
import { flattenTree } from './flattenTree.ts';

const manual = { request: () => undefined, cancel: () => undefined };
const createStore = () => createMonitorStore({ scheduler: manual });

function load(spans: readonly SpanSketch[]): MonitorStore {
  const store = createStore();
  store.ingest(eventsOf(spans));
  store.flush();
  return store;
}

const plain = ({
  attempt: _attempt,
  attempts: _attempts,
  spanId: _spanId,
  childCount: _childCount,
  ...row
}: SpanTreeRow) => row;
const all = (index: SpanTreeIndex) => index.readRows(0, index.summary.rowCount).map(plain);
const names = (index: SpanTreeIndex) =>
  index.readRows(0, 1e6).map((row) => `${'  '.repeat(row.level - 1)}${row.spanId}`);

const kinds: readonly SpanKind[] = ['agent', 'llm', 'tool', 'task', 'turn'];

/** Random spans: any parent that is not below, some never received, distinct starts, so that the order is one. */
const sketches = fc
  .array(
    fc.record({
      parentAt: fc.double({ min: 0, max: 1, noNaN: true }),
      place: fc.constantFrom('root', 'child', 'child', 'child', 'child', 'orphan'),
      kind: fc.constantFrom(...kinds),
      startMs: fc.integer({ min: 0, max: 100_000 }),
      lengthMs: fc.option(fc.integer({ min: 0, max: 5_000 }), { nil: undefined }),
      isError: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((list) =>
    list.map((item, at): SpanSketch => {
      const startMs = item.startMs * 100 + at;
      const known = Math.min(at - 1, Math.floor(item.parentAt * at));
      const parent =
        item.place === 'orphan' ? `lost${known % 3}` : item.place === 'child' && at > 0 ? `s${known}` : undefined;
      return {
        id: `s${at}`,
        parent,
        kind: item.kind,
        startMs,
        endMs: item.lengthMs === undefined ? undefined : startMs + item.lengthMs,
        status: item.isError ? 'error' : 'ok',
      };
    }),
  );

describe('span tree index', () => {
  it.each(['lean', 'exact'] as const)(
    'reads the rows that walking the whole tree gives (%s), whatever came in which order',
    (layout) => {
      fc.assert(
        fc.property(
          sketches,
          fc.infiniteStream(fc.nat()),
          fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 12 }),
          (spans, dice, toggles) => {
            const roll = (limit: number) => (dice.next().value as number) % limit;
            const events = eventsOf(spans);
            for (let at = events.length - 1; at > 0; at -= 1) {
              const other = roll(at + 1);
              [events[at], events[other]] = [events[other] as never, events[at] as never];
            }
            const store = createStore();
            const cut = roll(events.length + 1);
            store.ingest(events.slice(0, cut));
            store.flush();
            const index = createSpanTreeIndex({ store, runId, layout });
            const collapsed = new Set<SpanKey>();
            const check = () => {
              const expected = flattenTree(store, collapsed, layout === 'lean');
              expect(all(index)).toEqual(expected);
              const from = roll(expected.length + 1);
              expect(index.readRows(from, from + 7).map(plain)).toEqual(expected.slice(from, from + 7));
              for (const row of expected) expect(index.rowIndexOf(row.spanKey)).toBe(row.index);
            };
            check();
            let at = cut;
            const steps = [...toggles, [0, true] as const];
            for (const [pick, isExpanded] of steps) {
              const size = 1 + roll(12);
              store.ingest(events.slice(at, at + size));
              at += size;
              store.flush();
              const key = keyOf(`s${pick % spans.length}`);
              const known = store.getView().entities.getSpan(key);
              const isRow = known && (layout === 'exact' || (known.kind !== 'task' && known.kind !== 'turn'));
              const hadRows = index.isExpanded(key) || collapsed.has(key);
              index.setExpanded(key, isExpanded);
              if (isRow && (hadRows || index.isExpanded(key))) {
                if (isExpanded) collapsed.delete(key);
                else collapsed.add(key);
              }
              check();
            }
            store.ingest(events.slice(at));
            store.flush();
            check();
            index.destroy();
          },
        ),
        { numRuns: 150, seed: 7 },
      );
    },
  );

  it('gives the same tree live, out of order and with handoffs, as when it is read whole afterwards', () => {
    const withHandoffs = sketches.map((spans) =>
      spans.map((span, at): SpanSketch => {
        if (at % 4 === 1) return { ...span, kind: 'handoff', toAgent: `agent ${at % 3}`, parent: span.parent };
        return span.kind === 'agent' ? { ...span, name: `agent ${at % 3}` } : span;
      }),
    );
    fc.assert(
      fc.property(withHandoffs, fc.infiniteStream(fc.nat()), (spans, dice) => {
        const roll = (limit: number) => (dice.next().value as number) % limit;
        const events = eventsOf(spans);
        for (let at = events.length - 1; at > 0; at -= 1) {
          const other = roll(at + 1);
          [events[at], events[other]] = [events[other] as never, events[at] as never];
        }
        const store = createStore();
        const index = createSpanTreeIndex({ store, runId });
        for (let at = 0; at < events.length; ) {
          const size = 1 + roll(6);
          store.ingest(events.slice(at, at + size));
          at += size;
          store.flush();
          const fresh = createSpanTreeIndex({ store, runId });
          expect(all(index)).toEqual(all(fresh));
          expect(index.summary).toEqual(fresh.summary);
          fresh.destroy();
        }
      }),
      { numRuns: 120, seed: 11 },
    );
  });

  it('draws the target of a handoff under the agent that handed off, and leaves task and turn rows out', () => {
    const spans: SpanSketch[] = [
      { id: 'task', kind: 'task', startMs: 0, endMs: 100 },
      { id: 'triage', kind: 'agent', name: 'Triage', parent: 'task', startMs: 1, endMs: 30 },
      { id: 'turn', kind: 'turn', parent: 'triage', startMs: 2, endMs: 30 },
      { id: 'ask', kind: 'llm', parent: 'turn', startMs: 3, endMs: 20 },
      { id: 'to billing', kind: 'handoff', toAgent: 'Billing', parent: 'turn', startMs: 25, endMs: 25 },
      { id: 'billing', kind: 'agent', name: 'Billing', parent: 'task', startMs: 31, endMs: 100 },
      { id: 'refund', parent: 'billing', startMs: 40, endMs: 50 },
    ];
    const store = load(spans);
    expect(names(createSpanTreeIndex({ store, runId }))).toEqual([
      'triage',
      '  ask',
      '  to billing',
      '  billing',
      '    refund',
    ]);
    expect(names(createSpanTreeIndex({ store, runId, layout: 'exact' }))).toEqual([
      'task',
      '  triage',
      '    turn',
      '      ask',
      '      to billing',
      '  billing',
      '    refund',
    ]);
  });

  it('keeps two agents that hand to and fro in the order they ran', () => {
    const store = load([
      { id: 'a1', kind: 'agent', name: 'A', startMs: 0, endMs: 10 },
      { id: 'h1', kind: 'handoff', toAgent: 'B', parent: 'a1', startMs: 9, endMs: 9 },
      { id: 'b1', kind: 'agent', name: 'B', startMs: 11, endMs: 20 },
      { id: 'h2', kind: 'handoff', toAgent: 'A', parent: 'b1', startMs: 19, endMs: 19 },
      { id: 'a2', kind: 'agent', name: 'A', startMs: 21, endMs: 30 },
    ]);
    const index = createSpanTreeIndex({ store, runId });
    expect(names(index)).toEqual(['a1', '  h1', '  b1', '    h2', '    a2']);
  });

  it('numbers the tries of one call', () => {
    const store = load([
      { id: 'agent', kind: 'agent', startMs: 0, endMs: 9 },
      { id: 'one', name: 'lookup', parent: 'agent', startMs: 1, endMs: 2, status: 'error', attempt: 1 },
      { id: 'two', name: 'lookup', parent: 'agent', startMs: 3, endMs: 4, attempt: 2 },
      { id: 'other', name: 'fetch', parent: 'agent', startMs: 5, endMs: 6, attempt: 1 },
    ]);
    const rows = createSpanTreeIndex({ store, runId }).readRows(0, 9);
    expect(rows.map(({ spanId, attempt, attempts }) => [spanId, attempt, attempts])).toEqual([
      ['agent', undefined, undefined],
      ['one', 1, 2],
      ['two', 2, 2],
      ['other', undefined, undefined],
    ]);
  });

  it('goes from error to error, into what is collapsed and around the end', () => {
    const store = load([
      { id: 'a', kind: 'agent', startMs: 0, endMs: 9 },
      { id: 'bad1', parent: 'a', startMs: 1, endMs: 2, status: 'error' },
      { id: 'b', kind: 'agent', startMs: 10, endMs: 19 },
      { id: 'bad2', parent: 'b', startMs: 11, endMs: 12, status: 'error' },
    ]);
    const index = createSpanTreeIndex({ store, runId });
    index.setExpanded(keyOf('b'), false);
    expect(index.findError(undefined, 'next')).toBe(keyOf('bad1'));
    expect(index.findError(keyOf('bad1'), 'next')).toBe(keyOf('bad2'));
    expect(index.findError(keyOf('bad2'), 'next')).toBe(keyOf('bad1'));
    expect(index.findError(keyOf('bad1'), 'previous')).toBe(keyOf('bad2'));
    expect(index.findError(undefined, 'previous')).toBe(keyOf('bad2'));
    expect(index.rowIndexOf(keyOf('bad2'))).toBe(-1);
    expect(index.reveal(keyOf('bad2'))).toBe(keyOf('bad2'));
    expect(index.rowIndexOf(keyOf('bad2'))).toBe(3);
  });

  it('expands siblings together, and what leads to a running span by itself', () => {
    const spans: SpanSketch[] = [
      { id: 'a', kind: 'agent', startMs: 0, endMs: 9 },
      { id: 'a1', kind: 'agent', parent: 'a', startMs: 1, endMs: 2 },
      { id: 'a11', parent: 'a1', startMs: 1.5, endMs: 2 },
      { id: 'a2', kind: 'agent', parent: 'a', startMs: 3, endMs: 9 },
      { id: 'a21', parent: 'a2', startMs: 4, endMs: 5 },
    ];
    const store = load(spans);
    const index = createSpanTreeIndex({ store, runId, initialLevels: 2 });
    expect(names(index)).toEqual(['a', '  a1', '  a2']);
    index.setSiblingsExpanded(keyOf('a1'), true);
    expect(names(index)).toEqual(['a', '  a1', '    a11', '  a2', '    a21']);
    index.setSiblingsExpanded(keyOf('a1'), false);
    expect(names(index)).toEqual(['a', '  a1', '  a2']);

    const other = createSpanTreeIndex({ store, runId, initialLevels: 2 });
    store.ingest(eventsOf([{ id: 'a22', parent: 'a2', startMs: 8 }]));
    store.flush();
    expect(names(other)).toEqual(['a', '  a1', '  a2', '    a21', '    a22']);
    expect(names(index)).toEqual(['a', '  a1', '  a2']);
  });

  it('lets go what the store let go', () => {
    const store = createMonitorStore({ scheduler: manual, limits: { runs: 1 } });
    store.ingest(eventsOf([{ id: 'a', startMs: 0, endMs: 1 }]));
    store.flush();
    const index = createSpanTreeIndex({ store, runId });
    expect(index.summary.rowCount).toBe(1);
    store.ingest(eventsOf([{ id: 'z', startMs: 5, endMs: 6 }]).map((event) => ({ ...event, run: 'run-2' as never })));
    store.flush();
    expect(index.summary).toMatchObject({ rowCount: 0, spanCount: 0, startMs: undefined });
  });

  it('says from when to when, how many are open and failed, and takes a time back that was corrected', () => {
    const store = load([
      { id: 'a', kind: 'agent', startMs: 10 },
      { id: 'b', parent: 'a', startMs: 20, endMs: 90, status: 'error' },
    ]);
    const index = createSpanTreeIndex({ store, runId });
    expect(index.summary).toMatchObject({
      openCount: 1,
      errorCount: 1,
      startMs: ORIGIN_MS + 10,
      endMs: ORIGIN_MS + 90,
    });
    const [start] = eventsOf([{ id: 'a', kind: 'agent', startMs: 15 }]);
    store.ingest([{ ...start, id: 'a:later', ts: ORIGIN_MS + 99 } as never]);
    store.flush();
    expect(index.summary.startMs).toBe(ORIGIN_MS + 15);
  });

  it('adds up what a row and all below it cost, and says when a call below has no price', () => {
    const spans: SpanSketch[] = [
      { id: 'a', kind: 'agent', startMs: 0, endMs: 9 },
      { id: 'turn', kind: 'turn', parent: 'a', startMs: 0, endMs: 9, costNanoUsd: 70, isAggregate: true },
      { id: 'one', kind: 'llm', parent: 'turn', startMs: 1, endMs: 2, costNanoUsd: 30 },
      { id: 'two', kind: 'llm', parent: 'turn', startMs: 3, endMs: 4, costNanoUsd: 40 },
      { id: 'b', kind: 'agent', startMs: 10, endMs: 19 },
      { id: 'b turn', kind: 'turn', parent: 'b', startMs: 10, endMs: 19, costNanoUsd: 5, isAggregate: true },
      { id: 'c', kind: 'tool', startMs: 20, endMs: 21 },
    ];
    const store = load(spans);
    const index = createSpanTreeIndex({ store, runId });
    expect(index.costOf(keyOf('a'))).toEqual({ costNanoUsd: 70, isLowerBound: false });
    expect(index.costOf(keyOf('b'))).toEqual({ costNanoUsd: 5, isLowerBound: false });
    expect(index.costOf(keyOf('c'))).toEqual({ costNanoUsd: undefined, isLowerBound: false });
    store.ingest(eventsOf([{ id: 'three', kind: 'llm', parent: 'turn', startMs: 5, endMs: 6, isUnpriced: true }]));
    store.flush();
    expect(index.costOf(keyOf('a'))).toEqual({ costNanoUsd: 70, isLowerBound: true });
    expect(index.summary.costNanoUsd).toBe(70);
  });

  it('finds what the run waited for', () => {
    const store = load([
      { id: 'a', kind: 'agent', startMs: 0, endMs: 100 },
      { id: 'plan', kind: 'llm', parent: 'a', startMs: 0, endMs: 30 },
      { id: 'slow', parent: 'a', startMs: 30, endMs: 80 },
      { id: 'quick', parent: 'a', startMs: 30, endMs: 40 },
      { id: 'inner', parent: 'slow', startMs: 35, endMs: 75 },
      { id: 'answer', kind: 'llm', parent: 'a', startMs: 80, endMs: 100 },
    ]);
    const path = createSpanTreeIndex({ store, runId }).findCriticalPath(ORIGIN_MS + 100);
    const at = (id: string) => {
      const part = path.get(keyOf(id));
      return part && [part.fromMs - ORIGIN_MS, part.toMs - ORIGIN_MS];
    };
    expect(at('plan')).toEqual([0, 30]);
    expect(at('slow')).toEqual([30, 80]);
    expect(at('inner')).toEqual([35, 75]);
    expect(at('answer')).toEqual([80, 100]);
    expect(at('quick')).toBeUndefined();
    expect(at('a')).toBeUndefined();
  });

  it('finds where nothing worked, and calls a person who decides no work', () => {
    const store = load([
      { id: 'a', kind: 'agent', startMs: 0, endMs: 10_000 },
      { id: 'plan', kind: 'llm', parent: 'a', startMs: 0, endMs: 1_000 },
      { id: 'ok?', kind: 'approval', parent: 'a', startMs: 1_000, endMs: 9_000 },
      { id: 'do', parent: 'a', startMs: 9_000, endMs: 10_000 },
    ]);
    const { stretches, share } = createSpanTreeIndex({ store, runId }).findIdleTime(ORIGIN_MS + 10_000);
    expect(stretches).toHaveLength(1);
    expect(stretches[0]?.fromMs).toBeCloseTo(ORIGIN_MS + 1_000, -1);
    expect(stretches[0]?.toMs).toBeCloseTo(ORIGIN_MS + 9_000, -1);
    expect(share).toBeCloseTo(0.8, 1);
  });

  it('reads a large run in parts: the first rows at once, in the end what one reading of all gives, whatever came or was folded meanwhile', () => {
    const withHandoffs = sketches.map((spans) =>
      spans.map((span, at): SpanSketch => (at % 5 === 1 ? { ...span, kind: 'handoff', toAgent: `s${at + 1}` } : span)),
    );
    const levels = fc.constantFrom(Number.POSITIVE_INFINITY, 1, 2);
    const layouts = fc.constantFrom('lean' as const, 'exact' as const);
    fc.assert(
      fc.property(
        withHandoffs,
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.nat()),
        levels,
        layouts,
        (spans, size, dice, initialLevels, layout) => {
          const roll = (limit: number) => (dice.next().value as number) % limit;
          const events = eventsOf(spans);
          for (let at = events.length - 1; at > 0; at -= 1) {
            const other = roll(at + 1);
            [events[at], events[other]] = [events[other] as never, events[at] as never];
          }
          const store = createStore();
          // what opened for a running span stays open: with levels the tree hangs on what came when
          let came = Number.isFinite(initialLevels) ? events.length : 1 + roll(events.length);
          store.ingest(events.slice(0, came));
          store.flush();
          let read: (() => void) | undefined;
          const next = (work: () => void) => {
            read = work;
            return () => {
              read = undefined;
            };
          };
          const choices = new Map<SpanKey, boolean>();
          const options = { store, runId, layout, initialLevels, choices };
          const index = createSpanTreeIndex({ ...options, parts: { spans: size, next } });
          const held = store.getView().entities.getRun(runId)?.spanCount ?? 0;
          expect(index.summary.isLoading).toBe(held > size);
          expect(index.summary.spanCount).toBe(Math.min(size, held));
          while (read || came < events.length) {
            const work = read;
            read = undefined;
            work?.();
            if (roll(3) > 0) continue;
            const some = 1 + roll(9);
            store.ingest(events.slice(came, came + some));
            store.flush();
            came += some;
            index.setExpanded(keyOf(`s${roll(spans.length)}`), roll(2) > 0);
          }
          expect(index.summary.isLoading).toBe(false);
          const whole = createSpanTreeIndex(options);
          expect(index.summary).toEqual(whole.summary);
          expect(all(index)).toEqual(all(whole));
          index.destroy();
        },
      ),
      { numRuns: 300, seed: 3 },
    );
  });

  it('keeps showing a large run while much of it changed at once is read anew in parts', () => {
    const spans = Array.from(
      { length: 2_000 },
      (_, at): SpanSketch => ({ id: `s${at}`, startMs: at, parent: at === 0 ? undefined : 's0' }),
    );
    const store = load(spans);
    const reads: (() => void)[] = [];
    const next = (work: () => void) => {
      reads.push(work);
      return () => undefined;
    };
    const readAll = () => {
      for (let work = reads.pop(); work; work = reads.pop()) work();
    };
    const index = createSpanTreeIndex({ store, runId, parts: { spans: 100, next } });
    expect(index.summary).toMatchObject({ isLoading: true, spanCount: 100 });
    readAll();
    expect(index.summary).toMatchObject({ isLoading: false, spanCount: 2_000, openCount: 2_000 });
    store.ingest(eventsOf(spans.map((span) => ({ ...span, endMs: span.startMs + 5 }))));
    store.flush();
    expect(index.summary).toMatchObject({ isLoading: true, spanCount: 2_000, openCount: 2_000 });
    expect(index.summary.readCount).toBeLessThan(2_000);
    readAll();
    expect(index.summary).toMatchObject({ isLoading: false, spanCount: 2_000, openCount: 0, readCount: 2_000 });
  });

  it('takes in a flush of many spans in parts, and siblings that came in no order, and then shows what one reading of all gives', () => {
    const wide = Array.from(
      { length: 2_000 },
      (_, at): SpanSketch => ({ id: `s${at}`, startMs: (at * 7919) % 2_003, parent: at === 0 ? undefined : 's0' }),
    );
    const store = load(wide);
    let waiting: (() => void) | undefined;
    let reads = 0;
    const next = (work: () => void) => {
      waiting = work;
      return () => {
        waiting = undefined;
      };
    };
    const readPart = () => {
      const work = waiting;
      waiting = undefined;
      reads += 1;
      work?.();
    };
    const index = createSpanTreeIndex({ store, runId, parts: { spans: 50, atOnce: 100, next } });
    while (waiting) readPart();
    expect(all(index)).toEqual(all(createSpanTreeIndex({ store, runId })));
    expect(reads).toBeGreaterThan(wide.length / 50 + 20); // the wide list was sorted in parts, too
    const more = Array.from({ length: 450 }, (_, at): SpanSketch => ({ id: `m${at}`, startMs: at * 3, parent: 's0' }));
    store.ingest(eventsOf(more));
    store.flush();
    for (const spanCount of [2_050, 2_100, 2_150, 2_200, 2_250, 2_300, 2_350]) {
      expect(index.summary).toMatchObject({ spanCount });
      readPart();
    }
    expect(index.summary).toMatchObject({ spanCount: 2_450 }); // few enough to be taken in at once
    expect(waiting).toBeUndefined();
    expect(all(index)).toEqual(all(createSpanTreeIndex({ store, runId })));
    index.destroy();
  });

  it('stands 20,000 levels and 50,000 siblings, and reads a window from the end of them', () => {
    const deep = Array.from(
      { length: 20_000 },
      (_, at): SpanSketch => ({
        id: `d${at}`,
        parent: at === 0 ? undefined : `d${at - 1}`,
        startMs: at,
        endMs: 30_000,
      }),
    );
    const wide = Array.from(
      { length: 50_000 },
      (_, at): SpanSketch => ({ id: `w${at}`, parent: 'd0', startMs: 90_000 - at }),
    );
    const store = load(deep);
    const index = createSpanTreeIndex({ store, runId });
    store.ingest(eventsOf(wide));
    store.flush();
    expect(index.summary.rowCount).toBe(70_000);
    expect(index.readRows(69_998, 70_000).map((row) => [row.spanId, row.level, row.posInSet])).toEqual([
      ['w1', 2, 50_000],
      ['w0', 2, 50_001],
    ]);
    expect(index.readRows(19_999, 20_000)[0]).toMatchObject({ spanId: 'd19999', level: 20_000 });
    index.setExpanded(keyOf('d0'), false);
    expect(index.summary.rowCount).toBe(1);
  });
});
