import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId } from '../../src/model/ids.ts';
import { createMemoryRunLog, type MemoryRunLogOptions } from '../../src/relay/run-log/memoryRunLog.ts';
import { describeRunLog, logEvent } from './describeRunLog.ts';
import { onEnd } from './support.ts';

const HOUR_MS = 3_600_000;
const open = (options: Partial<MemoryRunLogOptions> = {}) => {
  const log = createMemoryRunLog({
    events: 100,
    eventBytes: 1_000_000,
    detailBytes: 1_000_000,
    bounds: { runs: 1000, spans: 10_000, endedForMs: 72 * HOUR_MS },
    now: () => 1_790_000_000_000,
    ...options,
  });
  onEnd(() => log.close());
  return log;
};

describeRunLog('memory', async () => ({ log: open() }));

describe('the memory log', () => {
  const heldRuns = async (log: ReturnType<typeof open>) => {
    const held = new Set<string>();
    for await (const facts of (await log.snapshot('p')).facts)
      for (const fact of facts) if (fact.run) held.add(fact.run);
    return held;
  };
  const started = (run: string, ts: number) =>
    logEvent({ run, span: 's', ts, type: 'span.start', a: { kind: 'agent', name: 'A', startedAtMs: ts } });
  const ended = (run: string, ts: number) =>
    logEvent({ run, span: 's', ts, type: 'span.end', a: { kind: 'agent', name: 'A', endedAtMs: ts, status: 'ok' } });

  it('lets the longest ended runs go first, and never a running one while an ended one is there', async () => {
    let nowMs = 1_790_000_000_000;
    const log = open({ bounds: { runs: 20, spans: 10_000, endedForMs: 72 * HOUR_MS }, now: () => nowMs });
    await log.append('p', [started('running', nowMs)]);
    for (let index = 0; index < 60; index += 1) {
      nowMs += 1000;
      await log.append('p', [ended(`done-${index}`, nowMs)]);
    }
    const held = await heldRuns(log);
    expect(held.size).toBeLessThanOrEqual(20);
    expect(held.has('running')).toBe(true);
    expect(held.has('done-59')).toBe(true);
    expect(held.has('done-0')).toBe(false);
  });

  it('stays within its bounds even when every run is running', async () => {
    const log = open({ bounds: { runs: 1000, spans: 50, endedForMs: 72 * HOUR_MS } });
    for (let index = 0; index < 200; index += 1) await log.append('p', [started(`run-${index}`, 1000 + index)]);
    expect((await heldRuns(log)).size).toBeLessThanOrEqual(50);
  });

  it('lets ended runs go after their time, with their content', async () => {
    let nowMs = 1_790_000_000_000;
    const log = open({ now: () => nowMs });
    await log.append('p', [{ ...ended('old', nowMs), detail: { output: 'x' } }, started('open', nowMs)]);
    nowMs += 73 * HOUR_MS;
    await log.append('p', [started('new', nowMs)]);
    expect(await heldRuns(log)).toEqual(new Set(['open', 'new']));
    expect(await log.readDetail('p', { runId: asRunId('old'), spanId: 's' as never })).toBeUndefined();
  });

  it('bounds what is no span by the same bound: approvals, scores, long lists of names', async () => {
    const flood = async (make: (index: number) => Parameters<typeof logEvent>[0]) => {
      const log = open({ bounds: { runs: 1000, spans: 500, endedForMs: 72 * HOUR_MS } });
      for (let batch = 0; batch < 30; batch += 1) {
        const events = Array.from({ length: 100 }, (_, index) => logEvent(make(batch * 100 + index)));
        await log.append('p', events);
      }
      let facts = 0;
      for await (const some of (await log.snapshot('p')).facts) facts += some.length;
      return facts;
    };
    const runOf = (index: number) => `run-${Math.floor(index / 150)}`;
    expect(
      await flood((index) => ({
        type: 'approval.requested',
        span: undefined,
        run: runOf(index),
        ref: `c${index}`,
        a: {},
      })),
    ).toBeLessThan(600);
    expect(
      await flood((index) => ({
        type: 'score',
        span: undefined,
        run: runOf(index),
        a: { name: `s${index}`, value: 1 },
      })),
    ).toBeLessThan(600);
    const toolNames = Array.from({ length: 200 }, (_, index) => `${index}${'x'.repeat(200)}`);
    expect(await flood((index) => ({ run: runOf(index), a: { kind: 'agent', toolNames } }))).toBeLessThan(60);
  });

  it('bounds producers and alerts', async () => {
    const log = open();
    for (let batch = 0; batch < 25; batch += 1) {
      const ids = Array.from({ length: 100 }, (_, index) => batch * 100 + index);
      const none = { run: undefined, span: undefined, a: {} };
      await log.append(
        'p',
        ids.flatMap((index) => [
          logEvent({ ...none, type: 'producer.hello', prod: { id: `p${index}`, n: 1 } }),
          logEvent({ ...none, type: 'alert.firing', ref: `a${index}` }),
        ]),
      );
    }
    const facts: MonitorEvent[] = [];
    for await (const some of (await log.snapshot('p')).facts) facts.push(...some);
    const held = (type: string) => facts.filter((fact) => fact.type === type).length;
    expect(held('producer.hello')).toBeGreaterThan(900);
    expect(held('producer.hello')).toBeLessThanOrEqual(1000);
    expect(held('alert.firing')).toBeLessThanOrEqual(1000);
  });

  it('counts what small content takes beside its text', async () => {
    const log = open({ detailBytes: 100_000 });
    const none = { run: undefined, span: undefined, a: {} };
    const lines = Array.from({ length: 1000 }, () => logEvent({ ...none, type: 'log', detail: { message: 'x' } }));
    await log.append('p', lines);
    const found = await Promise.all(lines.map(({ id }) => log.readDetail('p', { eventId: id })));
    const heldLines = found.filter((detail) => detail !== undefined).length;
    expect(heldLines).toBeGreaterThan(50);
    expect(heldLines).toBeLessThan(150);
  });

  it('gives way to others within a batch, and numbers each batch in a row all the same', async () => {
    const log = open({ events: 100_000, eventBytes: 1e9, detailBytes: 1e9 });
    const input = 'word '.repeat(2000);
    const batch = () => Array.from({ length: 1000 }, () => logEvent({ detail: { input } }));
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const results = await Promise.all([log.append('p', batch()), log.append('p', batch()), log.append('q', batch())]);
    isOver = true;
    expect(turns).toBeGreaterThan(3);
    expect(results.map(({ from, to }) => [from, to])).toEqual([
      [0, 1000],
      [1000, 2000],
      [0, 1000],
    ]);
    expect(results[1]?.stored.map(({ seq }) => seq)).toEqual(Array.from({ length: 1000 }, (_, index) => 1001 + index));
    expect(results[1]?.spans).toHaveLength(1000);
  });

  it('bounds events by their bytes too', async () => {
    const log = open({ events: 10_000, eventBytes: 20_000 });
    for (let index = 0; index < 50; index += 1)
      await log.append(
        'p',
        Array.from({ length: 10 }, () => logEvent()),
      );
    const { head, oldest } = await log.head('p');
    expect(head).toBe(500);
    expect(head - oldest).toBeLessThan(150);
    expect(head - oldest).toBeGreaterThan(20);
  });

  it('keeps no content when told so, and still says what there was', async () => {
    const log = open({ detailBytes: 0 });
    const { stored } = await log.append('p', [logEvent({ span: 's', detail: { input: 'x' } })]);
    expect(stored[0]?.refs).toEqual({ input: { kind: 'text', sizeBytes: 3 } });
    expect(await log.readDetail('p', { runId: asRunId('trace_a1'), spanId: 's' as never })).toBeUndefined();
  });
});
