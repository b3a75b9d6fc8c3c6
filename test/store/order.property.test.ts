import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { openaiAgentsAdapter } from 'spanlight/adapters';
import { createMonitorStore, type MonitorEvent } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { dumpState } from './support/dumpState.ts';
import { createFakePlatform } from './support/fakePlatform.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

function readEvents(path: string): readonly MonitorEvent[] {
  const text = readFileSync(fixtures + path, 'utf8');
  const raw: unknown = path.endsWith('.jsonl')
    ? text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown)
    : JSON.parse(text);
  return openaiAgentsAdapter.read(raw).events;
}

const files = ['openai-agents-js', 'openai-agents-python'].flatMap((folder) =>
  readdirSync(fixtures + folder)
    .filter((file) => file.endsWith('.callbacks.jsonl') || file.endsWith('.ingest.json'))
    .map((file) => `${folder}/${file}`),
);

function foldInOne(events: readonly MonitorEvent[]): unknown {
  const store = createMonitorStore(createFakePlatform().options);
  store.ingest(events);
  store.flush();
  expect(store.getState().counters.rejectedEvents).toBe(0);
  return dumpState(store.getState());
}

describe('the same events give the same state', () => {
  it('knows the fixtures', () => {
    expect(files.length).toBeGreaterThan(30);
  });

  it.each(files)('%s: shuffled, repeated, split over frames, with strangers between', (file) => {
    const events = readEvents(file);
    const expected = foldInOne(events);
    expect(events.length).toBeGreaterThan(0);
    const order = fc.shuffledSubarray([...events], { minLength: events.length });
    const repeats = fc.subarray([...events], { maxLength: Math.min(20, events.length) });
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(order, repeats, sizes, fc.boolean(), (shuffled, repeated, chunks, isPaused) => {
        const { options, frames } = createFakePlatform();
        const store = createMonitorStore(options);
        const all = [...shuffled, ...repeated];
        if (isPaused) store.pause();
        for (let at = 0, turn = 0; at < all.length; turn += 1) {
          const size = chunks[turn % chunks.length] ?? 1;
          store.ingest([...all.slice(at, at + size), null as unknown as MonitorEvent]);
          at += size;
          if (turn % 3 !== 2) frames.frame();
        }
        if (isPaused) store.follow();
        frames.frames();
        store.flush();
        expect(dumpState(store.getView())).toEqual(expected);
        // What hooks read after the fact is what was told on the way.
        expect(store.getState().counters.acceptedEvents).toBe(all.length);
      }),
      { numRuns: 8, seed: 11 },
    );
  });

  it('what the listeners of touched were told adds up to the state', () => {
    const events = files.slice(0, 12).flatMap(readEvents);
    const store = createMonitorStore(createFakePlatform().options);
    const spans = new Map<string, unknown>();
    const runs = new Map<string, unknown>();
    store.subscribeTouched((touched) => {
      for (const span of touched.spans) spans.set(span.key, span);
      for (const run of touched.runs) runs.set(run.runId, run);
    });
    for (let at = 0; at < events.length; at += 7) {
      store.ingest(events.slice(at, at + 7));
      store.flush();
    }
    const { entities } = store.getState();
    expect(runs.size).toBe(entities.runIds.length);
    for (const runId of entities.runIds) {
      expect(runs.get(runId)).toBe(entities.getRun(runId));
      for (const span of entities.spansOf(runId)) expect(spans.get(span.key)).toBe(span);
    }
  });
});
