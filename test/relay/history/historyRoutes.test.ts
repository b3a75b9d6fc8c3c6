import { randomUUID } from 'node:crypto';
import type { Relay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { createFold } from '../../../src/fold/createFold.ts';
import type { Role } from '../../../src/model/capabilities.ts';
import type {
  AlertsPage,
  ApprovalsPage,
  ErrorsAnswer,
  LogsPage,
  MetricsAnswer,
  RunFactsPage,
  RunsPage,
  ScoresPage,
} from '../../../src/model/history.ts';
import { asRunId } from '../../../src/model/ids.ts';
import { get, send, startRelay } from '../support.ts';
import { eventsOf, FIRST_MS, lineEvent, type PlannedRun, planRuns } from './planRuns.ts';

const ask = async <Answer>(relay: Relay, path: string, role: Role = 'developer'): Promise<Answer> => {
  const response = await get(relay, path, role);
  expect({ path, status: response.status }).toEqual({ path, status: 200 });
  return (await response.json()) as Answer;
};
const refusal = async (relay: Relay, path: string, role: Role = 'developer') => {
  const response = await get(relay, path, role);
  const { error } = (await response.json()) as { error: { code: string; param?: string; message: string } };
  return { status: response.status, code: error.code, param: error.param, message: error.message };
};
const allRuns = async (relay: Relay, query: string, role: Role = 'developer', between = async () => {}) => {
  const runs: RunsPage['runs'][number][] = [];
  for (let cursor = ''; ; ) {
    const page = await ask<RunsPage>(relay, `/v1/runs?${query}${cursor}`, role);
    runs.push(...page.runs);
    if (page.next === undefined) return runs;
    cursor = `&cursor=${page.next}`;
    await between();
  }
};
const fill = async (relay: Relay, plans: readonly PlannedRun[]) => {
  const events = plans.flatMap(eventsOf);
  for (let at = 0; at < events.length; at += 900) await send(relay, events.slice(at, at + 900));
};
const idsOf = (runs: RunsPage['runs']) => runs.map(({ run }) => run.runId as string);

describe('GET /v1/runs', () => {
  it('pages through all runs, newest first, while others come in', async () => {
    const relay = await startRelay();
    const plans = planRuns(40, 3);
    await fill(relay, plans);
    let inserted = 100;
    const runs = await allRuns(relay, 'limit=6', 'developer', async () => {
      inserted += 2;
      await fill(relay, planRuns(2, 5, inserted));
    });
    const ids = idsOf(runs);
    expect(new Set(ids).size).toBe(ids.length);
    const own = new Set(plans.map(({ runId }) => runId));
    expect(ids.filter((id) => own.has(id))).toEqual(
      plans.toSorted((a, b) => b.startedAtMs - a.startedAtMs || b.order - a.order).map(({ runId }) => runId),
    );
  });

  it('takes every filter, and says what it shows', async () => {
    const relay = await startRelay();
    const plans = planRuns(60, 9);
    await fill(relay, plans);
    const wanted = plans.filter(
      (plan) =>
        plan.agent !== 'Triage' && plan.model === 'claude-4' && plan.userId === 'mary' && plan.durationMs >= 1000,
    );
    expect(wanted.length).toBeGreaterThan(2);
    const query =
      'agent=Billing&agent=Research%20Agent&model=claude-4&user=mary&minDurationMs=1000&status=completed&status=failed';
    const runs = await allRuns(relay, query);
    expect(idsOf(runs).sort()).toEqual(
      wanted
        .filter(({ isWaiting }) => !isWaiting)
        .map(({ runId }) => runId)
        .sort(),
    );
    expect(runs[0]).toMatchObject({ run: { userId: 'mary', name: 'Support' }, modelNames: ['claude-4'] });
    expect(JSON.stringify(runs)).not.toContain('"detail":');
    const found = await allRuns(relay, `text=RESEARCH&from=${FIRST_MS}&to=${FIRST_MS + 100_000}`);
    expect(idsOf(found).sort()).toEqual(
      plans
        .filter(({ agent, startedAtMs }) => agent === 'Research Agent' && startedAtMs < FIRST_MS + 100_000)
        .map(({ runId }) => runId)
        .sort(),
    );
  });

  it('shows a viewer stand-ins, and takes them as filters', async () => {
    const relay = await startRelay();
    const plans = planRuns(30, 15).map((plan) => ({
      ...plan,
      agent: plan.agent === 'Billing' ? 'mail mary@example.com' : plan.agent,
    }));
    await fill(relay, plans);
    const all = await allRuns(relay, '', 'viewer');
    expect(all).toHaveLength(30);
    expect(JSON.stringify(all)).not.toMatch(/mary|john|vip|session-\d/);
    const hidden = all.flatMap(({ run }) => run.agentNames).find((name) => name.startsWith('agent '));
    const person = all.find(({ run }) => run.userId !== undefined)?.run.userId ?? '';
    expect(person).toMatch(/^user [0-9a-f]{10}$/);
    const ofAgent = await allRuns(relay, `agent=${encodeURIComponent(hidden ?? '')}`, 'viewer');
    expect(idsOf(ofAgent).sort()).toEqual(
      plans
        .filter(({ agent }) => agent.startsWith('mail'))
        .map(({ runId }) => runId)
        .sort(),
    );
    const ofPerson = await allRuns(relay, `user=${encodeURIComponent(person)}`, 'viewer');
    expect(ofPerson.length).toBeGreaterThan(3);
    expect(new Set(ofPerson.map(({ run }) => run.userId))).toEqual(new Set([person]));
    // the words behind them find nothing: guesses cannot be tested
    for (const guess of [
      'user=mary',
      'user=john',
      `agent=${encodeURIComponent('mail mary@example.com')}`,
      'session=session-1',
    ]) {
      expect(await allRuns(relay, guess, 'viewer')).toEqual([]);
    }
  });

  it('lets a viewer search in what it sees and nothing else', async () => {
    const relay = await startRelay();
    await fill(relay, planRuns(30, 21));
    const found = async (text: string, role: Role) => (await allRuns(relay, `limit=3&text=${text}`, role)).length;
    for (const hidden of ['mary', 'vip', 'session-1', 'not%20found']) expect(await found(hidden, 'viewer')).toBe(0);
    for (const shown of ['research', 'claude', 'refund', 'order.not-found', 'Support', 'user%20']) {
      expect(await found(shown, 'viewer')).toBeGreaterThan(0);
    }
    expect(await found('mary', 'developer')).toBeGreaterThan(0);
    expect(await found('refund', 'developer')).toBe(await found('refund', 'viewer'));
  });

  it('names the parameter that is wrong, and never what was sent', async () => {
    const relay = await startRelay();
    const cases: readonly (readonly [string, string, string | undefined])[] = [
      ['/v1/runs?limit=0', 'query.bad-parameter', 'limit'],
      ['/v1/runs?limit=201', 'query.bad-parameter', 'limit'],
      ['/v1/runs?limit=1.5', 'query.bad-parameter', 'limit'],
      ['/v1/runs?from=geheim', 'query.bad-parameter', 'from'],
      ['/v1/runs?order=geheim', 'query.bad-parameter', 'order'],
      ['/v1/runs?status=geheim', 'query.bad-parameter', 'status'],
      ['/v1/runs?limit=1&limit=2', 'query.bad-parameter', 'limit'],
      [`/v1/runs?text=${'x'.repeat(201)}`, 'query.bad-parameter', 'text'],
      [`/v1/runs?${'agent=a&'.repeat(21)}`, 'query.bad-parameter', 'agent'],
      ['/v1/runs?__proto__=1', 'query.unknown-parameter', undefined],
      ['/v1/runs?cursor=geheim', 'query.bad-parameter', 'cursor'],
      ['/v1/metrics', 'query.missing-parameter', 'from'],
      ['/v1/metrics?from=5&to=4&bucketMs=1000', 'query.bad-parameter', 'to'],
      ['/v1/metrics?from=0&to=9000000&bucketMs=1000', 'query.bad-parameter', 'bucketMs'],
      ['/v1/logs?level=loud', 'query.bad-parameter', 'level'],
      ['/v1/errors?bucketMs=1', 'query.bad-parameter', 'bucketMs'],
      [`/v1/runs/trace_${'f'.repeat(32)}?limit=x`, 'query.bad-parameter', 'limit'],
    ];
    for (const [path, code, name] of cases) {
      const refused = await refusal(relay, path);
      expect({ path, ...refused }).toMatchObject({
        path,
        status: 400,
        code,
        ...(name !== undefined && { param: name }),
      });
      expect(refused.message).not.toContain('geheim');
    }
  });

  it('lists what it takes where a parameter is not known', async () => {
    const relay = await startRelay();
    const refused = await refusal(relay, '/v1/runs?geheim=1');
    expect(refused).toMatchObject({ status: 400, code: 'query.unknown-parameter' });
    expect(refused.message).toMatch(/minDurationMs.*cursor/);
    expect(refused.message).not.toContain('geheim');
  });

  it('refuses a cursor of another question, another path or no reader', async () => {
    const relay = await startRelay();
    await fill(relay, planRuns(10, 27));
    const { next } = await ask<RunsPage>(relay, '/v1/runs?limit=2&order=oldest');
    expect(next).toBeDefined();
    expect((await refusal(relay, `/v1/runs?limit=2&cursor=${next}`)).param).toBe('cursor');
    expect((await refusal(relay, `/v1/runs?limit=2&order=oldest&agent=Billing&cursor=${next}`)).param).toBe('cursor');
    expect((await refusal(relay, `/v1/logs?order=oldest&cursor=${next}`)).param).toBe('cursor');
    expect((await refusal(relay, `/v1/runs?limit=2&order=oldest&cursor=${next}`, 'ingest')).code).toBe(
      'auth.forbidden',
    );
    // another size of page is the same question, and a viewer may go on where a developer began: no authority stands in it
    expect((await ask<RunsPage>(relay, `/v1/runs?limit=5&order=oldest&cursor=${next}`, 'viewer')).runs).toHaveLength(5);
  });
});

describe('GET /v1/runs/:runId', () => {
  it('gives a run with its facts, in pages when it is large', async () => {
    const relay = await startRelay();
    const [plan] = planRuns(1, 33) as [PlannedRun];
    await fill(relay, [plan]);
    const fold = createFold();
    let last: RunFactsPage | undefined;
    for (let cursor = ''; ; ) {
      last = await ask<RunFactsPage>(relay, `/v1/runs/${plan.runId}?limit=2${cursor}`);
      for (const fact of last.facts) fold.apply(fact);
      if (last.next === undefined) break;
      cursor = `&cursor=${last.next}`;
    }
    fold.settle();
    const folded = fold.reader.getRun(asRunId(plan.runId));
    expect(folded?.totals).toEqual(last.run.totals);
    expect(folded?.spanCount).toBe(last.run.spanCount);
    expect(JSON.stringify(last)).not.toContain('"detail":');
    expect((await refusal(relay, '/v1/runs/nothing')).code).toBe('history.not-found');
  });

  it('finds a run by the id that a viewer was shown, and not by the one behind it', async () => {
    const relay = await startRelay();
    const [plan] = planRuns(1, 39) as [PlannedRun];
    await fill(relay, [{ ...plan, runId: 'order of Mrs Smith' }]);
    const [row] = await allRuns(relay, '', 'viewer');
    expect(row?.run.runId).toMatch(/^id_/);
    const found = await ask<RunFactsPage>(relay, `/v1/runs/${row?.run.runId}`, 'viewer');
    expect(found.facts.length).toBeGreaterThan(3);
    expect(JSON.stringify(found)).not.toMatch(/Smith|mary|john/);
    expect((await refusal(relay, `/v1/runs/${encodeURIComponent('order of Mrs Smith')}`, 'viewer')).code).toBe(
      'history.not-found',
    );
  });
});

describe('GET /v1/logs', () => {
  it('gives lines with their text to who may read it, and searches it only for them', async () => {
    const relay = await startRelay();
    const lines = Array.from({ length: 20 }, (_, index) =>
      lineEvent({ ts: FIRST_MS + index, level: index % 2 === 0 ? 'info' : 'error', message: `step ${index} geheim` }),
    );
    await send(relay, lines);
    const developer = await ask<LogsPage>(relay, '/v1/logs?limit=5&level=error');
    expect(developer.lines.map(({ message }) => message)).toEqual([
      'step 19 geheim',
      'step 17 geheim',
      'step 15 geheim',
      'step 13 geheim',
      'step 11 geheim',
    ]);
    const more = await ask<LogsPage>(relay, `/v1/logs?limit=50&level=error&cursor=${developer.next}`);
    expect(more.lines).toHaveLength(5);
    expect(more.next).toBeUndefined();
    expect((await ask<LogsPage>(relay, '/v1/logs?text=STEP%201')).lines).toHaveLength(11);
    const viewer = await ask<LogsPage>(relay, '/v1/logs', 'viewer');
    expect(viewer.lines).toHaveLength(20);
    expect(JSON.stringify(viewer)).not.toContain('geheim');
    expect((await ask<LogsPage>(relay, '/v1/logs?text=geheim', 'viewer')).lines).toEqual([]);
    expect((await ask<LogsPage>(relay, '/v1/logs?text=work', 'viewer')).lines).toHaveLength(20);
    const [one] = lines;
    expect((await ask<LogsPage>(relay, `/v1/logs?id=${one?.id}&id=none`)).lines).toHaveLength(1);
    // an id that somebody chose may be a digest of content: a viewer cannot test it
    expect((await ask<LogsPage>(relay, `/v1/logs?id=${one?.id}`, 'viewer')).lines).toEqual([]);
  });
});

describe('GET /v1/errors and /v1/metrics', () => {
  it('group errors by template for a developer, by class and code for a viewer', async () => {
    const relay = await startRelay();
    await fill(relay, planRuns(40, 45));
    const developer = await ask<ErrorsAnswer>(relay, '/v1/errors?bucketMs=60000');
    const viewer = await ask<ErrorsAnswer>(relay, '/v1/errors', 'viewer');
    expect(developer.groups.map(({ template }) => template)).toContain('Order {n} of {text} was not found');
    expect(JSON.stringify(viewer)).not.toContain('not found');
    expect(viewer.groups.map(({ errorCode }) => errorCode)).toContain('order.not-found');
    expect(viewer.errorCount).toBe(developer.errorCount);
  });

  it('add up the same for everybody, with people under their stand-ins', async () => {
    const relay = await startRelay();
    const plans = planRuns(40, 51);
    await fill(relay, plans);
    const path = `/v1/metrics?from=${FIRST_MS}&to=${FIRST_MS + 600_000}&bucketMs=60000&by=user`;
    const sum = ({ series }: MetricsAnswer) =>
      series.flatMap(({ buckets }) => buckets).reduce((before, { costNanoUsd }) => before + costNanoUsd, 0);
    const developer = await ask<MetricsAnswer>(relay, path);
    const viewer = await ask<MetricsAnswer>(relay, path, 'viewer');
    expect(sum(developer)).toBe(plans.reduce((before, { costNanoUsd }) => before + (costNanoUsd ?? 0), 0));
    expect(sum(viewer)).toBe(sum(developer));
    expect(developer.series.map(({ name }) => name)).toContain('mary');
    expect(viewer.series.map(({ name }) => name ?? '')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^user [0-9a-f]{10}$/) as string]),
    );
    expect(JSON.stringify(viewer)).not.toMatch(/mary|john/);
  });

  it('count against the limit of reads', async () => {
    const relay = await startRelay({ readsPerMinute: 3 });
    const statuses: number[] = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await get(relay, '/v1/errors', 'viewer')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });
});

