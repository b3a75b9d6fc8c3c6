import { createSeededRandom } from 'spanlight/simulator';
import { asRunId, asSpanId, type MonitorEvent } from 'spanlight/store';

const NAMES = ['lookup', 'refund', 'search_docs', 'send_mail'];

/**
 * Traffic of a busy day: runs that end, runs that fail, some that never end, log lines, producers that beat.
 * @param eventsPerSec - simulated; the times in the events follow it
 */
export function* dayOfTraffic(seed: number, eventsPerSec: number, startAtMs: number): Generator<MonitorEvent, never> {
  const random = createSeededRandom(seed, 12);
  let count = 0;
  const next = (fields: Record<string, unknown>): MonitorEvent => {
    count += 1;
    const ts = startAtMs + (count * 1000) / eventsPerSec;
    const producer = `producer-${count % 8}`;
    return {
      id: `e${count}`,
      sv: 1,
      ts,
      rts: ts,
      seq: count,
      prod: { id: producer, n: Math.ceil(count / 8) },
      ...fields,
    } as MonitorEvent;
  };
  const at = () => startAtMs + (count * 1000) / eventsPerSec;
  for (let index = 0; ; index += 1) {
    const run = asRunId(`trace_${random.hex(32)}`);
    const root = asSpanId(`span_${random.hex(24)}`);
    yield next({
      type: 'run.start',
      run,
      a: { name: 'Support', startedAtMs: at(), userId: `user-${random.whole(1, 500)}`, sessionId: `s-${index}` },
    });
    yield next({
      type: 'span.start',
      run,
      span: root,
      a: { kind: 'agent', name: random.pick(['Triage', 'Billing', 'Orders']), startedAtMs: at() },
    });
    for (let step = random.whole(2, 14); step > 0; step -= 1) {
      const span = asSpanId(`span_${random.hex(24)}`);
      const isModel = random.chance(0.4);
      const kind = isModel ? 'llm' : 'tool';
      const startedAtMs = at();
      yield next({
        type: 'span.start',
        run,
        span,
        parent: root,
        a: { kind, name: isModel ? 'gpt-5-mini' : random.pick(NAMES), startedAtMs },
      });
      if (random.chance(0.3))
        yield next({
          type: 'log',
          run,
          span,
          a: { level: 'info', sourceName: 'worker' },
          refs: { message: { kind: 'text', sizeBytes: 80 } },
        });
      const isOpen = random.chance(0.01);
      if (isOpen) continue;
      yield next({
        type: 'span.end',
        run,
        span,
        parent: root,
        refs: { input: { kind: 'object', sizeBytes: 900 }, output: { kind: 'text', sizeBytes: 400 } },
        a: {
          endedAtMs: at(),
          status: random.chance(0.05) ? 'error' : 'ok',
          ...(isModel && {
            model: 'gpt-5-mini',
            usage: { scope: 'leaf', inputTokens: random.whole(10, 2000), outputTokens: random.whole(1, 400) },
          }),
        },
      });
      if (isModel)
        yield next({
          type: 'span.price',
          run,
          span,
          a: { costNanoUsd: random.whole(1000, 9_000_000), costSource: 'computed', priceVersion: '1' },
        });
    }
    if (random.chance(0.02)) yield next({ type: 'producer.beat', a: { sdk: 'openai-agents', beatEveryMs: 15_000 } });
    if (random.chance(0.01))
      yield next({
        type: 'approval.requested',
        run,
        ref: `call_${index}`,
        a: { toolName: 'refund', requestedAtMs: at() },
      });
    if (random.chance(0.01)) continue; // never ends
    yield next({ type: 'span.end', run, span: root, a: { endedAtMs: at(), status: 'ok' } });
    yield next({ type: 'run.end', run, a: { endedAtMs: at() } });
  }
}
