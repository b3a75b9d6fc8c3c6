import type { RelayLogLine, RunLog } from 'spanlight/relay';
import { describe, expect, it, vi } from 'vitest';
import type { IngestAnswer } from '../../src/model/wire.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { codeOf, post, read, spanEvent, startRelay } from './support.ts';

/** A busy machine is no fault. */
const patience = { timeout: 10_000 };
vi.setConfig({ testTimeout: 20_000 });

/** A log that takes nothing until it is let go. */
function createHeldLog() {
  const log = createMemoryRunLog({
    events: 50_000,
    eventBytes: 1e9,
    detailBytes: 1e6,
    bounds: { runs: 1000, spans: 100_000, endedForMs: 1e12 },
    now: Date.now,
  });
  let letGo: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let appends = 0;
  const runLog: RunLog = {
    ...log,
    async append(...args) {
      appends += 1;
      await held;
      return log.append(...args);
    },
  };
  return { runLog, letGo, appends: () => appends };
}

const producer = 'js:limits:1:aaaa';
let number = 0;
const numbered = (fields: Record<string, unknown> = {}) => {
  number += 1;
  return spanEvent({ prod: { id: producer, n: number }, ...fields });
};
const many = (count: number) => Array.from({ length: count }, () => numbered());
const logLine = () => numbered({ type: 'log', span: undefined, a: { level: 'info' } });

describe('ingest over its bounds', () => {
  it('lets class B and content go first, with a verdict each, and keeps the rest', async () => {
    const lines: RelayLogLine[] = [];
    const { runLog, letGo, appends } = createHeldLog();
    const relay = await startRelay({
      runLog,
      ingestQueueEvents: 1000,
      timings: { holeMs: 30 },
      log: (line) => lines.push(line),
    });
    const send = (events: readonly unknown[]) => post(relay, '/v1/events', JSON.stringify({ events }));
    const first = send(many(510));
    await expect.poll(appends, patience).toBeGreaterThan(0);
    const line = logLine();
    const withDetail = numbered({ detail: { input: 'a question' } });
    const second = send([numbered(), line, withDetail]);
    await expect.poll(appends, patience).toBeGreaterThan(1);
    letGo();
    expect((await first).status).toBe(200);
    const answer = (await (await second).json()) as IngestAnswer;
    expect(answer.events).toEqual([
      expect.objectContaining({ st: 'ok' }),
      expect.objectContaining({ id: line['id'], st: 'bad', code: 'ingest.shed' }),
      expect.objectContaining({ id: withDetail['id'], st: 'ok', code: 'ingest.detail-shed', path: 'detail' }),
    ]);
    expect(lines.map(({ event }) => event)).toEqual(expect.arrayContaining(['ingest.shedding', 'ingest.at-ease']));
    // what was let go leaves a hole in the numbers of who sent it, and readers are told
    const reader = await read(relay);
    await reader.waitFor(() =>
      reader.events().some(({ type, a }) => type === 'producer.gap' && (a as { holeEvents?: number }).holeEvents === 1),
    );
    const later = (await (await send([logLine()])).json()) as IngestAnswer;
    expect(later.events[0]).toMatchObject({ st: 'ok' });
  });

  it('answers 503 with Retry-After when nothing more has room, takes nothing of it, and all of it later', async () => {
    const { runLog, letGo, appends } = createHeldLog();
    const relay = await startRelay({ runLog, ingestQueueEvents: 1000 });
    const send = (events: readonly unknown[]) => post(relay, '/v1/events', JSON.stringify({ events }));
    const first = send(many(900));
    await expect.poll(appends, patience).toBeGreaterThan(0);
    const events = many(200);
    const refused = await send(events);
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'ingest.busy']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    letGo();
    await first;
    const again = (await (await send(events)).json()) as IngestAnswer;
    expect(again.events.every(({ st }) => st === 'ok')).toBe(true);
    expect((await runLog.head('default')).head).toBe(1100);
  });

  it('tells an exporter of OTLP to try again, by status, header and code, as OTLP asks', async () => {
    const { runLog, letGo, appends } = createHeldLog();
    const relay = await startRelay({ runLog, ingestQueueEvents: 1000, ingestPerMinute: 2 });
    const spans = (count: number) =>
      Array.from({ length: count }, (_unused, index) => ({
        traceId: 'c'.repeat(32),
        spanId: (index + 1).toString(16).padStart(16, '0'),
        endTimeUnixNano: '1790000001000000000',
      }));
    const send = (count: number) =>
      post(relay, '/v1/traces', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans(count) }] }] }));
    const first = post(relay, '/v1/events', JSON.stringify({ events: many(900) }));
    await expect.poll(appends, patience).toBeGreaterThan(0);
    const busy = await send(200);
    expect([busy.status, ((await busy.json()) as { code: number }).code]).toEqual([503, 14]); // UNAVAILABLE of gRPC
    expect(Number(busy.headers.get('retry-after'))).toBeGreaterThan(0);
    letGo();
    expect((await first).status).toBe(200);
    const often = await send(1);
    expect(often.status).toBe(429);
    expect(Number(often.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('tells an exporter of OTLP how many log records had to go', async () => {
    const { runLog, letGo, appends } = createHeldLog();
    const relay = await startRelay({ runLog, ingestQueueEvents: 1000 });
    const first = post(relay, '/v1/events', JSON.stringify({ events: many(510) }));
    await expect.poll(appends, patience).toBeGreaterThan(0);
    const logRecords = [1, 2, 3].map((second) => ({ timeUnixNano: `179000000${second}000000000` }));
    const logs = await post(relay, '/v1/logs', JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
    const answer = (await logs.json()) as { partialSuccess: { rejectedLogRecords?: string } };
    expect([logs.status, answer.partialSuccess.rejectedLogRecords]).toEqual([200, '3']);
    letGo();
    expect((await first).status).toBe(200);
  });

  it('answers 429 with Retry-After to a token that asks too often', async () => {
    const relay = await startRelay({ ingestPerMinute: 2 });
    const send = () => post(relay, '/v1/events', JSON.stringify({ events: [spanEvent()] }));
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    const third = await send();
    expect([third.status, await codeOf(third)]).toEqual([429, 'limit.rate']);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
