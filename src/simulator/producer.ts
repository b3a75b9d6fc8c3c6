import { type EventFields, type MonitorEvent, SCHEMA_VERSION } from '../model/event.ts';
import { agentNames, guardrailNames, models, toolNames, workflowNames } from './catalogue.ts';
import type { Draft } from './draft.ts';
import { createSeededRandom } from './seededRandom.ts';

const BEAT_EVERY_MS = 15_000;

/** The simulated process: its id, its own numbering, its hello and its beats. */
export interface SimulatedProducer {
  readonly beatEveryMs: number;
  /** Gives a fact of the process its number; a fact of the relay stays as it is. */
  number(draft: Draft): MonitorEvent | undefined;
  hello(atMs: number): MonitorEvent;
  beat(atMs: number): MonitorEvent;
}

export function createProducer(seed: number, startAtMs: number): SimulatedProducer {
  const random = createSeededRandom(seed, startAtMs);
  const id = `js:support-desk:${random.whole(1000, 32_000)}:${random.hex(8)}`;
  let lastNumber = 0;
  const common = { sdk: 'openai-agents', language: 'js', service: 'support-desk', beatEveryMs: BEAT_EVERY_MS };
  const number = (event: MonitorEvent): MonitorEvent => {
    lastNumber += 1;
    return { ...event, prod: { id, n: lastNumber } };
  };
  const say = (type: 'producer.hello' | 'producer.beat', atMs: number, a: EventFields<'producer.hello'>) =>
    number({ id: `${id}:${type}:${atMs}`, type, sv: SCHEMA_VERSION, ts: atMs, a });
  return {
    beatEveryMs: BEAT_EVERY_MS,
    number: ({ event, isRelayMade }) => (event && !isRelayMade ? number(event) : event),
    hello: (atMs) =>
      say('producer.hello', atMs, {
        ...common,
        sdkVersion: '0.20.0',
        agentNames: [...agentNames],
        toolNames: [...toolNames],
        guardrailNames: [...guardrailNames],
        modelNames: Object.entries(models).flatMap(([name, { answersAs }]) => [name, answersAs]),
        workflowNames: [...workflowNames],
      }),
    beat: (atMs) => say('producer.beat', atMs, { ...common, droppedEvents: 0, queuedEvents: 0 }),
  };
}
