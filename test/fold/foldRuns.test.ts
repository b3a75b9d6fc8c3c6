import { describe, expect, it } from 'vitest';
import { createFold, isRunStale } from '../../src/fold/index.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId, asSpanId, spanKeyOf } from '../../src/model/ids.ts';
import { foldAll, foldBatches } from './foldState.ts';

const run = asRunId('run_1');
const key = (spanId: string) => spanKeyOf(run, asSpanId(spanId));

let count = 0;
function event(type: string, ts: number, fields: object = {}, envelope: object = {}): MonitorEvent {
  count += 1;
  return { id: `e${count}`, type, sv: 1, ts, run, ...envelope, a: fields } as unknown as MonitorEvent;
}
const span = (
  type: 'start' | 'update' | 'end' | 'price',
  id: string,
  ts: number,
  fields: object = {},
  parent?: string,
) => event(`span.${type}`, ts, fields, { span: id, ...(parent ? { parent } : {}) });
const ended = (id: string, fields: object, parent?: string) =>
  span('end', id, 9, { startedAtMs: 1, endedAtMs: 9, ...fields }, parent);

const runOf = (...events: readonly MonitorEvent[]) => foldAll(events).reader.getRun(run);
const spanOf = (id: string, ...events: readonly MonitorEvent[]) => foldAll(events).reader.getSpan(key(id));

describe('merging the fields of a span', () => {
  it('takes the present over the absent, the higher rank, the later time, the higher id', () => {
    const byRank = [span('end', 'a', 1, { name: 'end' }), span('update', 'a', 9, { name: 'update' })];
    expect(spanOf('a', ...byRank)?.name).toBe('end');
    const byTime = [span('update', 'a', 5, { name: 'later' }), span('update', 'a', 4, { name: 'earlier', model: 'm' })];
    expect(spanOf('a', ...byTime)).toMatchObject({ name: 'later', model: 'm' });
    const low = { ...span('update', 'a', 5, { name: 'low' }), id: '019' };
    const high = { ...span('update', 'a', 5, { name: 'high' }), id: '01a' };
    expect(spanOf('a', high, low)?.name).toBe('high');
    expect(spanOf('a', low, high)?.name).toBe('high');
  });

  it('compares ids as text whatever they look like', () => {
    const ids = [
      '0199d3f0-0000-7000-8000-0000000000aa',
      '0199d3f0-0000-7000-8000-0000000000ab',
      'f199d3f00000700080000000000000aa',
      '0199D3F0-0000-7000-8000-0000000000AA',
      'x',
      'résumé',
      '0199d3f0000070008000-0000000000aa',
    ];
    for (const left of ids) {
      for (const right of ids) {
        const events = [left, right].map((id) => ({ ...span('update', 'a', 5, { name: `by ${id}` }), id }));
        expect(spanOf('a', ...events)?.name).toBe(`by ${left > right ? left : right}`);
      }
    }
  });

  it('writes ids again as they came', () => {
    const ids = [
      '0199d3f0-0000-7000-8000-0000000000aa',
      'f199d3f00000700080000000000000aa',
      'a'.repeat(36),
      '0199D3F0-0000-7000-8000-0000000000AA',
      `0199d3f0${'-'.repeat(28)}`,
      '',
    ];
    for (const id of ids) {
      const [fact] = foldAll([{ ...span('update', 'a', 5, { name: 'x' }), id }]).factsOf(run);
      expect(fact?.id).toBe(id);
    }
  });

  it('takes its start and end from the time of an event that says none', () => {
    expect(spanOf('a', span('start', 'a', 5), span('end', 'a', 8))).toMatchObject({
      startedAtMs: 5,
      endedAtMs: 8,
      status: 'ok',
    });
  });

  it('counts an event that brings nothing as a repeat', () => {
    const fold = createFold();
    const start = span('start', 'a', 1, { name: 'x', kind: 'tool' });
    for (const next of [start, start, span('end', 'a', 2, { name: 'y' }), span('start', 'a', 0, { name: 'z' })])
      fold.apply(next);
    expect(fold.counters.repeatedEvents).toBe(2);
  });

  it('merges content part by part, inline and as references', () => {
    const first = { ...span('start', 'a', 1), detail: { input: 'question' } } as MonitorEvent;
    const second = {
      ...span('end', 'a', 2),
      detail: { output: 'answer' },
      refs: { input: { kind: 'text', sizeBytes: 8 } },
    } as MonitorEvent;
    expect(spanOf('a', second, first)).toMatchObject({
      detail: { input: 'question', output: 'answer' },
      detailRefs: { input: { kind: 'text', sizeBytes: 8 } },
    });
  });
});

