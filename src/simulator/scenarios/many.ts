import type { World } from '../world.ts';
import { cancelledRun, failingRun } from './failures.ts';
import { parallelTools, retryFallback } from './orders.ts';
import { supportHandoff } from './support.ts';
import { SUPPORT_TRIAGE_SEEN_MS, supportTriage } from './supportTriage.ts';
import { catalogSync, quickAnswer } from './workloads.ts';

const later = (world: World, ms: number): World => ({ ...world, startAtMs: world.startAtMs + ms });

/** Runs that begin within two seconds: some thousand events in each. */
export function burst(world: World, runs = 800): void {
  for (let index = 0; index < runs; index += 1) quickAnswer(later(world, world.random.whole(0, 2000)));
}

/** The same small run every 5 s, each slower than the one before, up to eight times. */
export function latencyDrift(world: World, runs = 24): void {
  for (let index = 0; index < runs; index += 1) {
    quickAnswer(later(world, index * 5000), 1 + (7 * index) / (runs - 1));
  }
}

/** What the reference picture shows 41.2 s after its start: the run of the picture, and the runs around it that began before. */
export function dashboard(world: World): void {
  const ago = (seconds: number) => later(world, SUPPORT_TRIAGE_SEEN_MS - seconds * 1000);
  catalogSync(ago(1083), 72, 14_000);
  cancelledRun(ago(840));
  supportHandoff(ago(610));
  failingRun(ago(430));
  supportHandoff(ago(395));
  supportHandoff(ago(300), 'approved');
  retryFallback(ago(280));
  supportHandoff(ago(264), 'pending');
  quickAnswer(ago(120));
  supportTriage(world);
  parallelTools(ago(1.4));
}
