import type { Producer } from '../model/producer.ts';
import type { Run } from '../model/run.ts';

/** Missed beats after which a process counts as gone. */
const MISSED_BEATS = 3;
/** Silence after which a run counts as stale when its source sends no beats, ms. */
const SILENCE_MS = 3_600_000;

/**
 * Whether a running run has not been heard of for too long: three beats of its producer, or an hour where there are no beats.
 * Never stored: it depends on the time of the question.
 * @param nowMs - epoch ms by the clock that received the events, see `MonitorStore.now`
 */
export function isRunStale(run: Run, producer: Producer | undefined, nowMs: number): boolean {
  if (run.status !== 'running') return false;
  const beatEveryMs = producer?.beatEveryMs;
  if (!producer || !beatEveryMs) return nowMs - run.lastEventAtMs > SILENCE_MS;
  return nowMs - Math.max(run.lastEventAtMs, producer.lastHeardAtMs) > MISSED_BEATS * beatEveryMs;
}