describe('the tree', () => {
  it('hangs an orphan under a placeholder that is filled in place', () => {
    const fold = foldBatches([[ended('child', { kind: 'tool', name: 't' }, 'agent')]]);
    expect(fold.reader.rootSpanIds(run)).toEqual(['agent']);
    expect(fold.reader.getSpan(key('agent'))).toMatchObject({ isPlaceholder: true, name: '' });
    expect(fold.reader.getSpan(key('child'))).toMatchObject({ isOrphan: true, agentName: undefined });
    expect(fold.reader.getRun(run)?.spanCount).toBe(1);
    expect([...fold.reader.spansOf(run)].map(({ spanId }) => spanId)).toEqual(['child']);

    fold.apply(ended('agent', { kind: 'agent', name: 'Support' }));
    const touched = fold.settle();
    expect(touched.restructuredRunIds.has(run)).toBe(true);
    expect(touched.spans.map(({ spanId }) => spanId).sort()).toEqual(['agent', 'child']);
    expect(fold.reader.getSpan(key('child'))).toMatchObject({ isOrphan: false, agentName: 'Support' });
    expect(fold.reader.getSpan(key('agent'))).toMatchObject({ isPlaceholder: false, name: 'Support' });
    expect([...fold.reader.spansOf(run)].map(({ spanId }) => spanId)).toEqual(['child', 'agent']);
  });

  it('lets a placeholder go when its only child turns out to belong elsewhere', () => {
    const fold = foldBatches([
      [span('start', 'a', 1, {}, 'missing')],
      [span('start', 'b', 1), span('end', 'a', 2, {}, 'b')],
    ]);
    expect(fold.reader.rootSpanIds(run)).toEqual(['b']);
    expect(fold.reader.getSpan(key('missing'))).toBeUndefined();
  });

  it('sorts siblings by start, and those that start together by arrival', () => {
    const starts = [5, 3, 9, 3, 1, 7, 3];
    const children = starts.map((at, index) => span('start', `c${index}`, at, {}, 'root'));
    const fold = foldBatches([[span('start', 'root', 0)], ...children.map((child) => [child])]);
    expect(fold.reader.childSpanIds(key('root'))).toEqual(['c4', 'c1', 'c3', 'c6', 'c0', 'c5', 'c2']);
    fold.apply(span('update', 'c2', 10, { startedAtMs: 0 }));
    fold.settle();
    expect(fold.reader.childSpanIds(key('root'))[0]).toBe('c2');
  });

  it('hands out the same list until it changes, and never changes one', () => {
    const fold = foldBatches([[span('start', 'root', 0), span('start', 'a', 1, {}, 'root')]]);
    const before = fold.reader.childSpanIds(key('root'));
    fold.apply(span('end', 'a', 5));
    fold.settle();
    expect(fold.reader.childSpanIds(key('root'))).toBe(before);
    fold.apply(span('start', 'b', 2, {}, 'root'));
    fold.settle();
    expect(fold.reader.childSpanIds(key('root'))).toEqual(['a', 'b']);
    expect(before).toEqual(['a']);
  });

  it('cuts a circle at its least id, says so, and mends it when it opens', () => {
    const fold = foldBatches([
      [span('start', 'b', 1, {}, 'c')],
      [span('start', 'c', 1, {}, 'a')],
      [span('start', 'a', 1, {}, 'b')],
    ]);
    expect(fold.counters.cyclesCut).toBe(1);
    expect(fold.reader.rootSpanIds(run)).toEqual(['a']);
    expect(fold.reader.getSpan(key('a'))).toMatchObject({ isCycleCut: true, parentId: 'b' });
    expect(fold.reader.childSpanIds(key('a'))).toEqual(['c']);
    fold.apply(span('end', 'b', 5, {}, 'root'));
    fold.apply(span('start', 'root', 0));
    fold.settle();
    expect(fold.counters.cyclesCut).toBe(0);
    expect(fold.reader.rootSpanIds(run)).toEqual(['root']);
    expect(fold.reader.childSpanIds(key('b'))).toEqual(['a']);
    expect(fold.reader.getSpan(key('a'))?.isCycleCut).toBe(false);
  });

  it('cuts a circle elsewhere when a lesser id becomes part of it', () => {
    const circle = [span('start', 'b', 1, {}, 'c'), span('start', 'c', 1, {}, 'b'), span('start', 'a', 1, {}, 'b')];
    const fold = foldBatches([circle, [span('end', 'c', 2, {}, 'a')]]);
    expect(fold.reader.rootSpanIds(run)).toEqual(['a']);
    expect(['a', 'b', 'c'].map((id) => fold.reader.getSpan(key(id))?.isCycleCut)).toEqual([true, false, false]);
    expect(fold.counters.cyclesCut).toBe(1);
  });

  it('survives a chain far deeper than the stack, in any order', () => {
    const depth = 20_000;
    const chain = Array.from({ length: depth }, (_unused, at) =>
      span(
        'start',
        `s${at}`,
        at,
        { kind: at === 0 ? 'agent' : 'custom', name: 'deep' },
        at === 0 ? undefined : `s${at - 1}`,
      ),
    );
    for (const events of [chain, [...chain].reverse()]) {
      const fold = foldAll(events);
      expect(fold.reader.getRun(run)?.spanCount).toBe(depth);
      expect(fold.reader.getSpan(key(`s${depth - 1}`))?.agentName).toBe('deep');
    }
  });
});

