import { describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/createFold.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId, asSpanId, spanKeyOf } from '../../src/model/ids.ts';
import type { RunLog } from '../../src/relay/run-log/RunLog.ts';
import { onEnd } from './support.ts';

const run = asRunId('trace_a1');
let counter = 0;
export const logEvent = (fields: Record<string, unknown> = {}): MonitorEvent => {
  counter += 1;
  return {
    id: `event-${counter}`,
    type: 'span.start',
    sv: 1,
    ts: 1000 + counter,
    run,
    span: `span_${counter}`,
    a: { kind: 'tool', name: 'look', startedAtMs: 1000 + counter },
    ...fields,
  } as unknown as MonitorEvent;
};

const factsIn = async (
  log: RunLog,
  project = 'p',
  runId?: typeof run,
): Promise<{ at: number; facts: MonitorEvent[] }> => {
  const { at, facts } = await log.snapshot(project, runId);
  const all: MonitorEvent[] = [];
  for await (const some of facts) all.push(...some);
  return { at, facts: all };
};

export interface RunLogUnderTest {
  readonly log: RunLog;
  /** Makes the events too old that are there now, except those of runs that still run. Default: as many as are over the 100 it keeps. */
  readonly letGo?: (() => Promise<void>) | undefined;
}

/** The whole contract of a log, for each kind. @param create - a log that keeps 100 events a project, or lets go when it is told */
export function describeRunLog(kind: string, create: () => Promise<RunLogUnderTest>): void {
  const openBoth = async () => {
    const { log, letGo } = await create();
    onEnd(() => log.close());
    return { log, letGo };
  };
  const open = async () => (await openBoth()).log;

  describe(`the ${kind} log`, () => {
    it('is empty at first', async () => {
      const log = await open();
      expect(await log.head('p')).toEqual({
        epoch: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        head: 0,
        oldest: 1,
      });
      expect(await log.read('p', 0, 10, 10)).toEqual([]);
      expect(await log.readDetail('p', { runId: run })).toBeUndefined();
    });

    it('says what runs say of themselves, merged, in one project only', async () => {
      const log = await open();
      const [other, unknown] = [asRunId('trace_b2'), asRunId('trace_c3')];
      await log.append('p', [
        logEvent({ type: 'run.end', span: undefined, a: { userId: 'late', endedAtMs: 5 } }),
        logEvent({ type: 'run.start', span: undefined, a: { userId: 'early', sessionId: 's', tags: ['x', 'y'] } }),
        logEvent({ run: other }),
      ]);
      const facts = await log.readRunFacts('p', [run, other, unknown]);
      expect(facts.get(run)).toEqual({ userId: 'late', sessionId: 's', tags: ['x', 'y'] });
      expect(facts.get(other)).toEqual({});
      expect(facts.has(unknown)).toBe(false);
      expect((await log.readRunFacts('q', [run])).size).toBe(0);
    });

    it('knows the run of an event that stands alone', async () => {
      const log = await open();
      const line = logEvent({ type: 'log', span: undefined, a: { level: 'info' }, detail: { message: 'm' } });
      const common = logEvent({ type: 'log', run: undefined, span: undefined, a: {}, detail: { message: 'm' } });
      await log.append('p', [line, common]);
      expect(await log.runOfEvent('p', line.id)).toBe(run);
      expect(await log.runOfEvent('p', common.id)).toBeUndefined();
      expect(await log.runOfEvent('p', 'nobody')).toBeUndefined();
      expect(await log.runOfEvent('q', line.id)).toBeUndefined();
    });

    it('numbers from 1 without a hole, whatever the events say of themselves', async () => {
      const log = await open();
      const first = await log.append('p', [logEvent({ seq: 7, rts: 3 }), logEvent()]);
      expect(first).toMatchObject({
        from: 0,
        to: 2,
        verdicts: [
          { st: 'ok', seq: 1 },
          { st: 'ok', seq: 2 },
        ],
      });
      expect(first.stored.map(({ seq, rts }) => [seq, rts === 3])).toEqual([
        [1, false],
        [2, false],
      ]);
      expect(await log.append('p', [logEvent()])).toMatchObject({ from: 2, to: 3, epoch: first.epoch });
    });

    it('numbers appends that run at once without a hole', async () => {
      const log = await open();
      const results = await Promise.all(Array.from({ length: 20 }, () => log.append('p', [logEvent(), logEvent()])));
      const numbers = results.flatMap((result) => result.verdicts.map((verdict) => verdict.seq ?? 0));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    });

    it('tells each append where it began and ended, also of those that were stored together', async () => {
      const log = await open();
      const known = logEvent();
      await log.append('p', [known]);
      const many = Array.from({ length: 12 }, (_, index) =>
        log.append('p', index % 3 === 2 ? [known] : [logEvent(), known, logEvent()]),
      );
      let at = 1;
      for (const [index, { from, to, verdicts }] of (await Promise.all(many)).entries()) {
        const stored = index % 3 === 2 ? 0 : 2;
        expect({ from, to }).toEqual({ from: at, to: at + stored });
        expect(verdicts.map(({ st }) => st)).toEqual(stored ? ['ok', 'dup', 'ok'] : ['dup']);
        at = to;
      }
      expect(await log.head('p')).toMatchObject({ head: at });
    });

    it('stores an id once, in one batch and over batches', async () => {
      const log = await open();
      const event = logEvent();
      const { verdicts, stored } = await log.append('p', [event, event, logEvent()]);
      expect(verdicts.map(({ st, seq }) => [st, seq])).toEqual([
        ['ok', 1],
        ['dup', 1],
        ['ok', 2],
      ]);
      expect(stored).toHaveLength(2);
      expect(await log.append('p', [event])).toMatchObject({
        from: 2,
        to: 2,
        verdicts: [{ st: 'dup', seq: 1 }],
        stored: [],
      });
    });

    it('reads (from, to], oldest first, within the limit, until they are too old', async () => {
      const { log, letGo } = await openBoth();
      for (let batch = 0; batch < 15; batch += 1) {
        if (batch === 5) await letGo?.();
        await log.append(
          'p',
          Array.from({ length: 10 }, () => logEvent({ type: 'log', span: undefined, a: { level: 'info' } })),
        );
      }
      const { head, oldest } = await log.head('p');
      expect([head, oldest]).toEqual([150, 51]);
      const numbers = async (from: number, to: number, limit: number) =>
        (await log.read('p', from, to, limit)).map((event) => event.seq);
      expect(await numbers(60, 63, 10)).toEqual([61, 62, 63]);
      expect(await numbers(148, 400, 10)).toEqual([149, 150]);
      expect(await numbers(60, 150, 2)).toEqual([61, 62]);
      expect((await numbers(0, 150, 1000))[0]).toBe(51);
    });

    it('keeps content apart, merged part by part', async () => {
      const log = await open();
      const span = asSpanId('span_x');
      await log.append('p', [
        logEvent({ type: 'span.end', span, ts: 5, detail: { output: 'end' } }),
        logEvent({ type: 'span.start', span, ts: 9, detail: { input: 'start', output: 'early' } }),
      ]);
      expect(await log.readDetail('p', { runId: run, spanId: span })).toEqual({ input: 'start', output: 'end' });
      const [stored] = await log.read('p', 0, 1, 1);
      expect(stored).not.toHaveProperty('detail');
      expect(stored?.refs).toEqual({ output: { kind: 'text', sizeBytes: 5 } });
      expect(JSON.stringify((await factsIn(log)).facts)).not.toContain('early');
    });

    it('gives the spans a batch touched, as merged', async () => {
      const log = await open();
      await log.append('p', [logEvent({ span: 'span_x' })]);
      const { spans } = await log.append('p', [
        logEvent({ type: 'span.end', span: 'span_x', a: { endedAtMs: 5000, status: 'ok' } }),
      ]);
      expect(spans).toMatchObject([{ spanId: 'span_x', kind: 'tool', name: 'look', endedAtMs: 5000, status: 'ok' }]);
    });

    it('has facts at its head that fold to the same state as all events', async () => {
      const log = await open();
      const events = Array.from({ length: 60 }, (_, index) =>
        logEvent({
          span: `span_${index % 20}`,
          type: index < 20 ? 'span.start' : 'span.end',
          a: { name: `n${index % 7}`, kind: 'tool' },
        }),
      );
      await log.append('p', events);
      const { at, facts } = await factsIn(log);
      expect(at).toBe(60);
      const [fromFacts, fromEvents] = [createFold(), createFold()];
      for (const fact of facts) fromFacts.apply(fact);
      for (const event of events) fromEvents.apply(event);
      fromFacts.settle();
      fromEvents.settle();
      for (let index = 0; index < 20; index += 1) {
        const key = spanKeyOf(run, asSpanId(`span_${index}`));
        expect(fromFacts.reader.getSpan(key)).toMatchObject({ name: fromEvents.reader.getSpan(key)?.name });
      }
      expect(fromFacts.reader.spanCount).toBe(20);
    });

    it('gives the facts of one run, and lines of the log with them', async () => {
      const log = await open();
      await log.append('p', [
        logEvent(),
        logEvent({ run: 'trace_b2' }),
        logEvent({ type: 'log', a: { level: 'info' } }),
      ]);
      const { facts } = await factsIn(log, 'p', run);
      expect(new Set(facts.map((fact) => fact.run))).toEqual(new Set([run]));
      expect(facts.some((fact) => fact.type === 'log')).toBe(true);
    });

    it('keeps projects apart in every answer', async () => {
      const log = await open();
      const event = logEvent({ detail: { input: 'of p' } });
      await log.append('p', [event]);
      expect(await log.append('q', [event])).toMatchObject({ verdicts: [{ st: 'ok', seq: 1 }] });
      expect((await log.head('p')).epoch).not.toBe((await log.head('q')).epoch);
      expect((await log.head('r')).head).toBe(0);
      expect((await factsIn(log, 'r')).facts).toEqual([]);
      const key = { runId: run, spanId: asSpanId(event.span ?? '') };
      expect(await log.readDetail('p', key)).toEqual({ input: 'of p' });
      expect(await log.readDetail('r', key)).toBeUndefined();
    });
  });
}
