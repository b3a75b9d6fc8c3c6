import fc from 'fast-check';
import { type ScenarioName, type SimulateRunOptions, scenarioNames, simulateRun } from 'spanlight/simulator';
import type { MonitorEvent, Run, Span } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/index.ts';
import { parseEvent } from '../../src/model/validateEvent.ts';
import { scenarios } from '../../src/simulator/scenarios/index.ts';

function foldOf(events: readonly MonitorEvent[]) {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  fold.settle();
  return fold;
}

function onlyRun(options: SimulateRunOptions): { run: Run; spans: Span[] } {
  const { reader } = foldOf(simulateRun(options));
  const [runId, ...others] = reader.runIds;
  const run = runId && reader.getRun(runId);
  if (!run || others.length > 0) throw new Error(`${options.scenario} is not one run`);
  return { run, spans: [...reader.spansOf(run.runId)] };
}

const small = { 'large-trace': { spans: 300 } } as Partial<Record<ScenarioName, Partial<SimulateRunOptions>>>;
const oneRun = scenarioNames.filter((scenario) => scenarios[scenario].endsAs !== undefined);
const scenarioAndSeed = fc.record({
  scenario: fc.constantFrom(...scenarioNames.filter((name) => name !== 'burst' && name !== 'dashboard')),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  spans: fc.constant(200),
});