describe('what a span belongs to and costs', () => {
  it('belongs to itself, to whom the source says, else to what is above', () => {
    const fold = foldAll([
      span('start', 'agent', 1, { kind: 'agent', name: 'Support', agentName: 'ignored' }),
      span('start', 'turn', 2, { kind: 'turn' }, 'agent'),
      span('start', 'tool', 3, { kind: 'tool', name: 't', agentName: 'Other' }, 'turn'),
    ]);
    const agents = ['agent', 'turn', 'tool'].map((id) => fold.reader.getSpan(key(id))?.agentName);
    expect(agents).toEqual(['Support', 'Support', 'Other']);
  });

  it('prefers the reported cost to a price, and forgets neither', () => {
    const price = span('price', 'a', 5, { costNanoUsd: 70, costSource: 'computed', priceVersion: 'v1' });
    expect(spanOf('a', price, ended('a', { kind: 'llm' }))).toMatchObject({
      costNanoUsd: 70,
      costSource: 'computed',
      priceVersion: 'v1',
    });
    const reported = spanOf('a', price, ended('a', { kind: 'llm', reportedCostNanoUsd: 50 }));
    expect(reported).toMatchObject({ costNanoUsd: 50, costSource: 'reported' });
    expect(reported?.priceVersion).toBeUndefined();
  });

  const tokens = (inputTokens: number, scope = 'leaf') => ({ usage: { scope, inputTokens, outputTokens: 0 } });

  it('charges the calls and not the turns and tasks that repeat them', () => {
    const totals = runOf(
      ended('task', { kind: 'task', ...tokens(30, 'aggregate') }),
      ended('turn', { kind: 'turn', ...tokens(30, 'aggregate') }, 'task'),
      ended('one', { kind: 'llm', model: 'm-2026-01-31', ...tokens(10) }, 'turn'),
      ended('two', { kind: 'llm', model: 'm', ...tokens(20) }, 'turn'),
    )?.totals;
    expect(totals).toMatchObject({
      calls: 2,
      inputTokens: 30,
      unpricedCalls: 2,
      unpricedTokens: 30,
      isUsageKnown: true,
    });
  });

  it('charges a turn without calls, less what agents inside its tools report', () => {
    const fold = foldAll([
      ended('turn', { kind: 'turn', ...tokens(100, 'aggregate') }),
      ended('tool', { kind: 'tool', name: 'ask' }, 'turn'),
      ended('task', { kind: 'task', ...tokens(40, 'aggregate') }, 'tool'),
      ended('inner', { kind: 'turn', ...tokens(40, 'aggregate') }, 'task'),
    ]);
    expect(fold.reader.getRun(run)?.totals).toMatchObject({ calls: 2, inputTokens: 100 });
    expect(fold.reader.chargeLines(run, 'tool').map(({ name, inputTokens }) => [name, inputTokens])).toEqual([
      [undefined, 60],
      ['ask', 40],
    ]);
  });

  it('charges the inner of two nested calls, but a call inside a tool of its own', () => {
    const nested = [
      ended('outer', { kind: 'llm', ...tokens(57) }),
      ended('inner', { kind: 'llm', ...tokens(147) }, 'outer'),
    ];
    expect(runOf(...nested)?.totals).toMatchObject({ calls: 1, inputTokens: 147 });
    const inTool = [
      ended('outer', { kind: 'llm', ...tokens(57) }),
      ended('tool', { kind: 'tool', name: 't' }, 'outer'),
      ended('inner', { kind: 'llm', ...tokens(147) }, 'tool'),
    ];
    expect(runOf(...inTool)?.totals).toMatchObject({ calls: 2, inputTokens: 204 });
  });

  it('charges the deepest spans with usage when there are neither calls nor turns, until there are', () => {
    const agents = [
      ended('outer', { kind: 'agent', name: 'A', ...tokens(9, 'aggregate') }),
      ended('inner', { kind: 'agent', name: 'B', ...tokens(7, 'aggregate') }, 'outer'),
    ];
    expect(runOf(...agents)?.totals).toMatchObject({ calls: 1, inputTokens: 7 });
    const fold = foldBatches([agents, [ended('call', { kind: 'llm', ...tokens(5) }, 'inner')]]);
    expect(fold.reader.getRun(run)?.totals).toMatchObject({ calls: 1, inputTokens: 5 });
  });

  it('charges what stands above when the deepest turn out to carry nothing, one after the other', () => {
    const agent = (id: string, count: number, parent?: string) =>
      ended(id, { kind: 'agent', name: id, ...tokens(count, 'aggregate') }, parent);
    const fold = foldAll([
      agent('top', 100),
      agent('left', 10, 'top'),
      agent('below', 1, 'left'),
      agent('right', 5, 'top'),
    ]);
    const tokensWithout = (id: string) => {
      fold.apply({ ...ended(id, { usage: { scope: 'aggregate' } }), ts: 99 } as MonitorEvent);
      fold.settle();
      return fold.reader.getRun(run)?.totals.inputTokens;
    };
    expect(fold.reader.getRun(run)?.totals.inputTokens).toBe(1 + 5);
    expect(tokensWithout('below')).toBe(10 + 5);
    expect(tokensWithout('left')).toBe(5);
    expect(tokensWithout('right')).toBe(100);
    expect(tokensWithout('top')).toBe(0);
    fold.apply({ ...agent('left', 7), ts: 100 } as MonitorEvent);
    fold.settle();
    expect(fold.reader.getRun(run)?.totals.inputTokens).toBe(7);
  });

  it('moves a charge with what it depends on', () => {
    const fold = foldBatches([
      [ended('a', { kind: 'agent', name: 'Old' }), ended('call', { kind: 'llm', model: 'm', ...tokens(5) }, 'a')],
      [span('update', 'a', 99, {}), { ...ended('a', { kind: 'agent', name: 'New' }), ts: 99 } as MonitorEvent],
      [span('price', 'call', 99, { costNanoUsd: 12, costSource: 'computed' })],
    ]);
    expect(fold.reader.chargeLines(run, 'agent')).toMatchObject([
      { name: 'New', calls: 1, inputTokens: 5, costNanoUsd: 12 },
    ]);
    expect(fold.reader.getRun(run)?.totals).toMatchObject({ calls: 1, costNanoUsd: 12, unpricedCalls: 0 });
  });

  it('charges a turn less what nested agents report later, and a tool by the name it gets later', () => {
    const fold = foldBatches([
      [
        ended('turn', { kind: 'turn', ...tokens(100, 'aggregate') }),
        ended('tool', { kind: 'tool', name: 'first' }, 'turn'),
        ended('task', { kind: 'task' }, 'tool'),
        ended('inner', { kind: 'turn' }, 'task'),
      ],
    ]);
    expect(fold.reader.getRun(run)?.totals).toMatchObject({ calls: 1, inputTokens: 100 });
    fold.apply({ ...ended('inner', { kind: 'turn', ...tokens(40, 'aggregate') }), ts: 20 } as MonitorEvent);
    fold.settle();
    expect(fold.reader.getRun(run)?.totals).toMatchObject({ calls: 2, inputTokens: 100 });
    fold.apply({ ...ended('tool', { name: 'second' }), ts: 20 } as MonitorEvent);
    fold.settle();
    expect(fold.reader.chargeLines(run, 'tool').map(({ name, inputTokens }) => [name, inputTokens])).toEqual([
      [undefined, 60],
      ['second', 40],
    ]);
  });

  it('charges anew when a span far above turns out to be a tool, a turn or a call', () => {
    const call = ended('call', { kind: 'llm', ...tokens(5) }, 'middle');
    const middle = ended('middle', { kind: 'custom' }, 'top');
    const failed = ended('agent', { kind: 'agent', name: 'A', status: 'error' }, 'middle');
    const above = ended('above', { kind: 'turn', ...tokens(50, 'aggregate') });
    const later = (kind: string) =>
      foldBatches([
        [above, span('start', 'top', 1, {}, 'above'), middle, call, failed],
        [ended('top', { kind, name: 'T' })],
      ]).reader;
    expect(later('custom').getRun(run)).toMatchObject({ status: 'failed', totals: { calls: 1, inputTokens: 5 } });
    expect(later('tool').chargeLines(run, 'tool')).toMatchObject([
      { name: undefined, inputTokens: 45 },
      { name: 'T', inputTokens: 5 },
    ]);
    expect(later('tool').getRun(run)?.status).toBe('completed');
  });

  it('lists the dearest first', () => {
    const call = (id: string, model: string, cost: number) =>
      ended(id, { kind: 'llm', model, reportedCostNanoUsd: cost, ...tokens(1) });
    const fold = foldAll([call('a', 'cheap', 1), call('b', 'dear', 9), call('c', 'middle', 5)]);
    expect(fold.reader.chargeLines(run, 'model').map(({ name }) => name)).toEqual(['dear', 'middle', 'cheap']);
  });
});