describe('GET /v1/approvals, /v1/scores and /v1/alerts', () => {
  const event = (type: string, ts: number, fields: object) => ({
    id: randomUUID(),
    type,
    sv: 1,
    ts: FIRST_MS + ts,
    ...fields,
  });
  const requested = (run: string, ts: number, toolName: string) =>
    event('approval.requested', ts, {
      run,
      ref: `call_${ts}`,
      a: { toolName, agentName: 'Clerk', requestedAtMs: FIRST_MS + ts },
      detail: { arguments: { to: 'geheim' } },
    });
  const fillEntities = async () => {
    const relay = await startRelay();
    await send(relay, [
      requested('order of Mrs Smith', 10, 'mail mary@example.com'),
      requested(`trace_${'b'.repeat(32)}`, 20, 'refund'),
      event('approval.decided', 30, {
        run: `trace_${'b'.repeat(32)}`,
        ref: 'call_20',
        a: { decision: 'rejected', decidedBy: 'ann@example.com' },
        prod: { id: 'producer-1', n: 1 },
      }),
      event('score', 40, { run: 'order of Mrs Smith', a: { name: 'polite', value: 0.4, threshold: 0.5 } }),
      event('alert.firing', 50, { ref: 'alert_1', a: { ruleName: 'Slow', severity: 'critical', value: 9 } }),
      event('alert.acknowledged', 60, { ref: 'alert_1', a: { by: 'ann@example.com' } }),
    ]);
    return relay;
  };

  it('give what stands beside spans, in pages, by what it is called', async () => {
    const relay = await fillEntities();
    const first = await ask<ApprovalsPage>(relay, '/v1/approvals?limit=1&order=oldest');
    expect(first.approvals).toMatchObject([
      { runId: 'order of Mrs Smith', state: 'pending', detailRefs: { arguments: { kind: 'object' } } },
    ]);
    const second = await ask<ApprovalsPage>(relay, `/v1/approvals?limit=1&order=oldest&cursor=${first.next}`);
    expect(second.approvals).toMatchObject([{ callId: 'call_20', state: 'rejected', decidedBy: 'ann@example.com' }]);
    expect(second.next).toBeUndefined();
    const pending = await ask<ApprovalsPage>(relay, '/v1/approvals?state=pending&tool=mail%20mary@example.com');
    expect(pending.approvals).toHaveLength(1);
    expect((await ask<ApprovalsPage>(relay, '/v1/approvals?tool=refund&state=pending')).approvals).toEqual([]);
    const { scores } = await ask<ScoresPage>(relay, '/v1/scores?name=polite&run=order%20of%20Mrs%20Smith');
    expect(scores).toMatchObject([{ value: 0.4, threshold: 0.5, atMs: FIRST_MS + 40 }]);
    const { alerts } = await ask<AlertsPage>(relay, '/v1/alerts?severity=critical&state=acknowledged&rule=Slow');
    expect(alerts).toMatchObject([{ alertId: 'alert_1', changedBy: 'ann@example.com', value: 9 }]);
    expect((await ask<AlertsPage>(relay, `/v1/alerts?from=${FIRST_MS + 51}`)).alerts).toEqual([]);
    for (const path of ['/v1/approvals?state=geheim', '/v1/scores?tool=geheim', '/v1/alerts?run=geheim']) {
      const refused = await refusal(relay, path);
      expect({ path, status: refused.status }).toEqual({ path, status: 400 });
      expect(refused.message).not.toContain('geheim');
    }
  });

  it('show a viewer what its stream shows, and take its words, not those behind them', async () => {
    const relay = await fillEntities();
    const { approvals } = await ask<ApprovalsPage>(relay, '/v1/approvals?order=oldest', 'viewer');
    expect(JSON.stringify(approvals)).not.toMatch(/Smith|mary|ann@|geheim/);
    expect(approvals).toMatchObject([
      { state: 'pending', agentName: 'Clerk' },
      { state: 'rejected', toolName: 'refund' },
    ]);
    const [{ runId, toolName = '' } = {}] = approvals;
    expect([runId, toolName]).toEqual([expect.stringMatching(/^id_/), expect.stringMatching(/^tool [0-9a-f]{6}$/)]);
    const found = async (query: string) =>
      (await ask<ApprovalsPage>(relay, `/v1/approvals?${query}`, 'viewer')).approvals;
    expect(await found(`tool=${encodeURIComponent(toolName)}&run=${runId}`)).toHaveLength(1);
    for (const guess of ['tool=mail%20mary@example.com', 'run=order%20of%20Mrs%20Smith'])
      expect(await found(guess)).toEqual([]);
    const { scores } = await ask<ScoresPage>(relay, '/v1/scores?name=polite', 'viewer');
    expect(scores).toMatchObject([{ runId, value: 0.4 }]);
    const { alerts } = await ask<AlertsPage>(relay, '/v1/alerts?rule=Slow', 'viewer');
    expect(alerts).toMatchObject([{ state: 'acknowledged', severity: 'critical' }]);
    expect(JSON.stringify(alerts)).not.toContain('ann@');
  });
});
