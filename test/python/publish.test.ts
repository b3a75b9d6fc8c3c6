import { describe, expect, it, vi } from 'vitest';
import { decisionMessageOf } from '../../src/relay/redis-events/decisionMessage.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { startRelay, tokenOf } from '../relay/support.ts';
import { answersExpected, answersOf, runPython, runsIn } from './support.ts';

const bounds = { runs: 1000, spans: 100_000, endedForMs: 3_600_000 };
const openLog = () => createMemoryRunLog({ events: 20_000, eventBytes: 1e8, detailBytes: 1e8, bounds, now: Date.now });

describe('the processor for Python', { timeout: 60_000 }, () => {
  it('passes its own tests, and knows what the relay signed', async () => {
    const signed = decisionMessageOf(
      'default',
      {
        id: 'event-1',
        type: 'approval.decided',
        sv: 1,
        ts: 1_790_000_000_000,
        run: 'trace_1' as never,
        ref: 'call_1',
        a: { decision: 'approved', decidedBy: 'M. Oseï', decidedAtMs: 1_790_000_000_000 },
      },
      'a shared key of the tests',
      Date.now(),
    );
    const printed = await runPython(['-m', 'unittest', 'discover', '-t', '.', '-s', 'tests'], {
      SPANLIGHT_TEST_DECISION: signed ?? '',
    });
    expect(printed).toMatch(/Ran \d\d tests/);
    expect(printed.trimEnd()).toMatch(/OK$/);
  });

  it('publishes over HTTP what the captures hold, and the relay says of it what they say', async () => {
    const runLog = openLog();
    const relay = await startRelay({ runLog });
    const env = { SPANLIGHT_URL: relay.url, SPANLIGHT_INGEST_TOKEN: tokenOf(relay, 'ingest') };
    expect(await runPython(['-m', 'tests.publish_captures'], env)).toContain("'dropped': 0");
    const wanted = answersExpected();
    expect(wanted.size).toBeGreaterThan(8);
    await vi.waitFor(async () => expect(answersOf(await runsIn(runLog))).toEqual(wanted), { timeout: 10_000 });
  });

  it('keeps what it has while the relay refuses it, and says so with a code and without the token', async () => {
    const relay = await startRelay();
    const wrong = 'w'.repeat(40);
    const script = [
      'from spanlight import SpanlightProcessor',
      'from tests.stand_ins import replay',
      'p = SpanlightProcessor()',
      "replay(p, '01-support-handoff')",
      'p.shutdown(0.5)',
      'print(p.stats)',
    ].join('\n');
    const printed = await runPython(['-c', script], { SPANLIGHT_URL: relay.url, SPANLIGHT_INGEST_TOKEN: wrong });
    expect(printed).toContain("'last_error_code': 'auth.bad-token'");
    expect(printed).toMatch(/'queued': [1-9]/);
    expect(printed).not.toContain(wrong);
  });
});