describe('the status of a run', () => {
  const root = (fields: object = {}) => ended('root', { kind: 'task', ...fields });

  it('is running while a span is open, whatever else is', () => {
    const asked = event('approval.requested', 5, { toolName: 't' }, { ref: 'call_1' });
    expect(runOf(root(), span('start', 'open', 2, {}, 'root'), asked)).toMatchObject({
      status: 'running',
      endedAtMs: undefined,
      pendingApprovalCount: 1,
    });
    expect(runOf(root(), asked)).toMatchObject({ status: 'waiting', pendingApprovalCount: 1 });
    const decided = event('approval.decided', 6, { decision: 'approved' }, { ref: 'call_1' });
    expect(runOf(root(), asked, decided)).toMatchObject({ status: 'completed', pendingApprovalCount: 0, endedAtMs: 9 });
  });

  it('is failed by a root, or by a top-level agent or turn, and not by a tool or by a retried call', () => {
    expect(runOf(root({ status: 'error' }))).toMatchObject({ status: 'failed', failedSpanId: 'root' });
    expect(runOf(root(), ended('t', { kind: 'turn', errorCode: 'x' }, 'root'))).toMatchObject({
      status: 'failed',
      failedSpanId: 't',
      errorCode: 'x',
    });
    expect(runOf(root(), ended('t', { kind: 'tool', status: 'error' }, 'root'))?.status).toBe('completed');
    expect(runOf(root(), ended('t', { kind: 'llm', status: 'error' }, 'root'))?.status).toBe('completed');
    const inTool = [ended('t', { kind: 'tool' }, 'root'), ended('a', { kind: 'agent', status: 'error' }, 't')];
    expect(runOf(root(), ...inTool)?.status).toBe('completed');
  });

  it('is failed by an orphan at the top when there is no root', () => {
    expect(runOf(ended('a', { kind: 'custom', status: 'error' }, 'missing'))?.status).toBe('failed');
    expect(runOf(root(), ended('a', { kind: 'custom', status: 'error' }, 'missing'))?.status).toBe('completed');
  });

  it('names the deepest cause of a failure', () => {
    const guarded = [
      root({ status: 'error' }),
      ended('agent', { kind: 'agent', name: 'A', status: 'error' }, 'root'),
      ended('turn', { kind: 'turn', status: 'error' }, 'agent'),
      ended('guard', { kind: 'guardrail', name: 'g', triggered: true }, 'agent'),
    ];
    expect(runOf(...guarded)?.failedSpanId).toBe('guard');
    const cleanTurn = [
      root(),
      ended('agent', { kind: 'agent', name: 'A', status: 'error' }, 'root'),
      ended('turn', { kind: 'turn' }, 'agent'),
      ended('call', { kind: 'llm', status: 'error' }, 'turn'),
    ];
    expect(runOf(...cleanTurn)?.failedSpanId).toBe('call');
  });

  it('is failed when it is said so, until it is opened again', () => {
    const failed = event('run.fail', 10, { errorType: 'Boom' });
    expect(runOf(root(), failed)).toMatchObject({ status: 'failed', errorType: 'Boom', endedAtMs: 10 });
    expect(runOf(root(), failed, event('run.start', 11))?.status).toBe('completed');
    expect(runOf(root(), failed, span('start', 'again', 12))?.status).toBe('running');
    expect(runOf(root(), event('run.fail', 10, { errorCode: 'run.cancelled' }))?.status).toBe('cancelled');
  });

  it('is cancelled when its root was', () => {
    expect(runOf(root({ status: 'cancelled' }))?.status).toBe('cancelled');
  });

  it('is running before the first span came, and completed when it ended without one', () => {
    expect(runOf(event('run.start', 1))?.status).toBe('running');
    expect(runOf(event('run.start', 1), event('run.end', 2))?.status).toBe('completed');
  });
});

