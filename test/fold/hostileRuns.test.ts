import { describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/index.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId } from '../../src/model/ids.ts';
import { foldAll, foldBatches, stateOf } from './foldState.ts';

const run = asRunId('run_1');
let count = 0;
const event = (type: string, envelope: object, fields: object = {}): MonitorEvent => {
  count += 1;
  return { id: `e${count}`, type, sv: 1, ts: count, run, ...envelope, a: fields } as unknown as MonitorEvent;
};
const id = (index: number) => `s${String(index).padStart(6, '0')}`;
const member = (index: number, parent: number) => event('span.update', { span: id(index), parent: id(parent) });

describe('what a hostile producer sends', () => {
  it('costs no more than its size: a huge circle whose members move', () => {
    const size = 20_000;
    const circle = Array.from({ length: size }, (_, index) => member(index, (index + 1) % size));
    const moves = [0, 1].flatMap((round) =>
      Array.from({ length: 500 }, (_, index) =>
        member((index * 77) % size, (index * 77 + 1 + (1 - round) * 9000) % size),
      ),
    );
    const startedMs = performance.now();
    const fold = foldBatches([circle, moves]);
    expect(performance.now() - startedMs).toBeLessThan(4000); // a look at every cut at every move takes ten times that
    expect(fold.counters.cyclesCut).toBe(1);
    expect(stateOf(fold.reader)).toEqual(stateOf(foldAll([...moves, ...circle]).reader));
  });

  it('costs no more than its size: many approvals and scores beside many calls that wait', () => {
    const size = 6000;
    const waiting = Array.from({ length: size }, (_, index) =>
      event('span.end', { span: id(index) }, { kind: 'tool', name: 'refund', status: 'waiting', endedAtMs: 5 }),
    );
    const approvals = Array.from({ length: size }, (_, index) =>
      event('approval.requested', { ref: `c${index}` }, { toolName: 'other' }),
    );
    const scores = Array.from({ length: size }, (_, index) => event('score', {}, { name: `s${index}`, value: 1 }));
    const fold = foldBatches([waiting, approvals, scores]);
    const startedMs = performance.now();
    for (let index = 0; index < 200; index += 1) {
      fold.apply(event('approval.decided', { ref: `c${index}` }, { toolName: 'other', decision: 'approved' }));
      fold.apply(event('score', {}, { name: `s${index}`, value: 2 }));
      fold.settle();
    }
    expect(performance.now() - startedMs).toBeLessThan(1500); // each approval looked at for each call takes a minute
    expect(fold.reader.getRun(run)?.pendingApprovalCount).toBe(size - 200);
    expect(fold.reader.approvalsOf(run)).toHaveLength(size);
    expect(fold.reader.scoresOf(run).filter(({ value }) => value === 2)).toHaveLength(200);
  });

  it('costs no more than its size: many spans with usage that no call explains, settled one by one', () => {
    const usage = { usage: { scope: 'leaf', inputTokens: 1 } };
    const size = 20_000;
    const under = (index: number) => event('span.end', { span: id(index), parent: 'top' }, { kind: 'tool', ...usage });
    const fold = foldAll(Array.from({ length: size }, (_, index) => under(index)));
    const startedMs = performance.now();
    for (let index = 0; index < 1000; index += 1) {
      fold.apply(under(size + index));
      fold.settle();
    }
    expect(performance.now() - startedMs).toBeLessThan(4000); // a look at every span at every settle takes ten times that
    expect(fold.reader.getRun(run)?.totals.inputTokens).toBe(size + 1000);
  });

  it('is let go where it belongs to no run: the longest silent producers, resolved alerts first', () => {
    const producers = Array.from({ length: 50 }, (_, index) =>
      event('producer.hello', { prod: { id: `p${index}`, n: 1 } }),
    );
    const firing = Array.from({ length: 30 }, (_, index) => event('alert.firing', { ref: `f${index}` }));
    const resolved = Array.from({ length: 30 }, (_, index) => event('alert.resolved', { ref: `r${index}` }));
    const fold = foldAll([...producers, ...firing, ...resolved, event('producer.beat', { prod: { id: 'p0', n: 2 } })]);
    expect(fold.trimCommon(50, 60)).toBe(0);
    expect(fold.trimCommon(20, 40)).toBe(50 - 19 + 60 - 38);
    const { reader } = fold;
    expect([...reader.producers.keys()]).toEqual(['p0', ...Array.from({ length: 18 }, (_, index) => `p${32 + index}`)]);
    expect([...reader.alerts.values()].filter(({ state }) => state === 'firing')).toHaveLength(30);
    expect([...reader.alerts.keys()].slice(-8)).toEqual(['r22', 'r23', 'r24', 'r25', 'r26', 'r27', 'r28', 'r29']);
    const held = new Set(fold.commonFacts().map((fact) => fact.ref ?? fact.prod?.id));
    expect(held).toEqual(new Set([...reader.producers.keys(), ...reader.alerts.keys()]));
    fold.apply(event('producer.beat', { prod: { id: 'p1', n: 3 } })); // comes back
    fold.settle();
    expect(reader.producers.get('p1')?.missingEvents).toBe(0);
  });

  it('has its names told apart, an empty one from none', () => {
    const usage = (tokens: number) => ({ usage: { scope: 'leaf', inputTokens: tokens } });
    const events = [
      event('span.end', { span: 'a' }, { ...usage(5), kind: 'llm', model: '' }),
      event('span.end', { span: 'b' }, { ...usage(5), kind: 'llm' }),
    ];
    const linesOf = (all: readonly MonitorEvent[]) =>
      foldBatches(all.map((one) => [one]))
        .reader.chargeLines(run, 'model')
        .map(({ name }) => name);
    expect(linesOf(events)).toEqual(['', undefined]);
    expect(linesOf([...events].reverse())).toEqual(['', undefined]);
    expect(createFold().trimCommon(0, 0)).toBe(0);
  });
});
