import fc from 'fast-check';
import type { EventType, MonitorEvent } from '../../src/model/event.ts';
import { spanKinds, spanStatuses } from '../../src/model/span.ts';

/** Few values, so that events meet: the same spans, equal times, circles of parents. */
const runIds = fc.constantFrom('r1', 'r2');
const spanIds = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const times = fc.integer({ min: 1, max: 8 });
const names = fc.constantFrom('alpha', 'beta', 'gamma');
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq });

const usage = fc.record({
  scope: fc.constantFrom('leaf' as const, 'aggregate' as const),
  inputTokens: maybe(fc.integer({ min: 0, max: 50 })),
  outputTokens: maybe(fc.integer({ min: 0, max: 50 })),
  cachedInputTokens: maybe(fc.integer({ min: 0, max: 9 })),
  totalTokens: maybe(fc.integer({ min: 0, max: 99 })),
});

const spanFields = fc.record({
  kind: maybe(fc.constantFrom(...spanKinds), 4),
  name: maybe(names),
  agentName: maybe(names, 1),
  startedAtMs: maybe(times),
  endedAtMs: maybe(times),
  status: maybe(fc.constantFrom(...spanStatuses), 1),
  usage: maybe(usage),
  model: maybe(fc.constantFrom('m', 'm-2026-01-02', 'n'), 1),
  reportedCostNanoUsd: maybe(fc.integer({ min: 0, max: 99 }), 1),
  errorType: maybe(names, 1),
  callId: maybe(fc.constantFrom('call1', 'call2'), 1),
  isExecuted: maybe(fc.boolean(), 1),
  triggered: maybe(fc.boolean(), 1),
});

const detail = maybe(fc.record({ input: maybe(names), output: maybe(fc.integer()) }), 1);
const refs = maybe(fc.record({ input: fc.record({ kind: fc.constant('text'), sizeBytes: times }) }), 1);

interface Parts {
  readonly type: EventType;
  readonly a: object;
  readonly run?: string;
  readonly span?: string | undefined;
  readonly parent?: string | undefined;
  readonly ref?: string;
  readonly prod?: { id: string; n: number };
  readonly detail?: object | undefined;
  readonly refs?: object | undefined;
}

const spanParts: fc.Arbitrary<Parts> = fc.record({
  type: fc.constantFrom('span.start', 'span.update', 'span.end'),
  run: runIds,
  span: spanIds,
  parent: maybe(spanIds, 4),
  a: spanFields,
  detail,
  refs,
});

const priceParts: fc.Arbitrary<Parts> = fc.record({
  type: fc.constant('span.price'),
  run: runIds,
  span: spanIds,
  a: fc.record({ costNanoUsd: fc.integer({ min: 0, max: 99 }), costSource: fc.constantFrom('override', 'computed') }),
});

const runParts: fc.Arbitrary<Parts> = fc.record({
  type: fc.constantFrom('run.start', 'run.end', 'run.fail'),
  run: runIds,
  prod: fc.record({ id: fc.constantFrom('p1', 'p2'), n: fc.nat(9) }),
  a: fc.record({ name: maybe(names), startedAtMs: maybe(times), endedAtMs: maybe(times), errorCode: maybe(names) }),
  detail,
});

const approvalParts: fc.Arbitrary<Parts> = fc.record({
  type: fc.constantFrom('approval.requested', 'approval.decided', 'approval.expired', 'approval.cancelled'),
  run: runIds,
  ref: fc.constantFrom('call1', 'call2'),
  span: maybe(spanIds, 1),
  a: fc.record({
    toolName: maybe(names),
    requestedAtMs: maybe(times),
    decision: maybe(fc.constantFrom('approved', 'rejected')),
  }),
});

const otherParts: fc.Arbitrary<Parts> = fc.oneof(
  fc.record({
    type: fc.constant('score' as const),
    run: runIds,
    span: maybe(spanIds),
    a: fc.record({ name: names, value: fc.integer() }),
  }),
  fc.record({
    type: fc.constantFrom('producer.hello' as const, 'producer.beat' as const),
    prod: fc.record({ id: fc.constantFrom('p1', 'p2'), n: fc.nat(9) }),
    a: fc.record({ sdk: maybe(names), beatEveryMs: maybe(times), droppedEvents: maybe(times) }),
  }),
  fc.record({
    type: fc.constantFrom('alert.firing' as const, 'alert.acknowledged' as const, 'alert.resolved' as const),
    ref: fc.constantFrom('alert1', 'alert2'),
    a: fc.record({ ruleName: maybe(names), value: maybe(times), by: maybe(names) }),
  }),
);

const parts = fc.oneof(
  { arbitrary: spanParts, weight: 10 },
  { arbitrary: priceParts, weight: 1 },
  { arbitrary: runParts, weight: 1 },
  { arbitrary: approvalParts, weight: 1 },
  { arbitrary: otherParts, weight: 1 },
);

/** Drops what is `undefined`: an event as it comes out of JSON. */
const plain = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

const event = fc
  .record({ parts, ts: times, rts: maybe(times, 1), id: fc.constantFrom('x', 'y', 'z') })
  .map(
    ({ parts: { type, ...rest }, ts, rts, id }) =>
      plain({ id, type, sv: 1, ts, rts, ...rest }) as unknown as MonitorEvent,
  );

/** Events that contradict each other in every way: one id for different content is among them. */
export const eventSets: fc.Arbitrary<MonitorEvent[]> = fc.array(event, { maxLength: 40 });

const updateOf = (place: object, a: object): MonitorEvent =>
  plain({ type: 'span.update', sv: 1, run: 'r1', ...place, a }) as unknown as MonitorEvent;

/** Only spans and their parents, to make circles likely. */
export const tangles: fc.Arbitrary<MonitorEvent[]> = fc.array(
  fc
    .record({
      span: spanIds,
      parent: maybe(spanIds, 6),
      ts: times,
      startedAtMs: maybe(times),
      id: fc.constantFrom('x', 'y'),
    })
    .map(({ startedAtMs, ...place }) => updateOf(place, { startedAtMs })),
  { maxLength: 25 },
);

/** Spans that move about and carry usage, which mostly no model call or turn explains. */
export const carriers: fc.Arbitrary<MonitorEvent[]> = fc.array(
  fc
    .record({
      span: spanIds,
      parent: maybe(spanIds, 4),
      ts: times,
      id: fc.constantFrom('x', 'y'),
      kind: fc.oneof(
        { arbitrary: fc.constantFrom('tool', 'agent'), weight: 30 },
        { arbitrary: fc.constantFrom('llm', 'turn'), weight: 1 },
      ),
      usage: maybe(fc.record({ scope: fc.constant('leaf'), inputTokens: maybe(fc.integer({ min: 0, max: 50 })) }), 3),
    })
    .map(({ kind, usage, ...place }) => updateOf(place, { kind, usage })),
  { maxLength: 25 },
);

/** Another order of the same events, some of them twice, in batches. */
export const shuffledBatches = (events: readonly MonitorEvent[]): fc.Arbitrary<MonitorEvent[][]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.subarray([...events]),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 40 }),
    )
    .map(([order, repeats, sizes]) => {
      const all = [...order, ...repeats];
      const batches: MonitorEvent[][] = [];
      for (let at = 0, turn = 0; at < all.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        batches.push(all.slice(at, at + size));
        at += size;
      }
      return batches;
    });