describe('approvals', () => {
  it('let the span that asks wait, and go on when it is decided', () => {
    const fold = foldAll([
      span('start', 'tool', 1, { kind: 'tool', name: 'refund', callId: 'call_1' }),
      span('start', 'other', 1, { kind: 'tool', name: 'refund' }),
      event('approval.requested', 2, { toolName: 'refund' }, { ref: 'call_1' }),
      event('approval.requested', 2, { toolName: 'refund' }, { ref: 'call_2', span: 'other' }),
    ]);
    const statuses = () => ['tool', 'other'].map((id) => fold.reader.getSpan(key(id))?.status);
    expect(statuses()).toEqual(['waiting', 'waiting']);
    fold.apply(event('approval.decided', 3, { decision: 'approved', decidedBy: 'ann' }, { ref: 'call_1' }));
    fold.apply(event('approval.expired', 3, {}, { ref: 'call_2' }));
    expect(fold.settle().areApprovalsTouched).toBe(true);
    expect(statuses()).toEqual(['running', 'running']);
    expect(fold.reader.approvalsOf(run)).toMatchObject([
      { callId: 'call_1', state: 'approved', decidedBy: 'ann', decidedAtMs: 3, requestedAtMs: 2 },
      { callId: 'call_2', state: 'expired' },
    ]);
  });

  it('settle a call that its SDK reported as ended while it waited', () => {
    const placeholder = ended('tool', { kind: 'tool', name: 'refund', status: 'waiting', isExecuted: false });
    expect(spanOf('tool', placeholder)?.status).toBe('waiting');
    const asked = event('approval.requested', 2, { toolName: 'refund' }, { ref: 'call_1' });
    expect(spanOf('tool', placeholder, asked)?.status).toBe('waiting');
    const decided = event('approval.decided', 3, { decision: 'approved' }, { ref: 'call_1' });
    expect(spanOf('tool', placeholder, asked, decided)?.status).toBe('cancelled');
  });
});

