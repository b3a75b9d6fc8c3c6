import { createSimulator, type Simulator, type SimulatorOptions } from 'spanlight/simulator';
import { createMonitorStore, type MonitorStore, type Span } from 'spanlight/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventSchemas } from '../../src/model/eventSchemas.ts';
import { viewerRegistry } from '../../src/model/viewer.ts';
import { hiddenFields, pseudonymFields } from '../../src/simulator/readerForm.ts';

let simulator: Simulator;
let store: MonitorStore;
let phases: string[];

function connect(options: SimulatorOptions = {}): void {
  simulator = createSimulator({ seed: 7, historyMs: options.scenario ? 0 : 20_000, ...options });
  store = createMonitorStore({ transport: simulator.transport, detailSource: simulator.detailSource });
  phases = [];
  store.subscribe(() => {
    const { phase } = store.getState().connection;
    if (phases.at(-1) !== phase) phases.push(phase);
  });
  store.connect();
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const state = () => store.getState();
const spans = (): Span[] => state().runIds.flatMap((id) => [...state().entities.spansOf(id)]);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  store.destroy();
  vi.useRealTimers();
});

describe('createSimulator', () => {
  it('is live within a blink, with what happened before, and goes on', async () => {
    connect();
    await pass(500);
    expect(state().connection.phase).toBe('live');
    expect(state().runIds.length).toBeGreaterThan(5);
    expect(state().session).toMatchObject({ roles: ['developer', 'approver'], project: 'simulator' });
    const before = state().counters.acceptedEvents;
    await pass(30_000);
    expect(state().counters.acceptedEvents - before).toBeGreaterThan(200);
    expect(state().counters).toMatchObject({ rejectedEvents: 0, unknownTypeEvents: 0, cyclesCut: 0 });
    expect(state().gaps).toEqual([]);
    expect(phases).toEqual(['connecting', 'live']);
  });

  it('shows the same for the same seed', async () => {
    const see = async () => {
      vi.setSystemTime(1_800_000_000_000);
      connect({ seed: 11 });
      await pass(20_000);
      const seen = spans().map(({ key, name, startedAtMs, endedAtMs }) => [key, name, startedAtMs, endedAtMs]);
      store.destroy();
      return seen;
    };
    const first = await see();
    expect(first.length).toBeGreaterThan(50);
    expect(await see()).toEqual(first);
  });

  it('plays one scenario in its own time', async () => {
    connect({ scenario: 'mock', historyMs: 41_200 });
    await pass(200);
    const [runId] = state().runIds;
    const run = () => runId && state().entities.getRun(runId);
    expect(run()).toMatchObject({ status: 'running', spanCount: 14, openSpanCount: 3 });
    await pass(2000);
    expect(run()).toMatchObject({ status: 'completed' });
  });

  it('catches up after a cut, without a gap and without a double', async () => {
    connect();
    await pass(5000);
    simulator.goOffline();
    await pass(20_000);
    expect(state().connection.phase).toBe('reconnecting');
    const held = spans().length;
    simulator.goOnline();
    store.retry();
    await pass(3000);
    expect(state().connection.phase).toBe('live');
    expect(phases).toContain('catching-up');
    expect(spans().length).toBeGreaterThan(held);
    expect(state().counters).toMatchObject({ repeatedEvents: 0 });
    expect(state().gaps).toEqual([]);
  });

  it('recovers from one cut by itself', async () => {
    connect();
    await pass(3000);
    simulator.cut();
    await pass(2000);
    expect(state().connection.phase).toBe('live');
    expect(phases.slice(0, 3)).toEqual(['connecting', 'live', 'reconnecting']);
  });

  it('reaches offline, and stays there until the line is back', async () => {
    connect();
    await pass(1000);
    simulator.goOffline();
    await pass(70_000);
    expect(state().connection).toMatchObject({ phase: 'offline', isAuthFailure: false, code: 'transport.unreachable' });
    simulator.goOnline();
    await pass(25_000);
    expect(state().connection.phase).toBe('live');
  });

  it('refuses the token, until it accepts it again and somebody retries', async () => {
    connect();
    await pass(1000);
    simulator.refuseToken();
    await pass(1000);
    expect(state().connection).toMatchObject({ phase: 'offline', isAuthFailure: true });
    await pass(120_000);
    expect(state().connection.phase).toBe('offline');
    simulator.acceptToken();
    store.retry();
    await pass(1000);
    expect(state().connection.phase).toBe('live');
  });

  it('falls silent: the session notices by itself', async () => {
    connect();
    await pass(1000);
    simulator.freeze();
    await pass(20_000);
    expect(state().connection.phase).toBe('live');
    await pass(10_000);
    expect(state().connection.phase).toBe('reconnecting');
    simulator.thaw();
    await pass(30_000);
    expect(state().connection.phase).toBe('live');
  });

  it('lags, and is live again when it no longer does', async () => {
    connect({ ratePerSec: 60 });
    await pass(1000);
    simulator.setLag(4000);
    await pass(12_000);
    expect(state().connection).toMatchObject({ phase: 'slow' });
    simulator.setLag(0);
    await pass(2000);
    expect(state().connection.phase).toBe('live');
    expect(state().gaps).toEqual([]);
  });

  it('tells of events that are lost: cause and number', async () => {
    connect({ ratePerSec: 60 });
    await pass(1000);
    simulator.loseEvents(37);
    await pass(10_000);
    expect(state().gaps.every(({ why }) => why === 'store')).toBe(true);
    expect(state().gaps.reduce((sum, { missingEvents = 0 }) => sum + missingEvents, 0)).toBe(37);
    expect(phases).toEqual(['connecting', 'live']);
  });

  it('comes up with another epoch: what was held stays, marked', async () => {
    connect({ scenario: 'approval-wait' });
    await pass(20_000);
    const { epoch, runIds } = state();
    simulator.restartRelay();
    await pass(2000);
    expect(state().epoch).not.toBe(epoch);
    expect(state().connection.phase).toBe('live');
    expect(state().gaps).toMatchObject([{ why: 'epoch' }]);
    expect(runIds.map((id) => state().entities.getRun(id)?.isBeforeRestart)).toEqual([true]);
  });

  it('tells of what a reader missed that was away for too long', async () => {
    connect({ ratePerSec: 60, historyMs: 1000 });
    await pass(1000);
    simulator.goOffline();
    await pass(200_000);
    simulator.goOnline();
    store.retry();
    await pass(3000);
    expect(state().gaps).toMatchObject([{ why: 'retention' }]);
    expect(state().connection.phase).toBe('live');
  });

  it('pauses and goes on where it was: the line stays up, nothing is missing', async () => {
    connect({ ratePerSec: 60 });
    await pass(2000);
    simulator.pause();
    await pass(200);
    const { acceptedEvents } = state().counters;
    await pass(60_000);
    expect([simulator.isPaused, state().counters.acceptedEvents, state().connection.phase]).toEqual([
      true,
      acceptedEvents,
      'live',
    ]);
    simulator.resume();
    await pass(5000);
    expect(state().counters.acceptedEvents).toBeGreaterThan(acceptedEvents + 100);
    expect(state().counters.acceptedEvents).toBeLessThan(acceptedEvents + 1000); // no minute of traffic at once
    expect(state().throughput.lagMs).toBeLessThan(2000);
    for (const { startedAtMs = 0, endedAtMs = startedAtMs } of spans())
      expect(endedAtMs).toBeGreaterThanOrEqual(startedAtMs);
  });

  it('does not drown a machine that slept', async () => {
    connect({ ratePerSec: 50 });
    await pass(1000);
    store.disconnect();
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    store.connect();
    await pass(2000);
    expect(state().connection.phase).toBe('live');
    expect(state().counters.acceptedEvents).toBeLessThan(20_000);
  });

  it('lets its agents stand still where the page cannot keep up, says how long, and nothing happens twice or in no order', async () => {
    connect({ ratePerSec: 1000, historyMs: 500 });
    await pass(500);
    expect(simulator.skippedMs).toBe(0);
    const before = state().counters.acceptedEvents;
    const startedAtMs = Date.now();
    for (let step = 0; step < 5; step += 1) {
      vi.setSystemTime(Date.now() + 2000); // every step comes two seconds late
      await pass(100);
    }
    const passedMs = Date.now() - startedAtMs;
    const accepted = state().counters.acceptedEvents - before;
    expect(accepted).toBeLessThan(5 * 600); // twice as many happen in a step of this length
    expect(accepted).toBeGreaterThan(5 * 400);
    expect(simulator.skippedMs).toBeGreaterThan(passedMs * 0.4);
    expect(simulator.skippedMs).toBeLessThan(passedMs);
    expect(state().throughput.lagMs).toBeLessThan(2000);
    expect(state().gaps).toEqual([]);
    for (const span of spans())
      expect(span.endedAtMs ?? Number.MAX_VALUE).toBeGreaterThanOrEqual(span.startedAtMs ?? 0);
    const { skippedMs } = simulator;
    await pass(500); // it keeps up again
    expect(simulator.skippedMs).toBe(skippedMs);
  });

  it('brings all that was missed to who was away for a minute', async () => {
    connect({ ratePerSec: 30 });
    await pass(1000);
    simulator.goOffline();
    await pass(60_000);
    simulator.goOnline();
    const before = state().counters.acceptedEvents;
    store.retry();
    await pass(2000);
    expect(simulator.skippedMs).toBe(0);
    expect(state().counters.acceptedEvents - before).toBeGreaterThan(1000);
  });

  it('follows rate and error rate', async () => {
    connect({ ratePerSec: 2, errorRate: 0 });
    await pass(5000);
    const failed = () => state().runIds.filter((id) => state().entities.getRun(id)?.status === 'failed').length;
    expect(failed()).toBe(0);
    const before = state().counters.acceptedEvents;
    simulator.ratePerSec = 200;
    simulator.errorRate = 1;
    await pass(30_000);
    expect(state().counters.acceptedEvents - before).toBeGreaterThan(2000);
    expect(failed()).toBeGreaterThan(20);
    expect(() => {
      simulator.ratePerSec = 0;
    }).toThrow(/simulator\.bad-option/);
    expect(simulator.ratePerSec).toBe(200);
  });

  it('starts anew with another seed', async () => {
    connect();
    await pass(2000);
    const before = new Set(state().runIds);
    simulator.reseed(99);
    await pass(3000);
    expect(state().connection.phase).toBe('live');
    expect(state().runIds.filter((id) => !before.has(id)).length).toBeGreaterThan(5);
  });

  it('loads content as the role allows it, and drops it when the role changes', async () => {
    connect({ scenario: 'support-handoff', historyMs: 30_000 });
    await pass(500);
    const call = spans().find(({ kind }) => kind === 'llm');
    if (!call) throw new Error('no model call');
    expect(call.detail).toBeUndefined();
    expect(call.detailRefs?.input).toMatchObject({ kind: 'messages', count: 2 });
    const detail = await store.loadDetail(call.key);
    expect(detail.input).toMatchObject([{ role: 'system' }, { role: 'user' }]);
    expect(detail.output).toMatchObject([{ role: 'assistant' }]);

    simulator.setRoles(['viewer']);
    await pass(1500);
    expect(state().session).toMatchObject({ roles: ['viewer'], can: ['read.shape'] });
    expect(state().details.size).toBe(0);
    await expect(store.loadDetail(call.key)).rejects.toMatchObject({ code: 'detail.forbidden' });
    await expect(simulator.detailSource.loadDetail(call.key)).rejects.toMatchObject({ code: 'detail.forbidden' });
  });

  it('fails to load what is not there, or over a line that is down', async () => {
    connect({ scenario: 'mock' });
    await pass(500);
    const key = spans()[0]?.key as Span['key'];
    await expect(simulator.detailSource.loadDetail(`${key}x` as Span['key'])).rejects.toMatchObject({
      code: 'detail.not-found',
    });
    simulator.goOffline();
    await expect(simulator.detailSource.loadDetail(key)).rejects.toMatchObject({ code: 'detail.unreachable' });
    await expect(simulator.detailSource.loadWorkflow()).rejects.toMatchObject({ code: 'detail.unreachable' });
    simulator.goOnline();
    expect(await simulator.detailSource.loadWorkflow()).toMatchObject({ title: 'support-triage.json' });
  });

  it('shows a viewer no person and no tag', async () => {
    connect({ roles: ['viewer'] });
    await pass(20_000);
    const runs = state().runIds.flatMap((id) => state().entities.getRun(id) ?? []);
    expect(runs.some(({ userId }) => userId !== undefined)).toBe(true);
    for (const { userId = 'user 0', tags } of runs) {
      expect(userId).toMatch(/^user [0-9a-f]+$/);
      expect(tags).toBeUndefined();
    }
  });

  it('has a form for every field that the model marks', () => {
    const marked = (mark: string) =>
      new Set(
        Object.values(eventSchemas)
          .flatMap(({ shape }) => Object.entries(shape))
          .filter(([, schema]) => viewerRegistry.get(schema)?.viewer === mark)
          .map(([name]) => name),
      );
    expect(new Set(Object.keys(pseudonymFields))).toEqual(marked('pseudonym'));
    expect(new Set(hiddenFields)).toEqual(marked('hide'));
  });

  it('streams words to who has the run open, and only then', async () => {
    connect({ scenario: 'cost-spike' });
    await pass(500);
    const [runId] = state().runIds;
    await pass(20_000);
    expect(state().liveText.size).toBe(0);
    const release = store.hold(`run:${runId}`);
    await pass(300);
    const [text = ''] = state().liveText.values();
    expect(text.length).toBeGreaterThan(0);
    expect('A summary of 214 reports, by region and year.'.startsWith(text)).toBe(true);
    release();
  });

  it('streams no words to who may read no content', async () => {
    connect({ scenario: 'cost-spike', roles: ['viewer'] });
    await pass(500);
    store.hold(`run:${state().runIds[0]}`);
    await pass(25_000);
    expect(state().liveText.size).toBe(0);
  });

  it('takes a decision, as the relay would', async () => {
    connect({ scenario: 'approval-wait', historyMs: 60_000 });
    await pass(500);
    const [pending] = state().pendingApprovals;
    if (!pending) throw new Error('nothing waits');
    simulator.decide(pending.runId, pending.callId, 'approved');
    await pass(200);
    expect(state().pendingApprovals).toEqual([]);
    expect(state().entities.approvalsOf(pending.runId)).toMatchObject([{ state: 'approved', decidedBy: 'you' }]);
  });
});
