import { createMonitorStore, type MonitorEvent, type MonitorStore } from 'spanlight/store';

const endless = Number.MAX_SAFE_INTEGER;

/** A store that lets nothing go and flushes only when told to: what is timed is the work, not the frame. */
export const createBenchStore = (): MonitorStore =>
  createMonitorStore({
    limits: { runs: endless, spans: endless, logLines: 5000, loggedEvents: 0, queuedEvents: endless, bytes: endless },
    scheduler: { request: () => undefined, cancel: () => undefined },
  });

let kept: readonly unknown[] = [];

/**
 * A store, and events as they were parsed, that live as long as the bench, as they do in a page. Without them the collection
 * before each round takes the last object of each shape with it, and V8 throws away what it had compiled for these shapes: the
 * round would time the compiler.
 */
export function keepOneStore(batches: readonly string[]): void {
  if (kept.length > 0) return;
  const store = createBenchStore();
  ingestBatches(store, batches);
  kept = [store, batches.map((batch) => JSON.parse(batch) as unknown)];
}

/** Batches of JSON text, as a socket delivers them. */
export const toBatches = (events: readonly MonitorEvent[], size: number): string[] =>
  Array.from({ length: Math.ceil(events.length / size) }, (_unused, index) =>
    JSON.stringify(events.slice(index * size, (index + 1) * size)),
  );

/** Takes the batches in and flushes after each, as one frame a batch would. */
export function ingestBatches(store: MonitorStore, batches: readonly string[]): void {
  for (const batch of batches) {
    store.ingest(JSON.parse(batch) as MonitorEvent[]);
    store.flush();
  }
}