describe('letting runs go', () => {
  it('forgets a run with all that hangs on it, also in the middle of a batch', () => {
    const fold = foldAll([span('start', 'a', 1), span('start', 'b', 1, {}, 'a')]);
    fold.apply(span('end', 'b', 2));
    fold.removeRun(run);
    expect(fold.settle()).toMatchObject({ runs: [], spans: [] });
    expect(fold.reader.runIds).toEqual([]);
    expect(fold.reader.spanCount).toBe(0);
    expect(fold.reader.getSpan(key('a'))).toBeUndefined();
    fold.apply(span('start', 'b', 5, { name: 'again' }));
    fold.settle();
    expect(fold.reader.getSpan(key('b'))).toMatchObject({ name: 'again', startedAtMs: 5, endedAtMs: undefined });
  });
});

describe('what a fold takes', () => {
  it('is given back when a run goes: years of runs take the room of one', () => {
    const fold = createFold();
    const spans = Array.from({ length: 5_000 }, (_unused, at) => span('start', `s${at}`, at));
    const takeAll = () => {
      for (const start of spans) fold.apply(start);
      fold.settle();
      fold.removeRun(run);
      return process.memoryUsage().arrayBuffers;
    };
    const once = takeAll();
    for (let round = 0; round < 60; round += 1) takeAll();
    expect(takeAll()).toBeLessThan(once + 5_000_000);
  });
});

describe('a stale run', () => {
  const producer = { producerId: 'p', beatEveryMs: 15_000, lastHeardAtMs: 100_000, droppedEvents: 0, missingEvents: 0 };

  it('missed three beats of its producer', () => {
    const running = runOf(span('start', 'a', 90_000));
    if (!running) throw new Error('no run');
    expect(isRunStale(running, producer, 145_000)).toBe(false);
    expect(isRunStale(running, producer, 145_001)).toBe(true);
  });

  it('was silent for an hour where nothing beats', () => {
    const running = runOf(span('start', 'a', 1_000));
    if (!running) throw new Error('no run');
    expect(isRunStale(running, undefined, 3_601_000)).toBe(false);
    expect(isRunStale(running, undefined, 3_601_001)).toBe(true);
  });

  it('is never one that ended or waits', () => {
    const completed = runOf(ended('a', {}));
    if (!completed) throw new Error('no run');
    expect(isRunStale(completed, producer, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