describe('simulateRun', () => {
  it('gives the same events for the same seed and start, and others for another', () => {
    fc.assert(
      fc.property(scenarioAndSeed, (options) => {
        expect(simulateRun(options)).toEqual(simulateRun(options));
        const idsOf = (more: Partial<SimulateRunOptions>) =>
          new Set(simulateRun({ ...options, ...more }).map(({ id }) => id));
        const ids = idsOf({});
        for (const other of [idsOf({ seed: options.seed + 1 }), idsOf({ startAtMs: 1_800_000_000_000 })]) {
          expect([...other].filter((id) => ids.has(id))).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('gives only events that the model accepts as they are, in the order of sending, numbered without a hole', () => {
    fc.assert(
      fc.property(scenarioAndSeed, (options) => {
        const events = simulateRun(options);
        for (const event of events) expect(parseEvent(JSON.parse(JSON.stringify(event))).issue).toBeUndefined();
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
        const numbers = events.flatMap(({ prod }) => (prod ? [prod.n] : []));
        expect(numbers).toEqual(numbers.map((_unused, index) => index + 1));
      }),
      { numRuns: 30 },
    );
  });

  it.each(oneRun)('%s ends as it promises, with nothing repeated and no circle', (scenario) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const events = simulateRun({ scenario, seed, ...small[scenario] });
      const { reader, counters } = foldOf(events);
      expect(reader.runIds.map((id) => reader.getRun(id)?.status)).toEqual([scenarios[scenario].endsAs]);
      expect(counters).toEqual({ repeatedEvents: 0, cyclesCut: 0 });
    }
  });

  it('carries content inline, or its kind and size alone', () => {
    const inline = simulateRun({ scenario: 'support-handoff' });
    const refs = simulateRun({ scenario: 'support-handoff', content: 'refs' });
    expect(refs.map(({ id }) => id)).toEqual(inline.map(({ id }) => id));
    expect(refs.some(({ detail }) => detail !== undefined)).toBe(false);
    const at = inline.findIndex(({ type, detail }) => type === 'span.end' && Array.isArray(detail?.output));
    const output = (inline[at]?.detail?.output ?? []) as unknown[];
    const sizeBytes = Buffer.byteLength(JSON.stringify(output));
    expect(refs[at]?.refs?.output).toMatchObject({ count: output.length, sizeBytes });
    expect(JSON.stringify(refs)).not.toContain('refund this payment');
  });

  it('lets every priced call be followed by its price, or leaves prices to the relay', () => {
    const { run, spans } = onlyRun({ scenario: 'support-handoff' });
    const calls = spans.filter(({ kind }) => kind === 'llm');
    expect(calls.length).toBeGreaterThan(2);
    expect(calls.every(({ costNanoUsd, costSource }) => costNanoUsd && costSource === 'computed')).toBe(true);
    expect(run.totals.costNanoUsd).toBe(calls.reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0));
    const bare = simulateRun({ scenario: 'support-handoff', hasPrices: false });
    expect(bare.some(({ type }) => type === 'span.price')).toBe(false);
    expect(foldOf(bare).reader.getRun(run.runId)?.totals.unpricedCalls).toBe(calls.length);
  });

  it('hands off: the next agent stands beside the one that handed off', () => {
    const { run, spans } = onlyRun({ scenario: 'support-handoff', seed: 9 });
    expect(run.agentNames).toEqual(['Billing Agent', 'Triage Agent']);
    const handoff = spans.find(({ kind }) => kind === 'handoff');
    expect(handoff).toMatchObject({ fromAgent: 'Triage Agent', toAgent: 'Billing Agent' });
    const agents = spans.filter(({ kind }) => kind === 'agent');
    expect(agents.map(({ parentId }) => parentId)).toEqual([agents[0]?.parentId, agents[0]?.parentId]);
    expect(agents[1]?.startedAtMs).toBeGreaterThanOrEqual(handoff?.endedAtMs ?? Number.NaN);
  });

  it('runs tools side by side', () => {
    const { spans } = onlyRun({ scenario: 'parallel-tools' });
    const tools = spans.filter(({ kind }) => kind === 'tool');
    expect(tools).toHaveLength(4);
    expect(new Set(tools.map(({ startedAtMs }) => startedAtMs)).size).toBe(1);
    expect(tools.filter(({ status }) => status === 'error')).toHaveLength(1);
  });

  it('numbers the attempts, and only the last has tokens', () => {
    const { spans } = onlyRun({ scenario: 'retry-fallback' });
    const calls = spans.filter(({ kind }) => kind === 'llm');
    expect(calls.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 'error'],
      [2, 'error'],
      [3, 'ok'],
    ]);
    expect(calls.map(({ usage }) => usage !== undefined)).toEqual([false, false, true]);
    expect(calls[2]).toMatchObject({ provider: 'anthropic', requestModel: 'claude-sonnet-4-5' });
  });

  it('names the call that failed the run', () => {
    const { run, spans } = onlyRun({ scenario: 'failing-run' });
    const failed = spans.find(({ spanId }) => spanId === run.failedSpanId);
    expect(failed).toMatchObject({ kind: 'llm', errorCode: 'http.400' });
  });

  it('waits for a person, then follows the decision', () => {
    const waiting = foldOf(simulateRun({ scenario: 'approval-wait' })).reader;
    const [runId] = waiting.runIds;
    expect(runId && waiting.approvalsOf(runId)).toMatchObject([{ state: 'pending', toolName: 'issue_refund' }]);
    const executed = (scenario: ScenarioName) =>
      onlyRun({ scenario }).spans.filter(({ name, isExecuted }) => name === 'issue_refund' && isExecuted !== false)
        .length;
    expect([executed('approval-approved'), executed('approval-rejected'), executed('approval-expired')]).toEqual([
      1, 0, 0,
    ]);
  });

  it('costs a multiple of the usual run in a cost spike', () => {
    const usual = onlyRun({ scenario: 'support-handoff' }).run.totals.costNanoUsd;
    expect(onlyRun({ scenario: 'cost-spike' }).run.totals.costNanoUsd).toBeGreaterThan(usual * 15);
  });

  it('drifts: each run is slower than the usual one by up to eight times', () => {
    const { reader } = foldOf(simulateRun({ scenario: 'latency-drift' }));
    const durations = reader.runIds.map((id) => {
      const run = reader.getRun(id);
      return (run?.endedAtMs ?? 0) - (run?.startedAtMs ?? 0);
    });
    const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    expect(durations).toHaveLength(24);
    expect(mean(durations.slice(-6))).toBeGreaterThan(4 * mean(durations.slice(0, 6)));
  });

  it('bursts: thousands of events in a second', () => {
    const perSecond = new Map<number, number>();
    for (const { ts } of simulateRun({ scenario: 'burst' })) {
      const second = Math.floor(ts / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeGreaterThan(2000);
  });

  it('makes one run of exactly as many spans and levels as asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), fc.integer({ min: 2, max: 12 }), fc.nat(), (spans, depth, seed) => {
        const { reader } = foldOf(simulateRun({ scenario: 'large-trace', spans, depth, seed }));
        const all = reader.runIds.flatMap((id) => [...reader.spansOf(id)]);
        const depthOf = new Map<string, number>();
        for (const span of all) depthOf.set(span.spanId, (depthOf.get(span.parentId ?? '') ?? 0) + 1);
        expect([all.length, Math.max(...depthOf.values())]).toEqual([spans, Math.min(spans, depth)]);
      }),
      { numRuns: 40 },
    );
  });

  it('sends children before their parents, and one parent never', () => {
    const events = simulateRun({ scenario: 'late-parent' });
    const seen = new Set<string>();
    let early = 0;
    for (const { type, span, parent } of events) {
      if (type === 'span.start' && parent && !seen.has(parent)) early += 1;
      if (type === 'span.start' && span) seen.add(span);
    }
    expect(early).toBeGreaterThanOrEqual(3);
    const { reader } = foldOf(events);
    const spans = reader.runIds.flatMap((id) => [...reader.spansOf(id)]);
    expect(spans.filter(({ isOrphan }) => isOrphan)).toHaveLength(2);
  });

  it('lets spans of a process with a wrong clock begin before their parent', () => {
    const { spans } = onlyRun({ scenario: 'clock-skew' });
    const startOf = new Map(spans.map(({ spanId, startedAtMs = 0 }) => [spanId, startedAtMs]));
    const before = spans.filter(
      ({ parentId, startedAtMs = 0 }) => parentId && startedAtMs < (startOf.get(parentId) ?? 0),
    );
    expect(before).toHaveLength(1);
  });

  it('cuts at a moment: what is sent later is not there', () => {
    const whole = simulateRun({ scenario: 'support-handoff' });
    const cut = simulateRun({ scenario: 'support-handoff', untilMs: 2000 });
    expect(cut).toEqual(whole.slice(0, cut.length));
    expect(cut.length).toBeLessThan(whole.length);
    expect(onlyRun({ scenario: 'support-handoff', untilMs: 2000 }).run.status).toBe('running');
  });

  it('shows the run of the reference picture', () => {
    const { run, spans } = onlyRun({ scenario: 'mock', untilMs: 41_200 });
    expect(run).toMatchObject({
      runId: 'run_8f2c41',
      name: 'Support triage',
      userId: 'u_2291',
      status: 'running',
      spanCount: 14,
    });
    expect(run.totals).toMatchObject({ totalTokens: 18_400, costNanoUsd: 83_000_000 });
    const started = run.startedAtMs ?? 0;
    const rows = spans.map(({ kind, name, status, startedAtMs = 0, endedAtMs }) => [
      kind,
      name,
      status,
      Math.round((startedAtMs - started) / 100) / 10,
      endedAtMs === undefined ? undefined : (endedAtMs - startedAtMs) / 1000,
    ]);
    expect(rows).toEqual([
      ['agent', 'Triage Agent', 'running', 0, undefined],
      ['guardrail', 'pii_check', 'ok', 0.1, 0.4],
      ['llm', 'classify', 'ok', 0.5, 2.6],
      ['tool', 'search_knowledge_base', 'ok', 3.1, 1.8],
      ['retrieval', 'kb_vectors', 'ok', 3.3, 1.4],
      ['llm', 'plan', 'ok', 5, 4.7],
      ['handoff', 'handoff to Billing Agent', 'ok', 9.9, 0.002],
      ['agent', 'Billing Agent', 'running', 10, undefined],
      ['tool', 'get_invoice', 'ok', 10.2, 0.8],
      ['tool', 'refund_policy.lookup', 'error', 11.3, 8.1],
      ['tool', 'refund_policy.lookup', 'ok', 19.7, 2.7],
      ['llm', 'decide', 'ok', 22.5, 8.3],
      ['approval', 'approve issue_refund', 'ok', 31, 7.9],
      ['tool', 'issue_refund', 'running', 39.1, undefined],
    ]);
    expect(spans.filter(({ name }) => name === 'refund_policy.lookup').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('shows the runs around it', () => {
    const { reader } = foldOf(simulateRun({ scenario: 'dashboard', untilMs: 41_200 }));
    const statuses = reader.runIds.map((id) => reader.getRun(id)?.status);
    const count = (status: string) => statuses.filter((one) => one === status).length;
    expect([count('running'), count('waiting'), count('failed'), count('cancelled')]).toEqual([3, 1, 1, 1]);
  });

  it('refuses what it does not know, with a code', () => {
    expect(() => simulateRun({ scenario: 'constructor' as ScenarioName })).toThrow(/simulator\.unknown-scenario/);
    expect(() => simulateRun({ scenario: 'large-trace', spans: 1 })).toThrow(/simulator\.bad-option/);
    expect(() => simulateRun({ scenario: 'large-trace', depth: 2.5 })).toThrow(/simulator\.bad-option/);
  });
});
