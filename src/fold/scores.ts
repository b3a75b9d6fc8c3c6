import type { EventFields, EventOf } from '../model/event.ts';
import type { SpanId } from '../model/ids.ts';
import type { Score } from '../model/score.ts';
import { MergedFields, originOf } from './fact.ts';
import type { RunNode } from './runNode.ts';

const separator = '\u001f';

/** A score is one judgement of one thing: a later one of the same name replaces it. */
export function mergeScore(run: RunNode, event: EventOf<'score'>): boolean {
  const key = `${event.span ?? ''}${separator}${event.a.name ?? ''}`;
  let fields = run.scores.get(key);
  if (!fields) {
    fields = new MergedFields();
    run.scores.set(key, fields);
  }
  const isChanged = fields.merge(event);
  if (!fields.set('#at', event.ts, originOf(event)) && !isChanged) return false;
  run.areScoresDirty = true;
  return true;
}

export function settleScores(run: RunNode): void {
  if (run.areScoresDirty) run.scoreList = undefined;
  run.areScoresDirty = false;
}

/** Oldest first; the same list until a score changes. O(n log n) once, then O(1). */
export function scoresOf(run: RunNode): readonly Score[] {
  run.scoreList ??= listScores(run);
  return run.scoreList;
}

function listScores(run: RunNode): readonly Score[] {
  const list: Score[] = [];
  for (const [key, fields] of run.scores) {
    const [spanId = '', name = ''] = key.split(separator);
    const get = <Name extends keyof EventFields<'score'>>(field: Name) =>
      fields.get(field) as EventFields<'score'>[Name];
    const value = get('value');
    if (value === undefined) continue; // a judgement without a figure says nothing
    list.push({
      runId: run.runId,
      spanId: spanId === '' ? undefined : (spanId as SpanId),
      name,
      value,
      threshold: get('threshold'),
      atMs: fields.get('#at') as number,
    });
  }
  return list.sort(
    (left, right) =>
      left.atMs - right.atMs ||
      compareTexts(left.name, right.name) ||
      compareTexts(left.spanId ?? '', right.spanId ?? ''),
  );
}

const compareTexts = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1);
