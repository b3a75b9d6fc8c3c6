import { describe, expect, it } from 'vitest';
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

describeRunLog('memory', async () => open());

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
